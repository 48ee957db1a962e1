/** Where the images lie on the map of the folder: asked of the editor, again and again while it is being laid out. */
import type { ImageMap, MapMethod } from '../../src/shared/contracts';
import { toErrorReport } from '../../src/shared/errors';
import type { RunSnapshot } from '../../src/shared/run';
import { initialMap, type MapState, type ViewState } from './view-state';

/** What it needs of the panel's model. */
export interface MapGround {
  readonly snapshot: RunSnapshot | undefined;
  readonly view: ViewState;
  setView(change: Partial<ViewState>): void;
}

export interface MapPlaces {
  /** x and y of every image by its index, NaN where it has no place (yet). */
  readonly places: Float32Array;
  /** How many have one. */
  readonly count: number;
  /** Half the width and height of what they cover, around 0. */
  readonly halfWidth: number;
  readonly halfHeight: number;
}

export class MapView {
  private current: MapPlaces | undefined;
  private share = 0;
  private failure: string | undefined;
  private halted = false;
  /** What {@link current} is, or will be, the map of. */
  private key: string | undefined;

  fetch: (method: MapMethod) => Promise<ImageMap> = () => Promise.reject(new Error('Not connected.'));

  constructor(
    private readonly ground: MapGround,
    private readonly changed: () => void,
  ) {}

  get state(): MapState {
    return this.ground.view.map ?? initialMap;
  }

  get isOpen(): boolean {
    return this.state.open;
  }

  /** The network has scored the images, so that there is something to lay out. */
  get isPossible(): boolean {
    return this.ground.snapshot?.record.errorScale !== undefined;
  }

  /** Undefined before the first images have a place. */
  get places(): MapPlaces | undefined {
    return this.current;
  }

  /** Share of the work; 1 when the map is complete. */
  get done(): number {
    return this.share;
  }

  /** Why there is no map. */
  get problem(): string | undefined {
    return this.failure;
  }

  /** The person has had enough of waiting. */
  get isHalted(): boolean {
    return this.halted;
  }

  set(change: Partial<MapState>): void {
    this.ground.setView({ map: { ...this.state, ...change } });
  }

  halt(): void {
    this.halted = true;
    this.key = undefined;
    this.changed();
  }

  /** Once more, after it was stopped or failed. */
  goOn(): void {
    this.halted = false;
    this.failure = undefined;
    this.key = undefined;
    this.follow();
    this.changed();
  }

  /** Begins where a map is wanted that is not there; another run, method or scoring has another one. */
  follow(): void {
    const { snapshot } = this.ground;
    if (!this.isOpen || !this.isPossible || !snapshot) {
      // Nobody looks: the engine may give it up. What is complete stays.
      if (this.share < 1) this.key = undefined;
      return;
    }
    const { runFolder, record, paths } = snapshot;
    const scored = [record.rescored ?? 0, record.bestEpoch ?? 0, record.status === 'done'];
    const key = [runFolder, this.state.method, paths.length, ...scored].join('\n');
    if (key === this.key || (this.halted && this.key === undefined)) return;
    this.key = key;
    this.share = 0;
    this.failure = undefined;
    this.current = undefined;
    void this.load(key, this.state.method, paths.length);
  }

  private async load(key: string, method: MapMethod, images: number): Promise<void> {
    try {
      while (this.share < 1) {
        const map = await this.fetch(method);
        if (key !== this.key) return;
        this.share = map.done;
        if (map.indexes.length > 0 || map.done === 1) this.current = placesOf(map, images);
        this.changed();
      }
    } catch (error) {
      if (key !== this.key) return;
      this.failure = toErrorReport(error).message;
      this.changed();
    }
  }
}

function placesOf({ indexes, places }: ImageMap, images: number): MapPlaces {
  const all = new Float32Array(2 * images).fill(NaN);
  let [halfWidth, halfHeight] = [0, 0];
  indexes.forEach((index, at) => {
    const [x, y] = [places[2 * at] ?? NaN, places[2 * at + 1] ?? NaN];
    all[2 * index] = x;
    all[2 * index + 1] = y;
    halfWidth = Math.max(halfWidth, Math.abs(x));
    halfHeight = Math.max(halfHeight, Math.abs(y));
  });
  return { places: all, count: indexes.length, halfWidth, halfHeight };
}
