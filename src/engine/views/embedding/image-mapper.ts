/** Maps of runs: one is made at a time, for as long as somebody asks for it, and kept in its run's folder. */
import { stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { ImageMap, MapMethod } from '../../../shared/contracts';
import type { RunState } from '../../pipeline/run-state';
import { layOut } from './layout-thread';
import { readMapRows, type MapRows } from './map-rows';
import type { LayoutStep } from './umap-layout';

/** Who still wants a map has asked again by then. */
const patienceMs = 15_000;
/** An answer waits this long for news. */
const longestAnswerMs = 400;
/** Fewer have no neighbourhoods to keep: they lie in their principal plane. */
const fewestForUmap = 8;

interface Work {
  readonly key: string;
  readonly abort: AbortController;
  readonly result: Promise<ImageMap>;
  latest: ImageMap;
  giveUp: ReturnType<typeof setTimeout> | undefined;
}

export class ImageMapper {
  #work: Work | undefined;
  #lastRows: { readonly key: string; readonly rows: Promise<MapRows> } | undefined;

  /** @throws UserError `run-invalid` when the run keeps nothing to make a map of */
  async of(state: RunState, method: MapMethod): Promise<ImageMap> {
    const { run } = state;
    const made = await modifiedMs(run.featuresFile);
    const kept = made === undefined ? undefined : await readKept(state, method, made);
    if (kept) return kept;
    const source = `${run.featuresFile}\n${String(made)}`;
    const key = `${method}\n${source}`;
    if (this.#work?.key !== key) this.#begin(key, state, method, source);
    const work = this.#work;
    if (work?.key !== key) throw new Error('A map was begun and is not there.');
    clearTimeout(work.giveUp);
    const soon = wait(longestAnswerMs, undefined, { ref: false });
    try {
      return (await Promise.race([work.result, soon])) ?? work.latest;
    } finally {
      clearTimeout(work.giveUp);
      work.giveUp = setTimeout(() => this.#stop(work), patienceMs);
      work.giveUp.unref();
    }
  }

  #begin(key: string, state: RunState, method: MapMethod, source: string): void {
    if (this.#work) this.#stop(this.#work);
    const abort = new AbortController();
    const work: Work = {
      key,
      abort,
      result: Promise.resolve()
        .then(() => this.#make(state, method, source, abort.signal, (latest) => (work.latest = latest)))
        .then(async (map) => {
          // Without the copy it is made anew the next time: no reason to keep it from the person who waits.
          await keep(state, method, map).catch(() => undefined);
          return map;
        }),
      latest: { done: 0, indexes: new Uint32Array(), places: new Float32Array() },
      giveUp: undefined,
    };
    this.#work = work;
    // Whoever asked is told; what failed or was given up is begun anew by the next who asks.
    work.result.catch(() => {
      if (this.#work === work) this.#work = undefined;
    });
  }

  async #make(
    state: RunState,
    method: MapMethod,
    source: string,
    signal: AbortSignal,
    tell: (map: ImageMap) => void,
  ): Promise<ImageMap> {
    const { indexes, rows, sample } = await this.#rowsOf(state, source);
    signal.throwIfAborted();
    if (method === 'pca' || indexes.length < fewestForUmap) {
      const places = Float32Array.from(
        { length: 2 * indexes.length },
        (_, at) => rows.data[(at >> 1) * rows.columns + (at & 1)] ?? 0,
      );
      return { done: 1, indexes, places: withinUnit(places) };
    }
    const asMap = (step: LayoutStep): ImageMap => ({
      done: step.done,
      indexes: step.indexes.map((row) => indexes[row] ?? 0),
      places: withinUnit(step.places),
    });
    const { seed } = state.run.record.request.settings;
    return asMap(await layOut({ rows, sample, seed }, (step) => tell(asMap(step)), signal));
  }

  /** Both maps of a run are made of the same rows. */
  #rowsOf(state: RunState, key: string): Promise<MapRows> {
    if (this.#lastRows?.key === key) return this.#lastRows.rows;
    const rows = readMapRows(state);
    this.#lastRows = { key, rows };
    rows.catch(() => (this.#lastRows = undefined));
    return rows;
  }

  #stop(work: Work): void {
    work.abort.abort();
    if (this.#work === work) this.#work = undefined;
    this.#lastRows = undefined;
  }
}

/** Moved and scaled, both axes alike, so that the widest side goes from −1 to 1. */
function withinUnit(places: Float32Array): Float32Array {
  const middle = [0, 0];
  let half = 0;
  for (const axis of [0, 1] as const) {
    let [lowest, highest] = [Infinity, -Infinity];
    for (let at = axis; at < places.length; at += 2) {
      lowest = Math.min(lowest, places[at] ?? 0);
      highest = Math.max(highest, places[at] ?? 0);
    }
    if (highest < lowest) continue;
    middle[axis] = (lowest + highest) / 2;
    half = Math.max(half, (highest - lowest) / 2);
  }
  const scale = half > 1e-9 ? 1 / half : 0;
  return places.map((value, at) => (value - (middle[at & 1] ?? 0)) * scale);
}

// ── in the run's folder, beside the scores it belongs to: x and y of each image, NaN where it could not be read ──

const fileName = (method: MapMethod) => `map-${method}`;

async function keep({ run, manifest }: RunState, method: MapMethod, { indexes, places }: ImageMap): Promise<void> {
  const all = new Float32Array(2 * manifest.length).fill(NaN);
  indexes.forEach((index, at) => all.set(places.subarray(2 * at, 2 * at + 2), 2 * index));
  await run.writeScores(fileName(method), all);
}

/** Undefined when there is none, or none that is newer than what it is made of. */
async function readKept(state: RunState, method: MapMethod, madeMs: number): Promise<ImageMap | undefined> {
  const { run, manifest } = state;
  const keptMs = await modifiedMs(run.scoresFile(fileName(method)));
  if (keptMs === undefined || keptMs < madeMs) return undefined;
  // A damaged copy is no copy.
  const all = await run.readScores(fileName(method)).catch(() => undefined);
  if (all?.length !== 2 * manifest.length) return undefined;
  const indexes = state.readable.filter((index) => !Number.isNaN(all[2 * index] ?? NaN));
  if (indexes.length < state.readable.length) return undefined;
  const places = new Float32Array(2 * indexes.length);
  indexes.forEach((index, at) => places.set(all.subarray(2 * index, 2 * index + 2), 2 * at));
  return { done: 1, indexes, places };
}

async function modifiedMs(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}
