/**
 * What a map of a run is made of: its readable images as rows along the principal directions of how they are described.
 * The two leading columns are the PCA map.
 */
import { evenSample } from '../../../shared/even-sample';
import { randomStream } from '../../../shared/random';
import type { Matrix } from '../../compute/backend';
import { OnnxMatrixMultiplier } from '../../compute/onnx/matrix';
import { threadsOf } from '../../pipeline/capacity';
import type { RunState } from '../../pipeline/run-state';
import { describeColumns } from '../../scoring/mahalanobis';
import { principalDirections, subtractRow } from '../../scoring/principal-directions';
import { ImageDescriptions } from '../image-descriptions';

/** As groups see images: where each is odd and what the encoder sees in it; colours tell how odd it is. */
const descriptionWeights = { grid: 1, directions: 1, scores: 0 };
/** Directions are fitted to this many images, and UMAP lays out as many. */
const largestSample = 5000;
/** Kept of about a hundred: 13 MB for 100,000 images. */
const directions = 32;

export interface MapRows {
  /** Images that could be read, ascending. */
  readonly indexes: Uint32Array;
  /** [indexes.length, up to 32], the direction of most variance first. */
  readonly rows: Matrix;
  /** Rows that stand for all, ascending. */
  readonly sample: Uint32Array;
}

/** @throws UserError `run-invalid` when the run keeps nothing to make a map of */
export async function readMapRows(state: RunState): Promise<MapRows> {
  const descriptions = await ImageDescriptions.open(state, descriptionWeights);
  const indexes = Uint32Array.from(state.readable);
  const sample = evenSample(indexes.length, largestSample);
  const sampled = withoutNaN(await descriptions.select(sample.map((place) => indexes[place] ?? 0)));
  const { mean, basis } = await directionsOf(sampled, state);
  const rows = new Float32Array(indexes.length * basis.columns);
  let next = 0;
  await descriptions.forEach(({ rows: count, columns, data }, first) => {
    for (; (indexes[next] ?? Infinity) < first + count; next++) {
      const start = ((indexes[next] ?? 0) - first) * columns;
      project(data.subarray(start, start + columns), mean, basis, rows.subarray(next * basis.columns));
    }
  });
  return { indexes, rows: { rows: indexes.length, columns: basis.columns, data: rows }, sample };
}

async function directionsOf(sampled: Matrix, { run }: RunState): Promise<{ mean: Float32Array; basis: Matrix }> {
  if (sampled.rows === 0) return { mean: new Float32Array(sampled.columns), basis: emptyBasis(sampled.columns) };
  const { mean } = describeColumns(sampled);
  const centred = subtractRow(sampled, mean);
  const multiplier = new OnnxMatrixMultiplier('cpu', threadsOf(run.record));
  try {
    const { basis } = await principalDirections(
      { columns: centred.columns, forEach: (visit) => visit(centred) },
      new Float32Array(centred.columns),
      Math.min(directions, centred.columns),
      multiplier,
      randomStream(run.record.request.settings.seed, 'map directions'),
    );
    return { mean, basis };
  } finally {
    await multiplier.dispose();
  }
}

function emptyBasis(rows: number): Matrix {
  return { rows, columns: 2, data: new Float32Array(2 * rows) };
}

/** A network that went wrong on an image says nothing of it: the image is taken as a usual one. */
function withoutNaN({ rows, columns, data }: Matrix): Matrix {
  return { rows, columns, data: data.map((value) => (Number.isNaN(value) ? 0 : value)) };
}

/** Adds (values − mean) · basis to the beginning of `target`. */
function project(values: Float32Array, mean: Float32Array, { columns, data }: Matrix, target: Float32Array): void {
  for (let place = 0; place < values.length; place++) {
    const value = values[place] ?? NaN;
    if (Number.isNaN(value)) continue;
    const difference = value - (mean[place] ?? 0);
    for (let column = 0; column < columns; column++) {
      target[column] = (target[column] ?? 0) + difference * (data[place * columns + column] ?? 0);
    }
  }
}
