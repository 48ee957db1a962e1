/**
 * The flagged images, those together that are odd in the same way: a way to look at them, and to decide a group at once.
 * Groups stay as they were made while their images are decided, so that nothing runs away under the hand.
 */
import type { ImageGroup } from '../../src/shared/contracts';
import { toErrorReport } from '../../src/shared/errors';
import type { RunSnapshot } from '../../src/shared/run';
import { Memo } from './memo';

/** What it needs of the panel's model. */
export interface GroupGround {
  readonly snapshot: RunSnapshot | undefined;
  /** Indexes of the flagged images, strangest first. */
  readonly flaggedIndexes: number[];
}

export class GroupView {
  private readonly itemsMemo = new Memo<Uint32Array>();
  private made: readonly ImageGroup[] | undefined;
  private chosenPlace: number | undefined;
  private opened = false;
  private run: string | undefined;
  /** The answer that is waited for: another question or another run makes it stale. */
  private awaited: Promise<ImageGroup[]> | undefined;

  /** Images by how they are odd. */
  fetch: (indexes: readonly number[]) => Promise<ImageGroup[]> = () => Promise.reject(new Error('Not connected.'));
  /** Told why there can be no groups. */
  onProblem: (sentence: string) => void = () => undefined;

  constructor(
    private readonly ground: GroupGround,
    private readonly changed: () => void,
  ) {}

  get isOpen(): boolean {
    return this.opened;
  }

  /** Undefined while they are being made. */
  get groups(): readonly ImageGroup[] | undefined {
    return this.opened ? this.made : undefined;
  }

  /** The place of the only group that is shown. */
  get chosen(): number | undefined {
    return this.groups?.[this.chosenPlace ?? -1] ? this.chosenPlace : undefined;
  }

  /** In the order of the grid: group by group, or those of the chosen one; undefined while there are none. */
  get items(): Uint32Array | undefined {
    const { groups, chosen } = this;
    if (!groups) return undefined;
    return this.itemsMemo.get([groups, chosen], () =>
      Uint32Array.from(
        groups.filter((_, place) => chosen === undefined || place === chosen).flatMap(({ images }) => images),
      ),
    );
  }

  /** Groups what is flagged now. */
  async open(): Promise<void> {
    this.run = this.ground.snapshot?.runFolder;
    this.opened = true;
    this.made = undefined;
    this.chosenPlace = undefined;
    const asked = this.fetch(this.ground.flaggedIndexes);
    this.awaited = asked;
    this.changed();
    try {
      const groups = await asked;
      if (asked !== this.awaited) return;
      this.made = groups;
    } catch (error) {
      if (asked !== this.awaited) return;
      this.opened = false;
      this.onProblem(toErrorReport(error).message);
    }
    this.changed();
  }

  /** The flagged images that are odd in the same way as `index`, itself among them; only itself where it is like none. */
  async alike(index: number): Promise<readonly number[]> {
    const known = this.groups?.some(({ images }) => images.includes(index)) === true ? this.groups : undefined;
    const groups = known ?? (await this.fetch(this.ground.flaggedIndexes));
    return groups.find(({ alike, images }) => alike && images.includes(index))?.images ?? [index];
  }

  close(): void {
    if (!this.opened) return;
    this.opened = false;
    this.awaited = undefined;
    this.changed();
  }

  /** Shows one group alone, or all again. */
  choose(place: number | undefined): void {
    this.chosenPlace = place;
    this.changed();
  }

  /** Another run has other groups. */
  follow(): void {
    if (this.ground.snapshot?.runFolder === this.run) return;
    this.run = undefined;
    this.opened = false;
    this.awaited = undefined;
  }
}
