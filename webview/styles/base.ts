import { css } from 'lit';

/** The few words of the panel's look; all colours are the editor's. */
export const base = css`
  :host {
    --line: var(--vscode-contrastBorder, var(--vscode-panel-border, var(--vscode-widget-border, transparent)));
    --muted: var(--vscode-descriptionForeground);
    --flag: var(--vscode-editorWarning-foreground, var(--vscode-foreground));
    --bad: var(--vscode-errorForeground, var(--vscode-foreground));
    --good: var(--vscode-testing-iconPassed, var(--vscode-foreground));
    --bar: var(--vscode-charts-blue, var(--vscode-focusBorder));
    --focus: var(--vscode-focusBorder);
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
    line-height: 1.4;
    box-sizing: border-box;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  .muted {
    color: var(--muted);
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .ellipsis {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .quiet {
    appearance: none;
    border: 1px solid transparent;
    border-radius: 3px;
    padding: 1px 5px;
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  .quiet:hover {
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
  }
  .quiet:focus-visible {
    outline: 1px solid var(--focus);
    outline-offset: -1px;
  }
  .quiet[disabled] {
    opacity: 0.5;
    cursor: default;
  }
  kbd {
    display: inline-block;
    min-width: 1.6em;
    padding: 0 4px;
    border: 1px solid var(--vscode-keybindingLabel-border, var(--line));
    border-radius: 3px;
    background: var(--vscode-keybindingLabel-background, transparent);
    color: var(--vscode-keybindingLabel-foreground, inherit);
    font: inherit;
    font-size: 0.92em;
    text-align: center;
  }
`;
