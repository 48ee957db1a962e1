import { css } from 'lit';

/** A sentence across the panel that asks for attention, with buttons behind it. */
export const noticeStyles = css`
  .notice {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 10px;
    align-items: center;
    padding: 5px 12px;
    border-top: 1px solid var(--line);
    background: var(--vscode-inputValidation-infoBackground, transparent);
    color: var(--vscode-inputValidation-infoForeground, inherit);
  }
`;
