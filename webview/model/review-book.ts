/** What a person said about the images of one run, with every step undoable. */
import { decisionOn } from '../../src/shared/flags';
import type { Decision, Review } from '../../src/shared/run';
import type { ThresholdSetting } from '../../src/shared/settings';

/** How things were before a step; only what the step changed is there. */
export interface UndoStep {
  readonly score?: string | undefined;
  readonly threshold?: ThresholdSetting | undefined;
  readonly unreadable?: 'flag' | 'keep' | undefined;
  readonly decisions?: Readonly<Record<string, Decision | 'none'>> | undefined;
  /** The image in focus, to go back to. */
  readonly focus?: number | undefined;
}

const longestHistory = 200;
export const emptyReview: Review = {
  version: 1,
  score: 'anomaly',
  threshold: { method: 'auto' },
  unreadable: 'flag',
  decisions: {},
};

export class ReviewBook {
  private current: Review = emptyReview;
  private steps: UndoStep[] = [];
  private gesture: string | undefined;
  private hashes: readonly string[] = [];
  private placesByHash = new Map<string, number[]>();
  private decided = new Map<number, Decision>();

  get review(): Review {
    return this.current;
  }

  get history(): readonly UndoStep[] {
    return this.steps;
  }

  /** Decisions by image index. */
  get decisions(): ReadonlyMap<number, Decision> {
    return this.decided;
  }

  open(review: Review, hashes: readonly string[], history: readonly UndoStep[]): void {
    this.current = review;
    this.steps = [...history];
    this.gesture = undefined;
    if (hashes !== this.hashes) {
      this.hashes = hashes;
      this.placesByHash = placesOf(hashes);
    }
    this.readDecisions();
  }

  /** False for an image whose bytes could not be read: there is nothing by which to remember a decision. */
  canDecide(index: number): boolean {
    return (this.hashes[index] ?? '') !== '';
  }

  /** One step for all of them. `choose` says what each image becomes; identical files share it. */
  decide(indexes: Iterable<number>, choose: (index: number) => Decision | 'none', focus: number): void {
    const before: Record<string, Decision | 'none'> = {};
    const after: Record<string, Decision | 'none'> = {};
    for (const index of indexes) {
      const hash = this.hashes[index] ?? '';
      if (hash === '' || hash in after) continue;
      before[hash] = decisionOn(hash, this.current.decisions) ?? 'none';
      after[hash] = choose(index);
    }
    if (Object.keys(after).every((hash) => before[hash] === after[hash])) return;
    this.remember({ decisions: before, focus });
    this.apply(after);
  }

  /** Steps of one `gesture` (a drag, a held key) undo together. */
  setThreshold(threshold: ThresholdSetting, gesture?: string): void {
    if (gesture === undefined || gesture !== this.gesture) this.remember({ threshold: this.current.threshold });
    this.gesture = gesture;
    this.current = { ...this.current, threshold };
  }

  setScore(score: string): void {
    this.remember({ score: this.current.score });
    this.current = { ...this.current, score };
  }

  setUnreadable(unreadable: 'flag' | 'keep'): void {
    this.remember({ unreadable: this.current.unreadable });
    this.current = { ...this.current, unreadable };
  }

  /** Takes back the last step and returns it; undefined when there is none. */
  undo(): UndoStep | undefined {
    const step = this.steps.pop();
    this.gesture = undefined;
    if (!step) return undefined;
    this.current = {
      ...this.current,
      ...(step.score === undefined ? {} : { score: step.score }),
      ...(step.threshold === undefined ? {} : { threshold: step.threshold }),
      ...(step.unreadable === undefined ? {} : { unreadable: step.unreadable }),
    };
    if (step.decisions) this.apply(step.decisions);
    return step;
  }

  private remember(step: UndoStep): void {
    this.gesture = undefined;
    this.steps = [...this.steps.slice(1 - longestHistory), step];
  }

  private apply(changes: Readonly<Record<string, Decision | 'none'>>): void {
    const known = new Map(Object.entries(this.current.decisions));
    for (const [hash, decision] of Object.entries(changes)) {
      const places = this.placesByHash.get(hash) ?? [];
      if (decision === 'none') {
        known.delete(hash);
        for (const index of places) this.decided.delete(index);
      } else {
        known.set(hash, decision);
        for (const index of places) this.decided.set(index, decision);
      }
    }
    const decisions = Object.fromEntries(known);
    this.current = { ...this.current, decisions };
  }

  private readDecisions(): void {
    this.decided = new Map();
    for (const [hash, decision] of Object.entries(this.current.decisions)) {
      for (const index of this.placesByHash.get(hash) ?? []) this.decided.set(index, decision);
    }
  }
}

function placesOf(hashes: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  hashes.forEach((hash, index) => {
    if (hash === '') return;
    const same = places.get(hash);
    if (same) same.push(index);
    else places.set(hash, [index]);
  });
  return places;
}
