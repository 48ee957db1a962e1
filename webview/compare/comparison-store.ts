/**
 * Comparisons by image, with their pictures decoded, so that going to one is a matter of a frame: the neighbours of the
 * shown one are fetched ahead.
 */
import type { PanelComparison } from '../../src/shared/contracts';
import { toErrorReport } from '../../src/shared/errors';
import { keepNewest } from '../model/keep-newest';

/** For going back and forth. */
const longestKept = 24;
/** Those that were wanted a moment ago do not keep the one that is wanted now from being asked for. */
const mostAsked = 3;

interface Kept {
  readonly comparison: PanelComparison;
  /** Held, so that the page has them at hand. */
  readonly pictures: readonly HTMLImageElement[];
  /** Absent until they are found. */
  nearest?: readonly number[];
}

export class ComparisonStore {
  private readonly kept = new Map<number, Kept>();
  private readonly problems = new Map<number, string>();
  private readonly asked = new Set<number>();
  private wanted: readonly number[] = [];
  private generation = 0;

  fetch: (index: number) => Promise<PanelComparison> = () => Promise.reject(new Error('Not connected.'));

  fetchNearest: (index: number) => Promise<readonly number[]> = () => Promise.resolve([]);

  constructor(private readonly onChange: () => void) {}

  /** Undefined until its pictures can be drawn at once. */
  get(index: number): PanelComparison | undefined {
    return this.kept.get(index)?.comparison;
  }

  /** Usual images that are most like it; undefined until they are found, which nothing else waits for. */
  nearestOf(index: number): readonly number[] | undefined {
    return this.kept.get(index)?.nearest;
  }

  /** Why there is none. */
  problemOf(index: number): string | undefined {
    return this.problems.get(index);
  }

  /** Others are asked for, and in place of those that were wanted before. The first is the one to show. */
  want(indexes: readonly number[]): void {
    const [shown] = indexes;
    if (shown === undefined || shown === this.wanted[0]) {
      this.wanted = indexes;
      return;
    }
    this.wanted = indexes;
    this.problems.delete(shown);
    const known = this.kept.get(shown);
    if (known) {
      this.kept.delete(shown);
      this.kept.set(shown, known);
    }
    this.next();
  }

  /** Another ranking, another network: all of them are others. */
  clear(): void {
    this.generation++;
    this.kept.clear();
    this.problems.clear();
    this.asked.clear();
    this.wanted = [];
  }

  private next(): void {
    const [shown, ...neighbours] = this.wanted;
    if (shown === undefined) return;
    if (this.isMissing(shown) && this.asked.size < mostAsked) void this.ask(shown);
    // What is in sight comes first.
    if (this.isMissing(shown) || this.asked.has(shown)) return;
    for (const index of neighbours) if (this.isMissing(index) && this.asked.size < mostAsked - 1) void this.ask(index);
  }

  private isMissing(index: number): boolean {
    return !this.kept.has(index) && !this.problems.has(index) && !this.asked.has(index);
  }

  private async ask(index: number): Promise<void> {
    const { generation } = this;
    this.asked.add(index);
    try {
      const comparison = await this.fetch(index);
      const pictures = await decoded(comparison);
      if (generation !== this.generation) return;
      const kept: Kept = { comparison, pictures };
      keepNewest(this.kept, index, kept, longestKept);
      void this.findNearest(index, kept);
    } catch (error) {
      if (generation !== this.generation) return;
      this.problems.set(index, toErrorReport(error).message);
    }
    this.asked.delete(index);
    if (index === this.wanted[0]) this.onChange();
    this.next();
  }

  private async findNearest(index: number, kept: Kept): Promise<void> {
    // They are an extra: what keeps them from being found is told by all else that fails with it.
    kept.nearest = await this.fetchNearest(index).catch(() => []);
    if (index === this.wanted[0]) this.onChange();
  }
}

async function decoded(comparison: PanelComparison): Promise<HTMLImageElement[]> {
  const { original, seen, reconstruction, errorMap, ownErrorMap } = comparison;
  const addresses = [original, seen, reconstruction, errorMap, ownErrorMap].filter((address) => address !== undefined);
  return Promise.all(
    addresses.map(async (address) => {
      const picture = new Image();
      picture.src = address;
      // One that cannot be drawn shows its caption instead.
      await picture.decode().catch(() => undefined);
      return picture;
    }),
  );
}
