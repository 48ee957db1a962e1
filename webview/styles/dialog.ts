import { css } from 'lit';

/** A dialog over the panel: its frame, what it dims, and its heading. */
export const dialogStyles = css`
  dialog {
    padding: 14px 16px;
    border: 1px solid var(--vscode-contrastBorder, var(--vscode-editorWidget-border, var(--line)));
    border-radius: 6px;
    background: var(--vscode-editorWidget-background);
    color: var(--vscode-editorWidget-foreground, var(--vscode-foreground));
    box-shadow: 0 4px 16px var(--vscode-widget-shadow, transparent);
  }
  dialog::backdrop {
    background: color-mix(in srgb, var(--vscode-editor-background) 60%, transparent);
  }
  h2 {
    font-size: 1.08em;
    font-weight: 600;
  }
`;
