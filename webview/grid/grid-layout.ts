/** Where the tiles of the grid stand: a function of the scroll position, with nothing measured but the viewport. */

export interface GridShape {
  readonly items: number;
  /** After this many items the threshold line takes a row of its own. */
  readonly above?: number | undefined;
  /** Inner width of the viewport in CSS pixels. */
  readonly width: number;
  readonly tileSize: number;
}

export const gap = 8;
const dividerHeight = 30;
/** Tiles narrower than this show only the picture, the bar and the signs. */
const compactBelow = 88;
/** Browsers cannot make an element of more than about 33 million device pixels. */
const tallestContent = 8_000_000;

export type GridRow =
  | { readonly kind: 'tiles'; readonly row: number; readonly start: number; readonly end: number; readonly top: number }
  | { readonly kind: 'divider'; readonly row: number; readonly top: number };

export class GridLayout {
  readonly columns: number;
  readonly tileWidth: number;
  readonly compact: boolean;
  readonly tileHeight: number;
  readonly rowHeight: number;
  readonly rows: number;
  /** Of everything, were it laid out whole. */
  readonly height: number;
  /** Of the element that scrolls: the same, up to what a browser can do. */
  readonly contentHeight: number;
  private readonly rowsAbove: number;
  private readonly divider: boolean;

  constructor(readonly shape: GridShape) {
    const { width, tileSize, items, above } = shape;
    this.columns = Math.max(1, Math.floor((width + gap) / (tileSize + gap)));
    this.tileWidth = Math.max(1, Math.floor((width - gap * (this.columns - 1)) / this.columns));
    this.compact = this.tileWidth < compactBelow;
    this.tileHeight = this.tileWidth + (this.compact ? 20 : 42);
    this.rowHeight = this.tileHeight + gap;
    this.divider = above !== undefined && items > 0;
    const itemsAbove = this.divider ? (above ?? 0) : items;
    this.rowsAbove = Math.ceil(itemsAbove / this.columns);
    this.rows = this.rowsAbove + (this.divider ? 1 + Math.ceil((items - itemsAbove) / this.columns) : 0);
    const tileRows = this.rows - (this.divider ? 1 : 0);
    this.height = tileRows * this.rowHeight + (this.divider ? dividerHeight : 0);
    this.contentHeight = Math.min(this.height, tallestContent);
  }

  /** Top of a row in the full layout. */
  topOf(row: number): number {
    const afterDivider = this.divider && row > this.rowsAbove;
    return afterDivider ? (row - 1) * this.rowHeight + dividerHeight : row * this.rowHeight;
  }

  /** The row at `y` of the full layout. */
  rowAt(y: number): number {
    const dividerTop = this.rowsAbove * this.rowHeight;
    const row =
      !this.divider || y < dividerTop
        ? Math.floor(y / this.rowHeight)
        : y < dividerTop + dividerHeight
          ? this.rowsAbove
          : Math.floor((y - dividerHeight) / this.rowHeight) + 1;
    return Math.min(Math.max(row, 0), Math.max(this.rows - 1, 0));
  }

  row(row: number): GridRow {
    const top = this.topOf(row);
    if (this.divider && row === this.rowsAbove) return { kind: 'divider', row, top };
    const { items, above = 0 } = this.shape;
    const below = this.divider && row > this.rowsAbove;
    const start = below ? above + (row - this.rowsAbove - 1) * this.columns : row * this.columns;
    const limit = this.divider && !below ? above : items;
    return { kind: 'tiles', row, start, end: Math.min(start + this.columns, limit), top };
  }

  /** Row and column of the item at `position` of the list. */
  placeOf(position: number): { readonly row: number; readonly column: number } {
    const { above = 0 } = this.shape;
    if (!this.divider || position < above) {
      return { row: Math.floor(position / this.columns), column: position % this.columns };
    }
    const after = position - above;
    return { row: this.rowsAbove + 1 + Math.floor(after / this.columns), column: after % this.columns };
  }

  /** The position one row further up (-1) or down (1) in the same column, the nearest there is; stays at the ends. */
  verticalNeighbour(position: number, direction: 1 | -1, rows = 1): number {
    const { row, column } = this.placeOf(position);
    let target = row + direction * rows;
    if (this.divider && target === this.rowsAbove) target += direction;
    target = Math.min(Math.max(target, 0), this.rows - 1);
    let found = this.row(target);
    if (found.kind === 'divider') found = this.row(target - direction); // nothing beyond the line
    if (found.kind === 'divider' || found.end <= found.start) return position;
    return Math.min(found.start + column, found.end - 1);
  }

  /** Scroll position of the element → top of what is seen in the full layout, and back. */
  toFull(scrollTop: number, viewport: number): number {
    return scrollTop * this.stretch(viewport);
  }

  toScroll(top: number, viewport: number): number {
    return top / this.stretch(viewport);
  }

  private stretch(viewport: number): number {
    const free = this.contentHeight - viewport;
    return free > 0 ? Math.max(1, (this.height - viewport) / free) : 1;
  }
}
