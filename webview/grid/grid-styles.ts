import { css } from 'lit';

export const gridStyles = css`
  :host {
    display: block;
    position: relative;
    min-width: 0;
    min-height: 0;
  }
  .scroller {
    position: absolute;
    inset: 0;
    overflow-x: hidden;
    overflow-y: scroll;
    padding: 8px 4px 8px 12px;
    outline: none;
  }
  .content {
    position: relative;
    height: var(--content-height);
  }
  .row {
    position: absolute;
    inset-inline: 0;
    top: var(--top);
    display: grid;
    grid-template-columns: repeat(var(--columns), var(--tile-width));
    gap: 8px;
  }
  .row.divider {
    grid-template-columns: 1fr;
    height: 22px;
    align-items: center;
  }
  .divider [role='gridcell'] {
    display: flex;
    gap: 8px;
    align-items: center;
    white-space: nowrap;
    color: var(--muted);
    font-size: 0.92em;
  }
  .divider [role='gridcell']::before,
  .divider [role='gridcell']::after {
    content: '';
    border-top: 1px dashed var(--flag);
    flex: 0 1 24px;
  }
  .divider [role='gridcell']::after {
    flex-grow: 1;
  }
  .tile {
    position: relative;
    display: flex;
    flex-direction: column;
    height: var(--tile-height);
    border-radius: 4px;
    outline: 1px solid var(--vscode-contrastBorder, transparent);
    outline-offset: -1px;
    background: var(--vscode-editorWidget-background, transparent);
    overflow: hidden;
    cursor: default;
    user-select: none;
    contain: strict;
    contain-intrinsic-size: var(--tile-width) var(--tile-height);
  }
  .tile.selected {
    background: var(--vscode-list-inactiveSelectionBackground);
    color: var(--vscode-list-inactiveSelectionForeground, inherit);
    outline: 2px solid var(--vscode-contrastActiveBorder, var(--focus));
    outline-offset: -2px;
  }
  .tile.focused {
    outline: 1px solid var(--vscode-contrastActiveBorder, var(--muted));
  }
  .tile:focus {
    outline: 2px solid var(--focus);
    outline-offset: -2px;
  }
  .picture {
    flex: none;
    height: var(--tile-width);
    padding: 3px;
  }
  img {
    display: block;
    width: 100%;
    height: 100%;
    object-fit: contain;
  }
  img.enlarged {
    image-rendering: pixelated;
  }
  .good img {
    opacity: 0.55;
  }
  .skeleton {
    width: 100%;
    height: 100%;
    border-radius: 3px;
    background: color-mix(in srgb, var(--vscode-foreground) 7%, transparent);
  }
  .unreadable {
    display: flex;
    flex-direction: column;
    gap: 4px;
    align-items: center;
    justify-content: center;
    height: 100%;
    padding: 4px;
    border: 1px dashed var(--vscode-contrastBorder, var(--muted));
    border-radius: 3px;
    color: var(--muted);
    font-size: 0.85em;
    line-height: 1.25;
    text-align: center;
    overflow: hidden;
  }
  .unreadable .sign {
    flex: none;
  }
  .reason {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 4;
    overflow-wrap: anywhere;
  }
  .compact .reason {
    display: none;
  }
  .flag-button {
    position: absolute;
    top: 3px;
    right: 3px;
    display: flex;
    align-items: center;
    justify-content: center;
    width: 24px;
    height: 24px;
    padding: 0;
    border: 1px solid transparent;
    border-radius: 3px;
    background: color-mix(in srgb, var(--vscode-editor-background) 82%, transparent);
    color: var(--muted);
    opacity: 0;
    cursor: pointer;
  }
  .flagged .flag-button {
    color: var(--flag);
    opacity: 1;
  }
  .flagged .flag-button .sign path {
    fill: currentColor;
  }
  .tile:hover .flag-button,
  .tile:focus .flag-button {
    opacity: 1;
  }
  .flag-button:hover {
    border-color: currentColor;
  }
  .bar {
    position: relative;
    flex: none;
    height: 3px;
    margin: 0 4px;
    background: linear-gradient(var(--bar), var(--bar)) left / calc(var(--share) * 100%) 100% no-repeat
      color-mix(in srgb, var(--vscode-foreground) 14%, transparent);
  }
  .flagged .bar {
    background-image: linear-gradient(var(--flag), var(--flag));
  }
  .bar::after {
    content: '';
    position: absolute;
    top: -1px;
    bottom: -1px;
    left: calc(var(--line-at) * 100%);
    width: 1px;
    background: var(--vscode-foreground);
  }
  .facts {
    display: flex;
    gap: 4px;
    align-items: center;
    height: 17px;
    padding: 0 5px;
    font-size: 0.92em;
    line-height: 17px;
    white-space: nowrap;
  }
  .facts .rank {
    margin-left: auto;
    color: var(--muted);
  }
  .selected .rank,
  .selected .name {
    color: inherit;
  }
  .decision,
  .label {
    display: inline-flex;
  }
  .label .sign {
    width: 12px;
    height: 12px;
    color: var(--muted);
  }
  .selected .label .sign {
    color: inherit;
  }
  .tile .label.disagrees {
    border-bottom: 2px solid var(--flag);
  }
  .tile .label.disagrees .sign {
    color: var(--flag);
  }
  .sign.bad {
    color: var(--bad);
  }
  .sign.good {
    color: var(--good);
  }
  [data-text]::before {
    content: attr(data-text);
  }
  .name {
    display: flex;
    padding: 0 5px;
    color: var(--muted);
    font-size: 0.92em;
    line-height: 17px;
    white-space: nowrap;
    overflow: hidden;
  }
  .head {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
  }
  .tail {
    flex: none;
    max-width: 100%;
    white-space: pre;
  }
  @media (forced-colors: active) {
    .tile:focus {
      outline-color: Highlight;
    }
  }
`;
