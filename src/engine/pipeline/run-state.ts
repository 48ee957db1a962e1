/** What is known of a run's images while it works or is looked at: names, contents, score columns. */
import type { ManifestEntry, RunSnapshot, ScoreInfo } from '../../shared/run';
import { robustZ } from '../../shared/statistics';
import type { RunFolder } from '../runs/run-folder';

export class RunState {
  /** In data-set order; before reading only the paths are known. */
  paths: readonly string[] = [];
  manifest: readonly ManifestEntry[] = [];
  /** Raw scores by name, NaN where unreadable; the composite is in units of z already. */
  raw = new Map<string, Float32Array>();
  known = new Map<string, Float32Array>();
  /** Of images that are known to be usual and are not among the scored ones. */
  usual = new Map<string, Float32Array>();
  leftOut: Uint32Array = new Uint32Array();
  /** 1 bad, 0 good, −1 without a label; absent when the request names no labels. */
  labels: Int8Array | undefined;

  constructor(readonly run: RunFolder) {}

  static async load(run: RunFolder): Promise<RunState> {
    const state = new RunState(run);
    state.manifest = await run.readManifest();
    state.paths = state.manifest.map(({ path }) => path);
    for (const { name } of run.record.scores) {
      const column = await run.readScores(name);
      if (column) state.raw.set(name, column);
      const known = await run.readScores(`known-${name}`);
      if (known) state.known.set(name, known);
      const usual = await run.readScores(`usual-${name}`);
      if (usual) state.usual.set(name, usual);
    }
    state.labels = await run.readLabels();
    state.leftOut = (await run.readIndexes('left-out')) ?? state.leftOut;
    return state;
  }

  /** Places of the images that could be read. */
  get readable(): Uint32Array {
    return readablePlaces(this.manifest);
  }

  async snapshot(): Promise<RunSnapshot> {
    const { review, note } = await this.run.readReview();
    if (note !== undefined) await this.run.update({ notes: [...this.run.record.notes, note] });
    const history = await this.run.readHistory(review);
    const { record, folder } = this.run;
    const knownScores = zColumns(record.scores, this.known);
    const usualScores = zColumns(record.scores, this.usual);
    return {
      runFolder: folder,
      record,
      paths: this.paths,
      hashes: this.manifest.map(({ sha256 }) => sha256),
      unreadable: Object.fromEntries(
        this.manifest.flatMap(({ error }, index) => (error === undefined ? [] : [[index, error] as const])),
      ),
      scores: zColumns(record.scores, this.raw),
      leftOut: this.leftOut,
      ...(Object.keys(knownScores).length > 0 && { knownScores }),
      ...(Object.keys(usualScores).length > 0 && { usualScores }),
      ...(this.labels && { labels: this.labels }),
      review,
      ...(history && { history }),
    };
  }
}

export function readablePlaces(manifest: readonly ManifestEntry[]): Uint32Array {
  return Uint32Array.from(manifest.flatMap(({ error }, index) => (error === undefined ? [index] : [])));
}

/** Robust z by score name for those columns that are there. */
export function zColumns(
  infos: readonly ScoreInfo[],
  raw: ReadonlyMap<string, Float32Array>,
): Record<string, Float32Array> {
  const columns: Record<string, Float32Array> = {};
  for (const { name, calibration } of infos) {
    const column = raw.get(name);
    if (column) columns[name] = calibration ? robustZ(column, calibration).z : column;
  }
  return columns;
}
