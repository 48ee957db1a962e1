import { css } from 'lit';

/** The map among the panel's parts: bar, stage, legend. */
export const mapHost = css`
  :host {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr) auto;
    grid-row: 2;
    min-width: 0;
    min-height: 0;
    container-type: inline-size;
  }
`;

export const mapStyles = css`
  .bar,
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 12px;
    align-items: center;
    padding: 4px 12px;
    min-width: 0;
  }
  .bar .choice {
    width: 150px;
  }
  .pair {
    display: inline-flex;
    gap: 6px;
    align-items: center;
  }
  .buttons {
    display: inline-flex;
    border: 1px solid var(--line);
    border-radius: 4px;
  }
  .buttons .quiet {
    min-width: 26px;
    min-height: 24px;
  }
  .quiet[aria-checked='true'],
  .quiet[aria-pressed='true'] {
    background: var(--vscode-toolbar-activeBackground, var(--vscode-toolbar-hoverBackground));
    outline: 1px solid var(--vscode-contrastActiveBorder, var(--focus));
    outline-offset: -1px;
  }
  .stage {
    position: relative;
    min-height: 0;
    overflow: hidden;
    outline: none;
    touch-action: none;
    cursor: crosshair;
  }
  .stage.moving {
    cursor: grab;
  }
  .stage.over {
    cursor: pointer;
  }
  .stage:focus-visible::after {
    content: '';
    position: absolute;
    inset: 0;
    border: 1px solid var(--focus);
    pointer-events: none;
  }
  canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }
  .card {
    position: absolute;
    top: 0;
    left: 0;
    display: grid;
    gap: 2px;
    width: 132px;
    padding: 4px;
    border: 1px solid var(--vscode-contrastBorder, var(--vscode-editorHoverWidget-border, var(--line)));
    border-radius: 4px;
    background: var(--vscode-editorHoverWidget-background, var(--vscode-editorWidget-background));
    color: var(--vscode-editorHoverWidget-foreground, var(--vscode-foreground));
    box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
    font-size: 0.9em;
    pointer-events: none;
    transform: translate(var(--x), var(--y));
  }
  .card .picture {
    display: grid;
    place-items: center;
    height: 122px;
  }
  .card img {
    width: 100%;
    height: 122px;
    object-fit: contain;
  }
  .card .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .card .facts {
    display: flex;
    gap: 6px;
    align-items: center;
  }
  .over-stage {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 8px;
    padding: 16px;
    text-align: center;
    pointer-events: none;
  }
  .over-stage > * {
    pointer-events: auto;
    max-width: 46em;
  }
  .progress {
    position: absolute;
    left: 12px;
    bottom: 10px;
    display: flex;
    flex-wrap: wrap;
    gap: 4px 10px;
    align-items: center;
    max-width: calc(100% - 24px);
    padding: 4px 8px;
    border: 1px solid var(--line);
    border-radius: 4px;
    background: var(--vscode-editorWidget-background, var(--vscode-editor-background));
  }
  progress {
    width: 110px;
    height: 6px;
    accent-color: var(--vscode-progressBar-background, var(--focus));
  }
  .legend {
    border-top: 1px solid var(--line);
    font-size: 0.9em;
    row-gap: 2px;
  }
  .entry {
    display: inline-flex;
    gap: 4px;
    align-items: center;
  }
  .entry svg {
    width: 12px;
    height: 12px;
    fill: var(--color, currentColor);
    fill-rule: evenodd;
  }
  .ramp {
    display: inline-block;
    width: 96px;
    height: 9px;
    border-radius: 2px;
    background: var(--ramp);
  }
  @container (width < 420px) {
    .bar,
    .legend {
      gap: 4px 8px;
      padding: 4px 8px;
    }
    .bar .choice {
      width: 118px;
    }
    .words {
      display: none;
    }
  }
`;
