import { css } from 'lit';

export const areasDialogStyles = css`
  dialog {
    width: min(720px, calc(100vw - 24px));
    max-width: none;
    max-height: calc(100vh - 24px);
    overflow: hidden auto;
    container-type: inline-size;
  }
  h2 {
    margin: 0 0 4px;
  }
  p {
    margin: 0 0 8px;
  }
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    gap: 10px 16px;
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 12px;
    align-items: center;
    margin-bottom: 6px;
  }
  .line label {
    display: inline-flex;
    gap: 4px;
    align-items: center;
  }
  fieldset {
    display: contents;
  }
  area-picture {
    width: 100%;
    max-width: min(100%, calc(52vh * var(--aspect, 1)));
  }
  .waiting {
    display: grid;
    place-items: center;
    min-height: 160px;
    border: 1px solid var(--line);
  }
  ol {
    margin: 0 0 8px;
    padding: 0;
    list-style: none;
  }
  li {
    padding: 5px 6px;
    border: 1px solid transparent;
    border-bottom-color: var(--line);
  }
  li.chosen {
    border-color: var(--focus);
  }
  .edges {
    display: grid;
    grid-template-columns: repeat(4, minmax(0, 1fr));
    gap: 4px;
    margin-top: 4px;
  }
  .edges span {
    display: block;
    font-size: 0.9em;
  }
  .edges .corner {
    grid-column: span 2;
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 0 4px;
  }
  .edges .corner > .muted {
    grid-column: span 2;
  }
  number-field {
    width: 100%;
  }
  .remove {
    margin-left: auto;
  }
  choice-list {
    width: 130px;
  }
  .problem {
    color: var(--vscode-errorForeground);
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    margin-top: 10px;
  }
  @container (width < 480px) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
