/** Which part of the map is seen: from places on the map to pixels of the canvas and back. */
import type { MapPlaces } from '../model/map-view';

/** How far one may go in and out. */
const furthestIn = 400;
const furthestOut = 0.5;
/** Around the outermost images when all are seen. */
const margin = 0.9;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export class Camera {
  constructor(
    readonly center: Point,
    readonly zoom: number,
    /** Of the canvas, in CSS pixels. */
    readonly width: number,
    readonly height: number,
    private readonly extent: Pick<MapPlaces, 'halfWidth' | 'halfHeight'>,
  ) {}

  /** CSS pixels for one unit of the map. */
  get scale(): number {
    const { width, height, extent } = this;
    const fit = Math.min(width / 2 / Math.max(extent.halfWidth, 0.02), height / 2 / Math.max(extent.halfHeight, 0.02));
    return fit * margin * this.zoom;
  }

  toScreen({ x, y }: Point): Point {
    return {
      x: (x - this.center.x) * this.scale + this.width / 2,
      y: (y - this.center.y) * this.scale + this.height / 2,
    };
  }

  toMap({ x, y }: Point): Point {
    return {
      x: (x - this.width / 2) / this.scale + this.center.x,
      y: (y - this.height / 2) / this.scale + this.center.y,
    };
  }

  /** Larger by `factor`; what is at `at` on the screen stays there. */
  zoomed(factor: number, at: Point = { x: this.width / 2, y: this.height / 2 }): Camera {
    const zoom = Math.min(furthestIn, Math.max(furthestOut, this.zoom * factor));
    const place = this.toMap(at);
    const ratio = this.zoom / zoom;
    const center = {
      x: place.x + (this.center.x - place.x) * ratio,
      y: place.y + (this.center.y - place.y) * ratio,
    };
    return this.at(center, zoom);
  }

  /** The content moves with the hand, by pixels. */
  moved(byX: number, byY: number): Camera {
    return this.at({ x: this.center.x - byX / this.scale, y: this.center.y - byY / this.scale }, this.zoom);
  }

  /** Moved no further than needed to have the place in sight. */
  showing(place: Point, edge = 24): Camera {
    const { x, y } = this.toScreen(place);
    const into = (value: number, size: number) =>
      Math.min(Math.max(value, Math.min(edge, size / 2)), Math.max(size - edge, size / 2));
    return this.moved(into(x, this.width) - x, into(y, this.height) - y);
  }

  all(): Camera {
    return this.at({ x: 0, y: 0 }, 1);
  }

  private at(center: Point, zoom: number): Camera {
    // Half of the map at most can be pushed out of sight.
    const limit = (value: number, half: number) => Math.min(Math.max(value, -half), half);
    const { halfWidth, halfHeight } = this.extent;
    const inside = { x: limit(center.x, halfWidth), y: limit(center.y, halfHeight) };
    return new Camera(inside, zoom, this.width, this.height, this.extent);
  }
}
