/** What a person said about the images of one run, with every step undoable. */
import { decisionOn } from '../../src/shared/flags';
import { noHistory, type ReviewHistory, type ReviewStep } from '../../src/shared/review-history';
import type { Decision, Review } from '../../src/shared/run';
import { compositeScore, taughtScore } from '../../src/shared/score-names';
import type { ThresholdSetting } from '../../src/shared/settings';

/** Of what can be taken back while the panel is open. */
const longestHistory = 10_000;
export const emptyReview: Review = {
  version: 1,
  score: 'anomaly',
  threshold: { method: 'auto' },
  unreadable: 'flag',
  decisions: {},
};

export class ReviewBook {
  private current: Review = emptyReview;
  private past: ReviewHistory = noHistory;
  private gesture: string | undefined;
  private hashes: readonly string[] = [];
  private placesByHash = new Map<string, number[]>();
  private decided = new Map<number, Decision>();

  get review(): Review {
    return this.current;
  }

  /** Another object after each change of it. */
  get history(): ReviewHistory {
    return this.past;
  }

  /** Decisions by image index; another map after each change. */
  get decisions(): ReadonlyMap<number, Decision> {
    return this.decided;
  }

  open(review: Review, hashes: readonly string[], history: ReviewHistory): void {
    this.current = review;
    this.past = history;
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
  decide(indexes: Iterable<number>, choose: (index: number) => Decision | 'none', focus: number, teach = false): void {
    const before: Record<string, Decision | 'none'> = {};
    const after: Record<string, Decision | 'none'> = {};
    for (const index of indexes) {
      const hash = this.hashes[index] ?? '';
      if (hash === '' || hash in after) continue;
      before[hash] = decisionOn(hash, this.current.decisions) ?? 'none';
      after[hash] = choose(index);
    }
    const isSaid = Object.keys(after).every((hash) => before[hash] === after[hash]);
    const isTaught = !teach || this.current.learn === true;
    if (Object.keys(after).length === 0 || (isSaid && isTaught)) return;
    this.remember({ decisions: before, focus, ...(isTaught ? {} : this.learning) });
    this.apply(after);
    if (!isTaught) this.current = learning(this.current, true);
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

  /** What is learned from marks takes the place of the composite; another score that was chosen stays. */
  setLearn(learn: boolean): void {
    if (learn === (this.current.learn ?? false)) return;
    this.remember(this.learning);
    this.current = learning(this.current, learn);
  }

  private get learning(): ReviewStep {
    return { learn: this.current.learn ?? false, score: this.current.score };
  }

  setUnreadable(unreadable: 'flag' | 'keep'): void {
    this.remember({ unreadable: this.current.unreadable });
    this.current = { ...this.current, unreadable };
  }

  /** Takes back the last step and returns it; undefined when there is none. */
  undo(): ReviewStep | undefined {
    const { done, undone } = this.past;
    const step = done.at(-1);
    if (step) this.past = { done: done.slice(0, -1), undone: [...undone, this.restore(step)] };
    return step;
  }

  /** Does again what was taken back last and returns how it was before that; undefined when there is none. */
  redo(): ReviewStep | undefined {
    const { done, undone } = this.past;
    const step = undone.at(-1);
    if (step) this.past = { done: [...done, this.restore(step)], undone: undone.slice(0, -1) };
    return step;
  }

  /** Returns the step that leads back. */
  private restore(step: ReviewStep): ReviewStep {
    this.gesture = undefined;
    const { score, threshold, unreadable, learn = false, decisions } = this.current;
    const back: ReviewStep = {
      ...(step.score === undefined ? {} : { score }),
      ...(step.threshold === undefined ? {} : { threshold }),
      ...(step.unreadable === undefined ? {} : { unreadable }),
      ...(step.learn === undefined ? {} : { learn }),
      ...(step.focus === undefined ? {} : { focus: step.focus }),
      ...(step.decisions === undefined
        ? {}
        : {
            decisions: Object.fromEntries(
              Object.keys(step.decisions).map((hash) => [hash, decisionOn(hash, decisions) ?? 'none']),
            ),
          }),
    };
    this.current = {
      ...this.current,
      ...(step.score === undefined ? {} : { score: step.score }),
      ...(step.threshold === undefined ? {} : { threshold: step.threshold }),
      ...(step.unreadable === undefined ? {} : { unreadable: step.unreadable }),
      ...(step.learn === undefined ? {} : { learn: step.learn }),
    };
    if (step.decisions) this.apply(step.decisions);
    return back;
  }

  private remember(step: ReviewStep): void {
    this.gesture = undefined;
    this.past = { done: [...this.past.done.slice(1 - longestHistory), step], undone: [] };
  }

  private apply(changes: Readonly<Record<string, Decision | 'none'>>): void {
    const known = new Map(Object.entries(this.current.decisions));
    const decided = new Map(this.decided);
    for (const [hash, decision] of Object.entries(changes)) {
      const places = this.placesByHash.get(hash) ?? [];
      if (decision === 'none') {
        known.delete(hash);
        for (const index of places) decided.delete(index);
      } else {
        known.set(hash, decision);
        for (const index of places) decided.set(index, decision);
      }
    }
    this.decided = decided;
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

function learning(review: Review, learn: boolean): Review {
  const [from, to] = learn ? [compositeScore, taughtScore] : [taughtScore, compositeScore];
  return { ...review, learn, score: review.score === from ? to : review.score };
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
