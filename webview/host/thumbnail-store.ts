/** Thumbnails by image index, fetched for what is in view. */
import type { PanelThumbnail } from '../../src/shared/contracts';

export type ThumbnailState = { readonly uri: string } | { readonly error: string } | 'loading';

/** Small, so that the first pictures of a screen come early: an answer arrives whole. */
const batch = 24;
const attemptsAllowed = 3;

export class ThumbnailStore {
  private readonly known = new Map<number, PanelThumbnail>();
  private readonly attempts = new Map<number, number>();
  private wanted: readonly number[] = [];
  private readonly beside = new Map<string, readonly number[]>();
  private asked: ReadonlySet<number> = new Set();
  private generation = 0;

  constructor(
    private readonly fetch: (indexes: readonly number[]) => Promise<PanelThumbnail[]>,
    private readonly onChange: () => void,
    private readonly describe: (error: unknown) => string,
  ) {}

  /** Of an element that nobody has given one yet. */
  static empty(): ThumbnailStore {
    return new ThumbnailStore(
      () => Promise.resolve([]),
      () => undefined,
      String,
    );
  }

  get(index: number): ThumbnailState {
    return this.known.get(index) ?? 'loading';
  }

  /** The picture's address; undefined while it loads, and where there is none. */
  uriOf(index: number): string | undefined {
    const known = this.known.get(index);
    return known && 'uri' in known ? known.uri : undefined;
  }

  /** Another run: its pictures are others. */
  clear(): void {
    this.known.clear();
    this.attempts.clear();
    this.wanted = [];
    this.beside.clear();
    this.asked = new Set();
    this.generation++;
  }

  /** A picture that was there but did not load (its file was deleted): asks for it anew, a few times. */
  refresh(index: number, reason: string): void {
    if (this.fails(index, reason)) this.onChange();
    else this.known.delete(index);
    this.next();
  }

  /** What is in view, most wanted first. Replaces what was wanted before. */
  want(indexes: readonly number[]): void {
    this.wanted = indexes;
    const stillOfUse = indexes.some((index) => this.asked.has(index));
    if (this.asked.size === 0 || !stillOfUse) this.next();
  }

  /** A few more that something beside the grid shows; replaces what the same part wanted before. */
  wantBeside(part: string, indexes: readonly number[]): void {
    this.beside.set(part, indexes);
    if (indexes.some((index) => !this.known.has(index) && !this.asked.has(index))) this.next();
  }

  private next(): void {
    const all = [...[...this.beside.values()].flat(), ...this.wanted];
    const missing = [...new Set(all)].filter((index) => !this.known.has(index)).slice(0, batch);
    this.asked = new Set(missing);
    const generation = ++this.generation;
    if (missing.length === 0) return;
    this.fetch(missing).then(
      (thumbnails) => this.take(missing, thumbnails, generation),
      (error: unknown) => {
        if (generation !== this.generation) return; // dropped by the editor for a later request
        for (const index of missing) this.fails(index, this.describe(error));
        this.onChange();
        this.next();
      },
    );
  }

  private take(asked: readonly number[], thumbnails: readonly PanelThumbnail[], generation: number): void {
    for (const thumbnail of thumbnails) this.known.set(thumbnail.index, thumbnail);
    this.onChange();
    if (generation !== this.generation) return;
    for (const index of asked) if (!this.known.has(index)) this.fails(index, '');
    this.next();
  }

  /** Counts a failure; true when it was the last one allowed, after which the reason is shown. */
  private fails(index: number, error: string): boolean {
    const count = (this.attempts.get(index) ?? 0) + 1;
    this.attempts.set(index, count);
    if (count < attemptsAllowed) return false;
    this.known.set(index, { index, error });
    return true;
  }
}
