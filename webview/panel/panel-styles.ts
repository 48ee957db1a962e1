import { css } from 'lit';

export const panelStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    /* A short window scrolls as a whole rather than squeezing the images away. */
    grid-template-rows: auto auto minmax(var(--images-least, 190px), 1fr) auto auto;
    height: 100%;
    min-height: 0;
    overflow-x: hidden;
    overflow-y: auto;
    background: var(--vscode-editor-background);
  }
  .top {
    min-width: 0;
  }
  .spread {
    display: grid;
    grid-template-columns: minmax(0, 1fr) clamp(360px, 47%, 600px);
  }
  .narrow .spread {
    grid-template-columns: minmax(0, 1fr);
  }
  .narrow score-histogram {
    height: clamp(62px, 11vh, 92px);
  }
  /* What is looked up now and then: never more than a third, the images are what one is here for. */
  .details {
    display: grid;
    max-height: min(260px, 33vh);
    overflow-y: auto;
    border-top: 1px solid var(--line);
  }
  @media (width >= 1000px) {
    .details:has(> :nth-child(2)) {
      grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
    }
  }
  /* One image over the grid: what sorts and counts the others would leave it no room. */
  .narrow.comparing > :is(.spread, .details, label-figures, review-toolbar) {
    display: none;
  }
  .notice.warning {
    background: var(--vscode-inputValidation-warningBackground, transparent);
    color: var(--vscode-inputValidation-warningForeground, inherit);
  }
  .notice.error {
    background: var(--vscode-inputValidation-errorBackground, transparent);
    color: var(--vscode-inputValidation-errorForeground, inherit);
  }
  .notice span {
    flex: 1 1 200px;
    overflow-wrap: anywhere;
  }
  .frame {
    display: grid;
    min-height: 0;
  }
  .middle {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: minmax(0, 1fr);
    min-height: 0;
  }
  .images {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr);
    min-width: 0;
    min-height: 0;
  }
  .images > review-grid,
  .images > empty-state {
    grid-row: 2;
  }
  .middle.comparing {
    grid-template-columns: minmax(0, 1fr) clamp(300px, 36%, 560px);
  }
  .comparing compare-view {
    border-left: 1px solid var(--line);
  }
  .narrow .middle.comparing {
    grid-template-columns: minmax(0, 1fr);
  }
  .narrow .comparing > * {
    grid-area: 1 / 1;
  }
  .narrow .comparing compare-view {
    z-index: 3;
    border-left: 0;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
`;
