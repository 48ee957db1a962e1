import { css } from 'lit';

export const pageStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: auto minmax(0, 1fr) auto;
    height: 100%;
    min-height: 0;
    background: var(--vscode-editor-background);
  }
  header,
  footer {
    padding: 8px 16px;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 12px;
    align-items: baseline;
    border-bottom: 1px solid var(--line);
  }
  h1 {
    margin: 0;
    font-size: 1.15em;
    font-weight: 600;
  }
  header .ellipsis {
    flex: 0 1 auto;
    min-width: 0;
  }
  footer {
    display: flex;
    flex-wrap: wrap;
    gap: 6px 10px;
    align-items: center;
    border-top: 1px solid var(--line);
  }
  scan-estimate {
    flex: 1 0 100%;
  }
  footer p {
    flex: 0 1 auto;
    min-width: 0;
    margin: 0;
    overflow-wrap: anywhere;
  }
  .notice {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 10px;
    align-items: center;
    flex-basis: 100%;
    padding: 5px 10px;
    border: 1px solid var(--vscode-inputValidation-errorBorder, var(--line));
    background: var(--vscode-inputValidation-errorBackground, transparent);
    color: var(--vscode-inputValidation-errorForeground, inherit);
  }
  .notice span {
    flex: 1 1 200px;
    overflow-wrap: anywhere;
  }
  .scroller {
    overflow-x: hidden;
    overflow-y: auto;
    min-height: 0;
    padding: 12px 16px 24px;
  }
  .scroller:focus-visible {
    outline: 1px solid var(--focus);
    outline-offset: -2px;
  }
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 14px;
    max-width: 1080px;
    container-type: inline-size;
  }
  h2 {
    margin: 0 0 8px;
    font-size: 1em;
    font-weight: 600;
  }
  section + section,
  details {
    padding-top: 12px;
    border-top: 1px solid var(--line);
  }
  summary {
    display: flex;
    gap: 6px;
    align-items: center;
    padding: 1px 4px 1px 0;
    border-radius: 2px;
    font-weight: 600;
    cursor: pointer;
    list-style: none;
  }
  summary:focus-visible {
    outline: 1px solid var(--focus);
  }
  details[open] > summary {
    margin-bottom: 8px;
  }
  details[open] > summary vscode-icon {
    transform: rotate(90deg);
  }
  summary .muted,
  summary .wrong {
    font-weight: normal;
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 200px), 1fr));
    gap: 10px 14px;
    align-items: start;
    /* The bars of changed fields stand in the margin, so that all fields line up. */
    margin-left: -10px;
  }
  .fields > .first {
    grid-column-start: 1;
  }
  .fields > place-field {
    padding-left: 10px;
  }
  .fields > .wide {
    grid-column: 1 / -1;
    max-width: 780px;
  }
  training-preview {
    margin-top: 14px;
  }
  .waiting {
    display: flex;
    gap: 10px;
    align-items: center;
  }
`;
