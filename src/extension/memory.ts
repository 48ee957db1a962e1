/** What is remembered across restarts, besides the run folders themselves. */
import * as v from 'valibot';
import type * as vscode from 'vscode';

const trainedRunSchema = v.object({
  runFolder: v.string(),
  sourceName: v.string(),
  preset: v.string(),
  createdAt: v.string(),
});
export type TrainedRun = v.InferOutput<typeof trainedRunSchema>;

const mostTrainedRuns = 20;
const mostMoves = 50;
const keys = { unfinished: 'unfinishedRuns', last: 'lastRun', trained: 'trainedRuns', moves: 'moves' } as const;

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
    const parsed = v.safeParse(v.array(v.string()), this.workspace.get(keys.moves));
    return parsed.success ? parsed.output : [];
  }

  private unfinished(): string[] {
    const parsed = v.safeParse(v.array(v.string()), this.workspace.get(keys.unfinished));
    return parsed.success ? parsed.output : [];
  }
}
