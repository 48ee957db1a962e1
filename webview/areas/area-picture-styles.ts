import { css } from 'lit';

export const areaPictureStyles = css`
  :host {
    --hatching: repeating-linear-gradient(45deg, rgb(0 0 0 / 45%) 0 4px, rgb(255 255 255 / 20%) 4px 8px);
    display: block;
    position: relative;
    aspect-ratio: var(--aspect);
    touch-action: none;
  }
  .ground {
    position: absolute;
    inset: 0;
    border: 1px solid var(--line);
    cursor: crosshair;
    overflow: hidden;
  }
  img {
    width: 100%;
    height: 100%;
    image-rendering: pixelated;
    pointer-events: none;
    user-select: none;
  }
  .area {
    appearance: none;
    position: absolute;
    left: calc(100% * var(--x0));
    top: calc(100% * var(--y0));
    width: calc(100% * (var(--x1) - var(--x0)));
    height: calc(100% * (var(--y1) - var(--y0)));
    padding: 0;
    border: 2px solid #fff;
    border-radius: 0;
    outline: 1px solid #000;
    background: var(--hatching);
    color: #fff;
    cursor: pointer;
  }
  .area.attend {
    border-style: dashed;
    background: none;
  }
  .area.chosen {
    border-color: var(--vscode-focusBorder, #fff);
  }
  .area:focus-visible {
    outline: 2px solid var(--vscode-focusBorder, #fff);
    outline-offset: 1px;
  }
  .area.polygon {
    border-color: transparent;
    outline-color: transparent;
    background: none;
  }
  .area.polygon:focus-visible {
    outline-color: var(--vscode-focusBorder, #fff);
  }
  .fill {
    position: absolute;
    inset: 0;
    clip-path: var(--shape);
    background: var(--hatching);
  }
  .attend > .fill {
    background: none;
  }
  .lines {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    overflow: visible;
    pointer-events: none;
  }
  .lines > * {
    fill: none;
    stroke: #000;
    stroke-width: 4px;
    vector-effect: non-scaling-stroke;
  }
  .lines > .upper {
    stroke: #fff;
    stroke-width: 2px;
  }
  .lines.chosen > .upper {
    stroke: var(--vscode-focusBorder, #fff);
  }
  .lines.attend > .upper {
    stroke-dasharray: 6 4;
  }
  .corner {
    appearance: none;
    position: absolute;
    left: calc(100% * var(--x));
    top: calc(100% * var(--y));
    width: 12px;
    height: 12px;
    margin: -6px;
    padding: 0;
    border: 2px solid #000;
    border-radius: 50%;
    background: #fff;
    cursor: move;
  }
  .corner:focus-visible {
    outline: 2px solid var(--vscode-focusBorder, #fff);
    outline-offset: 1px;
  }
  .drawn {
    pointer-events: none;
  }
  .number {
    position: absolute;
    top: 0;
    left: 0;
    min-width: 1.4em;
    background: #000;
    color: #fff;
    font-size: 11px;
    text-align: center;
  }
`;
