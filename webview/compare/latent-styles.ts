import { css } from 'lit';

export const latentRowStyles = css`
  :host {
    display: grid;
    grid-template-columns: 2.6em minmax(50px, 1fr) 42px 68px 24px;
    gap: 6px;
    align-items: center;
    min-height: 28px;
  }
  .name {
    text-align: right;
  }
  .slider {
    width: 100%;
    min-width: 0;
    height: 16px;
    margin: 0;
    accent-color: var(--vscode-progressBar-background, var(--focus));
  }
  .slider:focus-visible,
  select:focus-visible {
    outline: 1px solid var(--focus);
    outline-offset: 1px;
  }
  select {
    width: 100%;
    height: 24px;
    padding: 0 2px;
    border: 1px solid var(--vscode-dropdown-border, var(--vscode-contrastBorder, transparent));
    border-radius: 3px;
    background: var(--vscode-dropdown-background);
    color: var(--vscode-dropdown-foreground);
    font: inherit;
  }
  .quiet {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    width: 24px;
    height: 24px;
    padding: 0;
  }
`;

export const latentEditorStyles = css`
  :host {
    display: block;
  }
  h3 {
    margin: 0;
    font-size: 1em;
    font-weight: 600;
  }
  h3 .quiet {
    display: flex;
    gap: 5px;
    align-items: center;
    margin-left: -6px;
    font-weight: inherit;
  }
  .open .sign {
    transform: rotate(90deg);
  }
  .pictures {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: 8px;
    padding: 4px 0 6px;
    background: var(--vscode-editor-background);
  }
  /* They stay under the view's own head, so that sliders far down are seen to work, where that leaves room for sliders. */
  @media (width >= 500px) and (height >= 640px) {
    .pictures {
      position: sticky;
      top: 36px;
      z-index: 1;
    }
  }
  figure {
    min-width: 0;
    margin: 0;
  }
  img {
    display: block;
    width: 100%;
    max-height: min(220px, 22vh);
    object-fit: contain;
    border-radius: 3px;
    image-rendering: pixelated;
  }
  figcaption {
    padding-top: 2px;
    color: var(--muted);
    font-size: 0.92em;
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 10px;
    align-items: center;
    margin: 4px 0;
  }
  .line label {
    display: inline-flex;
    gap: 5px;
    align-items: center;
  }
  .line input[type='checkbox'] {
    margin: 0;
    accent-color: var(--vscode-progressBar-background, var(--focus));
  }
  .filter {
    width: 130px;
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .problem {
    margin: 4px 0;
    color: var(--vscode-errorForeground, inherit);
    overflow-wrap: anywhere;
  }
`;
