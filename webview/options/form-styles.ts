import { css } from 'lit';

/** What fields of the form share; all colours are the editor's. */
export const formStyles = css`
  label,
  .label {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  input:not([type='checkbox']),
  select {
    width: 100%;
    min-width: 0;
    height: 26px;
    padding: 2px 6px;
    border: 1px solid
      var(--vscode-contrastBorder, var(--vscode-settings-textInputBorder, var(--vscode-input-border, var(--line))));
    border-radius: 2px;
    background: var(--vscode-input-background);
    color: var(--vscode-input-foreground);
    font: inherit;
  }
  select {
    border-color: var(--vscode-contrastBorder, var(--vscode-dropdown-border, var(--line)));
    background: var(--vscode-dropdown-background);
    color: var(--vscode-dropdown-foreground);
    text-overflow: ellipsis;
  }
  input::placeholder {
    color: var(--vscode-input-placeholderForeground);
    opacity: 1;
  }
  input[type='checkbox'] {
    width: 16px;
    height: 16px;
    margin: 0;
    accent-color: var(--vscode-button-background, var(--focus));
  }
  input:focus-visible,
  select:focus-visible {
    outline: 1px solid var(--focus);
    outline-offset: -1px;
  }
  input[aria-invalid='true'],
  select[aria-invalid='true'] {
    border-color: var(--vscode-inputValidation-errorBorder, var(--bad));
  }
  .help {
    margin: 2px 0 0;
    color: var(--muted);
    font-size: 0.92em;
    overflow-wrap: anywhere;
  }
  /* The editor's colour of errors is too pale for small text in some themes: a bar says it as well. */
  .wrong {
    margin: 3px 0 0;
    padding: 1px 6px;
    border-left: 3px solid var(--vscode-inputValidation-errorBorder, var(--bad));
    background: var(--vscode-inputValidation-errorBackground, transparent);
    color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
    font-size: 0.92em;
    overflow-wrap: anywhere;
  }
`;
