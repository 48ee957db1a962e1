/** A polygon while its corners are clicked one after the other. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Area, AreaCorner, PolygonArea } from '../../src/shared/settings';
import type { Point } from './area-edits';
import { closesAt, polygonOf, withClick } from './polygon-edits';

export class PolygonDrawing implements ReactiveController {
  private clicked: readonly AreaCorner[] = [];
  private pointer: Point | undefined;

  /** @param finished told of the polygon when it is closed */
  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly kind: () => Area['kind'],
    private readonly finished: (area: PolygonArea) => void,
  ) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.giveUp();
  }

  get isUnderWay(): boolean {
    return this.clicked.length > 0;
  }

  /** What is to be seen of it: the corners so far, and where the next would be. */
  get line(): readonly AreaCorner[] {
    return this.pointer && this.isUnderWay ? [...this.clicked, [this.pointer.x, this.pointer.y]] : this.clicked;
  }

  click(point: Point): void {
    if (closesAt(this.clicked, point)) this.close();
    else this.change(withClick(this.clicked, point));
  }

  hover(point: Point): void {
    this.pointer = point;
    if (this.isUnderWay) this.host.requestUpdate();
  }

  /** Too few corners stay as they are. */
  close(): void {
    const area = polygonOf(this.kind(), this.clicked);
    if (!area) return;
    this.giveUp();
    this.finished(area);
  }

  giveUp(): void {
    this.pointer = undefined;
    this.change([]);
  }

  /** Whether the key meant something to it. */
  press(key: string): boolean {
    if (!this.isUnderWay) return false;
    if (key === 'Enter') this.close();
    else if (key === 'Escape') this.giveUp();
    else if (key === 'Backspace') this.change(this.clicked.slice(0, -1));
    else return false;
    return true;
  }

  private change(clicked: readonly AreaCorner[]): void {
    this.clicked = clicked;
    this.host.requestUpdate();
  }
}
