/** What pointers do on the map: a click, an outline around images, moving the map, two fingers that zoom. */
import type { MapTool } from '../model/view-state';
import type { Camera, Point } from './camera';
import { rectangleBetween } from './map-picking';

export interface GestureGround {
  readonly camera: () => Camera;
  readonly tool: () => MapTool;
  readonly look: (camera: Camera) => void;
  readonly click: (at: Point, event: PointerEvent) => void;
  /** An outline was closed around images. */
  readonly enclose: (corners: readonly Point[], event: PointerEvent) => void;
  /** The outline on the way changed. */
  readonly redraw: () => void;
}

/** A hand that presses moves so far without meaning to. */
const slack = 4;
/** Corners of a lasso lie so far apart. */
const cornerDistance = 3;

type Doing = 'press' | 'outline' | 'move';

export class MapGestures {
  private readonly pointers = new Map<number, Point>();
  private doing: Doing | undefined;
  private path: Point[] = [];
  /** Space is held: dragging moves the map. */
  private space = false;
  private spaceDragged = false;

  constructor(private readonly ground: GestureGround) {}

  /** Corners of what is being drawn, on the screen. */
  get outline(): readonly Point[] {
    return this.doing === 'outline' ? this.path : [];
  }

  get isBusy(): boolean {
    return this.doing !== undefined;
  }

  get isMoving(): boolean {
    return this.doing === 'move' || this.space;
  }

  holdSpace(): void {
    this.space = true;
  }

  /** @returns whether it was held and the map not moved meanwhile */
  releaseSpace(): boolean {
    const alone = this.space && !this.spaceDragged;
    this.space = false;
    this.spaceDragged = false;
    return alone;
  }

  /** Drops what was begun. */
  cancel(): boolean {
    if (this.doing !== 'outline') return false;
    this.doing = undefined;
    this.path = [];
    this.ground.redraw();
    return true;
  }

  down(at: Point, event: PointerEvent): void {
    this.pointers.set(event.pointerId, at);
    if (this.pointers.size > 1) {
      this.doing = 'move';
      this.path = [];
    } else if (event.button === 1 || (event.button === 0 && this.space)) {
      this.doing = 'move';
    } else if (event.button === 0) {
      // Without moving it is a click, whatever dragging would do.
      this.doing = 'press';
    }
    this.path = [at];
  }

  move(at: Point, event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    if (this.pointers.size > 1) this.pinch(event.pointerId, before, at);
    this.pointers.set(event.pointerId, at);
    if (this.pointers.size > 1) return;
    const [first] = this.path;
    if (this.doing === 'press' && first && Math.hypot(at.x - first.x, at.y - first.y) > slack) {
      this.doing = this.ground.tool() === 'move' ? 'move' : 'outline';
    }
    if (this.doing === 'move') {
      this.spaceDragged = this.space;
      this.ground.look(this.ground.camera().moved(at.x - before.x, at.y - before.y));
    } else if (this.doing === 'outline' && first) {
      this.extend(first, at);
      this.ground.redraw();
    }
  }

  up(at: Point, event: PointerEvent): void {
    if (!this.pointers.delete(event.pointerId)) return;
    const { doing, path } = this;
    if (this.pointers.size > 0) return;
    this.doing = undefined;
    this.path = [];
    if (doing === 'press') this.ground.click(at, event);
    if (doing === 'outline') this.ground.enclose(path, event);
    this.ground.redraw();
  }

  /** The system took the pointer away. */
  lose(event: PointerEvent): void {
    if (!this.pointers.delete(event.pointerId) || this.pointers.size > 0) return;
    this.doing = undefined;
    this.path = [];
    this.ground.redraw();
  }

  private extend(first: Point, at: Point): void {
    if (this.ground.tool() === 'rectangle') {
      this.path = [...rectangleBetween(first, at)];
      return;
    }
    const last = this.path[this.path.length - 1] ?? first;
    if (Math.hypot(at.x - last.x, at.y - last.y) >= cornerDistance) this.path.push(at);
  }

  private pinch(id: number, before: Point, at: Point): void {
    const other = [...this.pointers].find(([pointer]) => pointer !== id)?.[1];
    if (!other) return;
    const distance = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
    const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
    const camera = this.ground.camera().zoomed(distance(at) / distance(before), middle);
    this.ground.look(camera.moved((at.x - before.x) / 2, (at.y - before.y) / 2));
  }
}
