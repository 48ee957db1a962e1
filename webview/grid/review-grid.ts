/** The ranked grid: whatever the number of images, only the tiles in view are elements. */
import * as l10n from '@vscode/l10n';
import { html, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { formatScore } from '../../src/shared/format';
import { ThumbnailStore } from '../host/thumbnail-store';
import { locale } from '../localization';
import type { ItemList } from '../model/image-list';
import { largestTile, queryOf, smallestTile } from '../model/view-state';
import { ActionEvent } from '../panel/action-event';
import type { ChooseEvent } from '../panel/choice-list';
import { ModelElement } from '../panel/model-element';
import '../panel/popup-menu';
import type { PopupMenu } from '../panel/popup-menu';
import { base } from '../styles/base';
import { cssProperties } from '../styles/css-properties';
import { GridCursor } from './grid-cursor';
import { GridLayout, type GridRow } from './grid-layout';
import { gridStyles } from './grid-styles';
import { RestingLine } from './resting-line';
import { tile, tileContext, type TileContext } from './tile';
import { tileMenu } from './tile-menu';

/** Rows made before they come into view. */
const overscan = 1;
/** Padding of the scroller, left and right. */
const sidePadding = 16;
/** The same, above and below. */
const verticalPadding = 16;

@customElement('review-grid')
export class ReviewGrid extends ModelElement {
  static override styles = [base, gridStyles];

  @property({ attribute: false }) thumbnails = ThumbnailStore.empty();
  private readonly scroller = createRef<HTMLElement>();
  private readonly menu = createRef<PopupMenu>();

  readonly cursor = new GridCursor(
    () => ({
      model: this.model,
      list: this.list,
      layout: this.layout,
      rowsInView: Math.floor(this.viewport.height / this.layout.rowHeight),
    }),
    (position) => this.reveal(position),
  );
  private list: ItemList = { items: new Uint32Array() };
  private layout = new GridLayout({ items: 0, width: 0, tileSize: 128 });
  private viewport = { width: 0, height: 0 };
  private offset = 0;
  /** Where the scroller must go once the new content has its height. */
  private pendingScroll: number | undefined;
  private restored = false;
  private lastQuery = '';
  private readonly line = new RestingLine(
    (position) => {
      const { first, last } = this.rowsAround();
      const { row } = this.layout.placeOf(position);
      return row >= first - 1 && row <= last + 1;
    },
    () => this.requestUpdate(),
  );
  private readonly resizes = new ResizeObserver(() => this.measure());

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.line.stop();
    this.resizes.disconnect();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { view } = this.model;
    const before = { list: this.list, layout: this.layout };
    const list = this.line.follow(this.list, this.model.list);
    const shape = { items: list.items.length, above: list.above, width: this.viewport.width, tileSize: view.tileSize };
    this.list = list;
    if (!sameShape(shape, before.layout.shape)) this.layout = new GridLayout(shape);
    this.keepPlace(before);
    this.keepFocusInList();
  }

  protected override render(): TemplateResult {
    const { layout, model } = this;
    const context = tileContext(model, layout.compact);
    return html`<div
        ${ref(this.scroller)}
        class=${classMap({ scroller: true, compact: layout.compact })}
        role="grid"
        aria-label=${l10n.t('Images')}
        aria-multiselectable="true"
        aria-rowcount=${layout.rows}
        aria-colcount=${layout.columns}
        @scroll=${this.onScroll}
        @click=${this.onClick}
        @dblclick=${this.onDoubleClick}
        @wheel=${this.onWheel}
        @contextmenu=${this.onContextMenu}
        @keydown=${this.onMenuKey}
        @focusin=${this.onFocusIn}
      >
        <div
          class="content"
          role="presentation"
          ${cssProperties({
            '--content-height': `${layout.contentHeight}px`,
            '--columns': String(layout.columns),
            '--tile-width': `${layout.tileWidth}px`,
            '--tile-height': `${layout.tileHeight}px`,
          })}
        >
          ${repeat(
            this.visibleRows(),
            (row) => `${row.kind} ${row.row}`,
            (row) => this.renderRow(row, context),
          )}
        </div>
      </div>
      <popup-menu
        ${ref(this.menu)}
        label=${l10n.t('What to do with the image')}
        @choose=${this.onMenuChoice}
      ></popup-menu>`;
  }

  protected override updated(): void {
    if (this.pendingScroll !== undefined) {
      if (this.scroller.value) this.scroller.value.scrollTop = this.pendingScroll;
      this.pendingScroll = undefined;
    }
    this.thumbnails.want(this.indexesInView());
    this.tellWhatWasSeen();
  }

  protected override firstUpdated(): void {
    this.scroller.value?.addEventListener('error', (event) => this.onImageError(event), { capture: true });
    this.scroller.value?.addEventListener('load', (event) => this.onImageLoad(event), { capture: true });
    this.measure();
  }

  // ── moving ──

  /** The image in focus, unless the list is empty. */
  get focusedIndex(): number | undefined {
    return this.list.items[this.cursor.position];
  }

  /** Puts the keyboard focus on the image in focus, bringing it into view. */
  async focusTile(): Promise<void> {
    this.reveal(this.cursor.position);
    // A grid that has just come has its tiles only with the update after it was measured.
    while (!(await this.updateComplete)) continue;
    const index = this.focusedIndex;
    if (index === undefined) return;
    this.renderRoot.querySelector<HTMLElement>(`#image-${index}`)?.focus({ preventScroll: true });
  }

  /** Brings the image in focus into view, the keyboard focus staying where it is. */
  revealFocused(): void {
    this.cursor.position = Math.max(0, this.model.list.items.indexOf(this.model.view.focused));
    this.reveal(this.cursor.position);
  }

  private reveal(position: number): void {
    const { layout, viewport } = this;
    const { row } = layout.placeOf(position);
    const top = layout.topOf(row);
    const seenTop = layout.toFull(this.offset, viewport.height);
    const visible = viewport.height - verticalPadding;
    if (top < seenTop) this.scrollToFull(top);
    else if (top + layout.rowHeight > seenTop + visible) this.scrollToFull(top + layout.rowHeight - visible);
  }

  private scrollToFull(fullTop: number): void {
    const end = this.layout.contentHeight + verticalPadding - this.viewport.height;
    const wished = this.layout.toScroll(fullTop, this.viewport.height);
    this.offset = Math.max(0, Math.min(wished, end));
    this.pendingScroll = this.offset;
    this.requestUpdate();
  }

  // ── what is in view ──

  private visibleRows(): GridRow[] {
    const { layout, viewport } = this;
    if (layout.rows === 0 || viewport.width === 0) return [];
    const { first, last } = this.rowsAround();
    const rows: GridRow[] = [];
    for (let row = first; row <= last; row++) rows.push(layout.row(row));
    // The image in focus stays an element, or the keyboard's place would be lost when it is scrolled away.
    const focusRow = layout.placeOf(this.cursor.position).row;
    if (focusRow < first) rows.unshift(layout.row(focusRow));
    if (focusRow > last) rows.push(layout.row(focusRow));
    return rows;
  }

  /** The first and the last row that are drawn, but for the image in focus. */
  private rowsAround(): { readonly first: number; readonly last: number } {
    const { layout, viewport } = this;
    const top = layout.toFull(this.offset, viewport.height);
    return {
      first: Math.max(0, layout.rowAt(top) - overscan),
      last: Math.min(layout.rows - 1, layout.rowAt(top + viewport.height) + overscan),
    };
  }

  private indexesInView(): number[] {
    return this.visibleRows().flatMap((row) =>
      row.kind === 'tiles' ? [...this.list.items.subarray(row.start, row.end)] : [],
    );
  }

  /** Down to the lower edge: what stays in place when the ranking learns. */
  private tellWhatWasSeen(): void {
    const { layout, viewport } = this;
    const bottom = layout.toFull(this.offset, viewport.height) + viewport.height;
    let row = layout.row(layout.rowAt(bottom));
    if (row.kind === 'divider' && row.row > 0) row = layout.row(row.row - 1);
    this.model.setSeen(row.kind === 'tiles' ? row.end : 0);
  }

  private renderRow(row: GridRow, context: TileContext): TemplateResult {
    const { layout, viewport } = this;
    // With more rows than an element can be high, rows stand relative to what is seen.
    const shift = this.offset - layout.toFull(this.offset, viewport.height);
    const position = cssProperties({ '--top': `${row.top + shift}px` });
    if (row.kind === 'divider') {
      const text = l10n.t('threshold {0}', formatScore(context.threshold, locale));
      return html`<div class="row divider" role="row" aria-rowindex=${row.row + 1} ${position}>
        <div role="gridcell" aria-colspan=${layout.columns}><span>${text}</span></div>
      </div>`;
    }
    const indexes = [...this.list.items.subarray(row.start, row.end)];
    return html`<div class="row" role="row" aria-rowindex=${row.row + 1} ${position}>
      ${indexes.map((index, column) => tile(context, index, column, this.thumbnails.get(index)))}
    </div>`;
  }

  /** After the list or the layout changed: the first image in view stays the first in view. */
  private keepPlace(before: { list: ItemList; layout: GridLayout }): void {
    const { view } = this.model;
    // An epoch's order is a new one when its losses have come.
    const order = this.model.epochs.ranking ? 'here' : '';
    const query = [order, ...queryOf(view), this.model.snapshot?.runFolder ?? ''].join('\n');
    const newQuery = query !== this.lastQuery;
    this.lastQuery = query;
    // An image that another list lacks hands the focus to the first of that list.
    if (newQuery && this.restored) this.cursor.position = 0;
    if (this.viewport.width === 0 || this.list.items.length === 0) return;
    if (!this.restored) {
      this.restored = true;
      if (view.anchor >= 0) this.scrollToImage(view.anchor, 0);
    } else if (newQuery) {
      this.scrollToFull(0);
    } else if (this.layout !== before.layout || this.list.items !== before.list.items) {
      if (this.offset < 4) return;
      const top = before.layout.toFull(this.offset, this.viewport.height);
      const firstRow = before.layout.rowAt(top);
      const row = before.layout.row(firstRow);
      const index = row.kind === 'tiles' ? before.list.items[row.start] : undefined;
      if (index !== undefined) this.scrollToImage(index, (top - row.top) / before.layout.rowHeight);
    }
  }

  private scrollToImage(index: number, rowsAbove: number): void {
    const position = this.list.items.indexOf(index);
    if (position < 0) return;
    const { row } = this.layout.placeOf(position);
    this.scrollToFull(row === 0 && rowsAbove === 0 ? 0 : this.layout.topOf(row) + rowsAbove * this.layout.rowHeight);
  }

  /** When the image in focus left the list, the one that took its place gets the focus. */
  private keepFocusInList(): void {
    const { items } = this.list;
    const { focused } = this.model.view;
    if (items[this.cursor.position] === focused) return;
    const position = items.indexOf(focused);
    if (position >= 0) {
      this.cursor.position = position;
      return;
    }
    this.cursor.position = Math.max(0, Math.min(this.cursor.position, items.length - 1));
    const next = items[this.cursor.position];
    const hadFocus = this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement !== null;
    if (next === undefined) return;
    this.model.setView({ focused: next });
    if (hadFocus) void this.focusTile();
  }

  // ── events ──

  private measure(): void {
    const { clientWidth, clientHeight } = this.scroller.value ?? this;
    const width = Math.max(0, clientWidth - sidePadding);
    if (width === this.viewport.width && clientHeight === this.viewport.height) return;
    this.viewport = { width, height: clientHeight };
    this.requestUpdate();
  }

  private readonly onScroll = (): void => {
    const offset = this.scroller.value?.scrollTop ?? 0;
    // The grid's own scrolling is on the screen already.
    const own = Math.abs(offset - this.offset) < 1;
    this.offset = offset;
    const row = this.layout.row(this.layout.rowAt(this.layout.toFull(offset, this.viewport.height)));
    const index = row.kind === 'tiles' ? this.list.items[row.start] : undefined;
    if (index !== undefined) this.model.setAnchor(index);
    if (this.offset > this.viewport.height) this.model.begin();
    if (!own) this.requestUpdate();
  };

  private readonly onClick = (event: MouseEvent): void => {
    const index = imageOf(event);
    if (index === undefined) return;
    const position = this.list.items.indexOf(index);
    if (flagButtonOf(event)) {
      this.dispatchEvent(new ActionEvent({ type: 'flip', index }));
    } else if (event.ctrlKey || event.metaKey) {
      this.cursor.toggle(position);
    } else {
      this.cursor.moveTo(position, event.shiftKey);
    }
    void this.focusTile();
  };

  /** Screen readers put the focus on a tile without a key or click of ours: keys must mean that image then. */
  private readonly onFocusIn = ({ target }: FocusEvent): void => {
    if (!(target instanceof HTMLElement) || !target.matches('.tile') || target.matches(':active')) return;
    const index = Number(target.dataset['index']);
    if (index !== this.focusedIndex) this.cursor.moveTo(this.list.items.indexOf(index));
  };

  private readonly onContextMenu = (event: MouseEvent): void => {
    const index = imageOf(event);
    if (index === undefined) return;
    event.preventDefault();
    if (this.model.selection.has(index)) this.model.setView({ focused: index });
    else this.cursor.moveTo(this.list.items.indexOf(index));
    this.openMenu(index, event.clientX, event.clientY);
  };

  private readonly onMenuKey = (event: KeyboardEvent): void => {
    const index = imageOf(event);
    const opens = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
    if (!opens || index === undefined || !(event.target instanceof Element)) return;
    event.preventDefault();
    event.stopPropagation();
    const { left, top, width } = event.target.getBoundingClientRect();
    this.openMenu(index, left + width / 4, top + width / 4);
  };

  private openMenu(index: number, x: number, y: number): void {
    const { value: menu } = this.menu;
    if (!menu) return;
    menu.choices = tileMenu(this.model, index);
    void menu.show({ x, y }, () => void this.focusTile());
  }

  private readonly onMenuChoice = (event: ChooseEvent): void => {
    const index = this.focusedIndex;
    if (index === undefined) return;
    const chosen = tileMenu(this.model, index).find(({ value }) => value === event.value);
    if (chosen) this.dispatchEvent(new ActionEvent(chosen.action));
  };

  private readonly onDoubleClick = (event: MouseEvent): void => {
    if (imageOf(event) !== undefined && !flagButtonOf(event)) this.dispatchEvent(new ActionEvent({ type: 'compare' }));
  };

  private readonly onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const size = this.model.view.tileSize * (event.deltaY < 0 ? 1.12 : 1 / 1.12);
    this.model.setView({ tileSize: Math.round(Math.min(largestTile, Math.max(smallestTile, size))) });
  };

  private onImageError(event: Event): void {
    const index = imageOf(event);
    if (index !== undefined) this.thumbnails.refresh(index, l10n.t('The small picture could not be loaded.'));
  }

  private onImageLoad(event: Event): void {
    const { target } = event;
    if (!(target instanceof HTMLImageElement)) return;
    target.classList.toggle('enlarged', Math.max(target.naturalWidth, target.naturalHeight) * 2 <= target.clientWidth);
  }
}

function sameShape(a: GridLayout['shape'], b: GridLayout['shape']): boolean {
  return a.items === b.items && a.above === b.above && a.width === b.width && a.tileSize === b.tileSize;
}

function imageOf(event: Event): number | undefined {
  const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
  return element ? Number(element.dataset['index']) : undefined;
}

function flagButtonOf(event: Event): boolean {
  return event.target instanceof Element && event.target.closest('.flag-button') !== null;
}

declare global {
  interface HTMLElementTagNameMap {
    'review-grid': ReviewGrid;
  }
}
