/** The keyboard's place in the list and the selection that grows from it. */
import type { ItemList } from '../model/image-list';
import type { PanelModel } from '../model/panel-model';
import type { GridLayout } from './grid-layout';

/** What the cursor moves over; asked anew each time, as all of it changes. */
export interface CursorGround {
  readonly model: PanelModel;
  readonly list: ItemList;
  readonly layout: GridLayout;
  readonly rowsInView: number;
}

export class GridCursor {
  /** In the list; 0 in an empty one. */
  position = 0;
  private selectionStart: number | undefined;

  constructor(
    private readonly ground: () => CursorGround,
    private readonly reveal: (position: number) => void,
  ) {}

  /** To `position`, clamped; with `extend` everything from the start of the selection is selected. */
  moveTo(position: number, extend = false): void {
    const { model, list } = this.ground();
    if (list.items.length === 0) return;
    const target = Math.min(Math.max(position, 0), list.items.length - 1);
    if (extend) this.selectionStart ??= this.position;
    else this.selectionStart = undefined;
    this.position = target;
    model.setView({ focused: list.items[target] ?? 0 });
    if (target > 0) model.begin();
    model.select(extend ? this.range(this.selectionStart ?? target, target) : []);
    this.reveal(target);
  }

  moveBy(step: number, extend = false): void {
    this.moveTo(this.position + step, extend);
  }

  moveRows(rows: number, extend = false): void {
    const direction = rows < 0 ? -1 : 1;
    this.moveTo(this.ground().layout.verticalNeighbour(this.position, direction, Math.abs(rows)), extend);
  }

  movePage(direction: 1 | -1, extend = false): void {
    this.moveRows(direction * Math.max(1, this.ground().rowsInView - 1), extend);
  }

  moveToEnd(direction: 1 | -1, extend = false): void {
    this.moveTo(direction < 0 ? 0 : this.ground().list.items.length - 1, extend);
  }

  /** Adds one to the selection or takes it out; the first time the image in focus is selected along. */
  toggle(position: number): void {
    const { model, list } = this.ground();
    const index = list.items[position];
    const inFocus = list.items[this.position];
    if (index === undefined) return;
    const selection = new Set(model.selection);
    if (selection.size === 0 && inFocus !== undefined && inFocus !== index) selection.add(inFocus);
    if (!selection.delete(index)) selection.add(index);
    this.moveTo(position);
    this.selectionStart = position;
    model.select(selection);
  }

  selectAll(): void {
    const { model, list } = this.ground();
    model.select(list.items);
  }

  private range(from: number, to: number): Uint32Array {
    return this.ground().list.items.subarray(Math.min(from, to), Math.max(from, to) + 1);
  }
}
