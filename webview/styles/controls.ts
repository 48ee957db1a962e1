import { css } from 'lit';

/** Check boxes, radio buttons and sliders in the editor's colours. */
export const controlStyles = css`
  input:is([type='checkbox'], [type='radio'], [type='range']) {
    margin: 0;
    accent-color: var(--vscode-progressBar-background, var(--focus));
  }
  input:is([type='checkbox'], [type='radio'], [type='range']):focus-visible {
    outline: 1px solid var(--focus);
    outline-offset: 2px;
  }
`;
