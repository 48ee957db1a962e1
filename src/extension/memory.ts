/** What is remembered across restarts, besides the run folders themselves. */
import * as v from 'valibot';
import type * as vscode from 'vscode';
import { scanRequestSchema } from '../shared/settings';
import type { KeptState } from './kept-state';

const trainedRunSchema = v.object({
  runFolder: v.string(),
  sourceName: v.string(),
  preset: v.string(),
  createdAt: v.string(),
});
export type TrainedRun = v.InferOutput<typeof trainedRunSchema>;

const mostTrainedRuns = 20;
const mostMoves = 50;
const keys = {
  unfinished: 'unfinishedRuns',
  last: 'lastRun',
  trained: 'trainedRuns',
  moves: 'moves',
  waiting: 'waitingScans',
  starting: 'startingScans',
  shown: 'shownRuns',
} as const;

const waitingSchema = v.array(v.object({ mode: v.picklist(['scan', 'train', 'score']), request: scanRequestSchema }));
export type WaitingScan = v.InferOutput<typeof waitingSchema>[number];

export class Memory {
  constructor(
    private readonly workspace: KeptState,
    private readonly everywhere: vscode.Memento,
  ) {}

  /** Runs that were going on here and that nobody stopped: an editor that closed in between leaves them behind. */
  isUnfinished(runFolder: string): boolean {
    return this.unfinished().includes(runFolder);
  }

  setUnfinished(runFolder: string, unfinished: boolean): void {
    const others = this.unfinished().filter((other) => other !== runFolder);
    this.workspace.update(keys.unfinished, unfinished ? [...others, runFolder] : others);
  }

  /** Runs whose panels are open, or were when the editor closed. */
  get shownRuns(): readonly string[] {
    return textsOf(this.workspace.get(keys.shown));
  }

  setShownRuns(runFolders: readonly string[]): void {
    this.workspace.update(keys.shown, [...new Set(runFolders)]);
  }

  get lastRun(): string | undefined {
    const parsed = v.safeParse(v.string(), this.workspace.get(keys.last));
    return parsed.success ? parsed.output : undefined;
  }

  setLastRun(runFolder: string): void {
    this.workspace.update(keys.last, runFolder);
  }

  /** The journal of what was moved away last and not brought back. */
  get lastMove(): string | undefined {
    return this.moves().at(-1);
  }

  addMove(journal: string): void {
    const others = this.moves().filter((other) => other !== journal);
    this.workspace.update(keys.moves, [...others, journal].slice(-mostMoves));
  }

  removeMove(journal: string): void {
    this.workspace.update(
      keys.moves,
      this.moves().filter((other) => other !== journal),
    );
  }

  /** Newest first. */
  get trainedRuns(): TrainedRun[] {
    const parsed = v.safeParse(v.array(trainedRunSchema), this.everywhere.get(keys.trained));
    return parsed.success ? parsed.output : [];
  }

  async addTrainedRun(run: TrainedRun): Promise<void> {
    const others = this.trainedRuns.filter(({ runFolder }) => runFolder !== run.runFolder);
    await this.everywhere.update(keys.trained, [run, ...others].slice(0, mostTrainedRuns));
  }

  private moves(): string[] {
    return textsOf(this.workspace.get(keys.moves));
  }

  /** Scans that were to follow, in their order. */
  get waitingScans(): readonly WaitingScan[] {
    return this.scansOf(keys.waiting);
  }

  setWaitingScans(scans: readonly WaitingScan[]): void {
    this.workspace.update(keys.waiting, scans);
  }

  /** Scans that were asked for and have no run folder yet: until then nothing else knows of them. */
  get startingScans(): readonly WaitingScan[] {
    return this.scansOf(keys.starting);
  }

  setStartingScans(scans: readonly WaitingScan[]): void {
    this.workspace.update(keys.starting, scans);
  }

  /** Runs that {@link setUnfinished} named. */
  unfinished(): string[] {
    return textsOf(this.workspace.get(keys.unfinished));
  }

  private scansOf(key: string): readonly WaitingScan[] {
    const parsed = v.safeParse(waitingSchema, this.workspace.get(key));
    return parsed.success ? parsed.output : [];
  }
}

function textsOf(kept: unknown): string[] {
  const parsed = v.safeParse(v.array(v.string()), kept);
  return parsed.success ? parsed.output : [];
}
