import { css } from 'lit';

export const compareStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    background: var(--vscode-editor-background);
    overflow-y: auto;
    container-type: inline-size;
  }
  /* What is decided stays at hand, however far one reads, and above the editor's notifications. */
  .head {
    position: sticky;
    top: 0;
    z-index: 1;
    border-bottom: 1px solid var(--line);
    background: var(--vscode-editor-background);
  }
  .title {
    display: flex;
    gap: 2px;
    align-items: center;
    padding: 5px 6px 0 12px;
  }
  h2 {
    flex: 1;
    min-width: 0;
    margin: 0;
    font-size: 1em;
    font-weight: 600;
  }
  .title .quiet {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-width: 26px;
    height: 26px;
  }
  .state {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 10px;
    align-items: center;
    padding: 6px 12px;
  }
  .state .sign {
    vertical-align: -2px;
  }
  section {
    padding: 4px 12px 8px;
  }
  h3 {
    margin: 0 0 4px;
    font-size: 1em;
    font-weight: 600;
  }
  dl,
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .contribution {
    padding-bottom: 6px;
  }
  .contribution .line {
    display: grid;
    grid-template-columns: minmax(0, 9.5em) minmax(40px, 1fr) 4em;
    gap: 8px;
    align-items: center;
  }
  .contribution .bar {
    height: 8px;
    border-radius: 2px;
    background: linear-gradient(var(--bar), var(--bar)) left / calc(var(--share) * 100%) 100% no-repeat
      color-mix(in srgb, var(--vscode-foreground) 12%, transparent);
    outline: 1px solid var(--vscode-contrastBorder, transparent);
  }
  .contribution .z {
    text-align: right;
  }
  .contribution .muted {
    font-size: 0.92em;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    padding: 4px 12px;
  }
  .wait,
  .problem {
    padding: 24px 12px;
    color: var(--muted);
  }
  .problem {
    color: var(--vscode-errorForeground, inherit);
  }
  /* Only when it takes a while: going from image to image shows no change of light. */
  :host(.loading) compare-pictures,
  :host(.loading) section {
    opacity: 0.55;
    transition: opacity 0s 0.3s;
  }
`;
