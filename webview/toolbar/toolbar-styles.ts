import { css } from 'lit';

export const toolbarStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    border-block: 1px solid var(--line);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 12px;
    align-items: center;
    padding: 4px 12px;
  }
  label,
  .pair {
    display: inline-flex;
    gap: 6px;
    align-items: center;
    min-width: 0;
  }
  .sort,
  .show {
    width: 164px;
  }
  .search {
    flex: 1 1 90px;
    max-width: 190px;
  }
  vscode-textfield {
    width: 100%;
  }
  input[type='range'] {
    width: 80px;
    height: 16px;
  }
  .end {
    display: inline-flex;
    gap: 4px 12px;
    align-items: center;
    min-height: 26px;
    margin-left: auto;
  }
  .filters,
  .anew {
    display: inline-flex;
    gap: 4px;
    align-items: center;
    height: 26px;
    margin-left: -8px;
  }
  .filters[aria-expanded='true'] {
    border-color: var(--focus);
  }
  .badge {
    min-width: 16px;
    padding: 0 4px;
    border-radius: 8px;
    background: var(--vscode-badge-background);
    color: var(--vscode-badge-foreground);
    outline: 1px solid var(--vscode-contrastBorder, transparent);
    font-size: 0.85em;
    text-align: center;
  }
  .clear {
    text-decoration: underline;
  }
  .short {
    display: none;
  }
  @container (width < 1320px) {
    .words {
      display: none;
    }
    .sort,
    .show {
      width: 136px;
    }
  }
  @container (width < 1120px) {
    .long {
      display: none;
    }
    .short {
      display: inline;
    }
    /* Room for how many are shown: a filter must not push the last tool into another row, and the images down. */
    .row {
      gap: 4px 8px;
    }
    .sort,
    .show {
      width: 128px;
    }
  }
  /* The list of what is shown counts them as well. */
  @container (width < 1080px) {
    .matches .number {
      display: none;
    }
  }
  /* The longest words of all languages still leave the slider in the row. */
  @container (width < 760px) {
    .sort {
      width: 112px;
    }
    .show {
      width: 128px;
    }
    .search {
      flex-basis: 60px;
    }
  }
  /* In a narrow column what is needed now and then is folded away with the filters. */
  @container (width < 560px) {
    .row:not(.open) .folds {
      display: none;
    }
    .pair {
      flex: 1 1 90px;
      max-width: none;
    }
    .pair > * {
      flex: 1 1 0;
      width: auto;
    }
    .end {
      flex: 1 1 auto;
    }
    .selecting > :is(view-switch, .pair, .filters) {
      display: none;
    }
  }
  .selection {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 5px;
    align-items: center;
  }
`;
