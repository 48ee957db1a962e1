import { css } from 'lit';

export const pictureStyles = css`
  :host {
    display: block;
    container-type: inline-size;
  }
  .pictures {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 8px;
    padding: 2px 12px 8px;
    outline: none;
  }
  @container (width >= 640px) {
    .pictures {
      grid-template-columns: repeat(4, minmax(0, 1fr));
    }
  }
  figure {
    min-width: 0;
    margin: 0;
  }
  .frame {
    position: relative;
    aspect-ratio: var(--aspect);
    overflow: hidden;
    border-radius: 3px;
    background: var(--vscode-editorWidget-background, transparent);
    border: 1px solid var(--vscode-contrastBorder, transparent);
    cursor: zoom-in;
    touch-action: none;
  }
  .zoomed .frame {
    cursor: grab;
  }
  .pictures:focus-visible .frame {
    outline: 1px solid var(--focus);
  }
  .sheet {
    position: absolute;
    inset: 0;
    transform-origin: 0 0;
    transform: translate(50%, 50%) scale(var(--zoom)) translate(calc(var(--x) * -100%), calc(var(--y) * -100%));
  }
  .picture {
    position: absolute;
    inset: 0;
    width: var(--width);
    height: var(--height);
    margin: auto;
  }
  img {
    display: block;
    width: 100%;
    height: 100%;
  }
  img.enlarged,
  .zoomed img {
    image-rendering: pixelated;
  }
  figcaption {
    padding-top: 2px;
    color: var(--muted);
    font-size: 0.92em;
  }
  .scale {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 12px;
    padding: 0 12px 8px;
  }
  .scale > span {
    flex: 1 1 16em;
    color: var(--muted);
  }
  label {
    display: inline-flex;
    gap: 5px;
    align-items: center;
    align-self: start;
  }
`;
