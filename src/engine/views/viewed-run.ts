/** What is known of the run that is looked at, read once for as long as it is finished and its record the same. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { RunRecord } from '../../shared/run';
import { RunState } from '../pipeline/run-state';
import { recordFileName } from '../runs/record-file';
import type { RunFolder } from '../runs/run-folder';

interface Known {
  readonly key: string;
  readonly state: Promise<RunState>;
}

export class ViewedRun {
  /** Of one run: a panel looks at one at a time, and the columns of a large one take memory. */
  #known: Known | undefined;

  constructor(private readonly open: (folder: string) => Promise<RunFolder>) {}

  /** @param folder absolute. Rejects as opening and reading the run do. */
  async stateOf(folder: string): Promise<RunState> {
    const key = await keyOf(folder);
    if (key === undefined) return this.#load(folder);
    if (this.#known?.key === key) return this.#known.state;
    const known = { key, state: this.#load(folder) };
    this.#known = known;
    const drop = (): void => {
      if (this.#known === known) this.#known = undefined;
    };
    known.state.then(({ run }) => {
      // What is not finished may change without its record.
      if (run.record.status !== 'done') drop();
    }, drop);
    return known.state;
  }

  /** Changes the record of a run, which stays known as it is otherwise. */
  async update(folder: string, changes: Partial<RunRecord>): Promise<void> {
    const { run } = await this.stateOf(folder);
    const known = this.#known;
    await run.update(changes);
    const key = await keyOf(folder);
    if (known && this.#known === known && key !== undefined) this.#known = { ...known, key };
  }

  /** A run is worked on: it will change, and needs the memory. */
  forget(): void {
    this.#known = undefined;
  }

  async #load(folder: string): Promise<RunState> {
    return RunState.load(await this.open(folder));
  }
}

/** Another at every write of the record, which follows every change of scores; undefined where there is none. */
async function keyOf(folder: string): Promise<string | undefined> {
  const info = await stat(path.join(folder, recordFileName)).catch(() => undefined);
  // Every write makes a new file: two within one tick of the clock differ by its number.
  return info && JSON.stringify([folder, info.mtimeMs, info.size, info.ino]);
}
