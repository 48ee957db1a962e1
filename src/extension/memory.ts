/** What is remembered across restarts, besides the run folders themselves. */
import * as v from 'valibot';
import type * as vscode from 'vscode';
import { scanRequestSchema } from '../shared/settings';

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
} as const;

const waitingSchema = v.array(v.object({ mode: v.picklist(['scan', 'train', 'score']), request: scanRequestSchema }));
type WaitingScans = readonly v.InferOutput<typeof waitingSchema>[number][];

export class Memory {
  constructor(
    private readonly workspace: vscode.Memento,
    private readonly everywhere: vscode.Memento,
  ) {}

  /** Runs that were going on here and that nobody stopped: an editor that closed in between leaves them behind. */
  isUnfinished(runFolder: string): boolean {
    return this.unfinished().includes(runFolder);
  }

  async setUnfinished(runFolder: string, unfinished: boolean): Promise<void> {
    const others = this.unfinished().filter((other) => other !== runFolder);
    await this.workspace.update(keys.unfinished, unfinished ? [...others, runFolder] : others);
  }

  get lastRun(): string | undefined {
    const parsed = v.safeParse(v.string(), this.workspace.get(keys.last));
    return parsed.success ? parsed.output : undefined;
  }

  async setLastRun(runFolder: string): Promise<void> {
    await this.workspace.update(keys.last, runFolder);
  }

  /** The journal of what was moved away last and not brought back. */
  get lastMove(): string | undefined {
    return this.moves().at(-1);
  }

  async addMove(journal: string): Promise<void> {
    const others = this.moves().filter((other) => other !== journal);
    await this.workspace.update(keys.moves, [...others, journal].slice(-mostMoves));
  }

  async removeMove(journal: string): Promise<void> {
    await this.workspace.update(
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
  get waitingScans(): WaitingScans {
    const parsed = v.safeParse(waitingSchema, this.workspace.get(keys.waiting));
    return parsed.success ? parsed.output : [];
  }

  async setWaitingScans(scans: WaitingScans): Promise<void> {
    await this.workspace.update(keys.waiting, scans);
  }

  /** Runs that {@link setUnfinished} named. */
  unfinished(): string[] {
    return textsOf(this.workspace.get(keys.unfinished));
  }
}

function textsOf(kept: unknown): string[] {
  const parsed = v.safeParse(v.array(v.string()), kept);
  return parsed.success ? parsed.output : [];
}
