/**
 * UMAP (McInnes, Healy, Melville 2018) of a folder: a sample is laid out by the library, beginning with the principal
 * plane so that the large shape of the cloud stays; every other image takes a place among its nearest in the sample.
 * The same rows and seed give the same map. A generator, so that whoever runs it sees the work go on, and may stop it.
 */
import { UMAP } from 'umap-js';
import { randomStream } from '../../../shared/random';
import type { Matrix } from '../../compute/backend';
import { findNearest, PivotIndex, roomForNearest } from './neighbours';

export interface LayoutTask {
  /** [images, columns]: the first two are the principal plane. */
  readonly rows: Matrix;
  /** Those of them that are laid out by UMAP, ascending. */
  readonly sample: Uint32Array;
  readonly seed: number;
}

export interface LayoutStep {
  /** Share of the work, below 1 but for the last step. */
  readonly done: number;
  /** Rows that have a place by now. */
  readonly indexes: Uint32Array;
  /** x and y of each, [indexes.length, 2], in no particular unit. */
  readonly places: Float32Array;
}

/** UMAP's own default. */
const neighbourCount = 15;
const minimumDistance = 0.1;
/** Images that look the same must stand at some distance, or UMAP searches in vain for their density. */
const leastDistance = 1e-5;
/** Width of the cloud at the beginning. */
const startWidth = 10;
const searchRowsAStep = 250;
const placedRowsAStep = 2000;

const shareOf = { search: 0.15, graph: 0.25, layout: 0.85 };

export function* umapLayout({ rows, sample, seed }: LayoutTask): Generator<LayoutStep, LayoutStep> {
  const sampled = pickRows(rows, sample);
  const begin = startPlaces(sampled);
  const graph = yield* neighbourGraph(sampled, sample, begin);
  const random = randomStream(seed, 'map');
  const umap = new UMAP({
    nNeighbors: graph.count,
    nEpochs: epochsFor(sample.length),
    minDist: minimumDistance,
    random: () => random.below(2 ** 31) / 2 ** 31,
  });
  umap.setPrecomputedKNN(graph.indexes, graph.distances);
  yield { done: shareOf.search, indexes: sample, places: begin };
  // What the rows are does not matter, since their neighbours are given.
  const epochs = umap.initializeFit(Array.from({ length: sample.length }, () => [0]));
  const embedding = umap.getEmbedding();
  embedding.forEach((point, place) => {
    point[0] = begin[2 * place] ?? 0;
    point[1] = begin[2 * place + 1] ?? 0;
  });
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    const done = shareOf.graph + (shareOf.layout - shareOf.graph) * ((epoch + 1) / epochs);
    yield { done, indexes: sample, places: flat(embedding) };
  }
  return yield* placeOthers(rows, sampled, sample, flat(embedding));
}

function epochsFor(images: number): number {
  return images <= 2500 ? 300 : 200;
}

interface NeighbourGraph {
  /** Of each row, itself included. */
  readonly count: number;
  readonly indexes: number[][];
  readonly distances: number[][];
}

function* neighbourGraph(
  sampled: Matrix,
  sample: Uint32Array,
  begin: Float32Array,
): Generator<LayoutStep, NeighbourGraph> {
  const { columns, data } = sampled;
  const count = Math.min(neighbourCount, sampled.rows - 1);
  const found = roomForNearest(count - 1);
  const indexes: number[][] = [];
  const distances: number[][] = [];
  for (let row = 0; row < sampled.rows; row++) {
    findNearest(sampled, data.subarray(row * columns, (row + 1) * columns), found, row);
    indexes.push([row, ...found.rows]);
    distances.push([0, ...Array.from(found.distances, (square) => Math.max(Math.sqrt(square), leastDistance))]);
    if (row % searchRowsAStep === 0)
      yield { done: shareOf.search * (row / sampled.rows), indexes: sample, places: begin };
  }
  return { count, indexes, distances };
}

/** The others stand where their nearest in the sample do, drawn to those of the next that stand there as well. */
function* placeOthers(
  rows: Matrix,
  sampled: Matrix,
  sample: Uint32Array,
  sampledPlaces: Float32Array,
): Generator<LayoutStep, LayoutStep> {
  const { columns, data } = rows;
  const index = new PivotIndex(sampled);
  const found = roomForNearest(Math.min(5, sample.length));
  const near = extentOf(sampledPlaces) / 25;
  const places = new Float32Array(2 * rows.rows);
  let next = 0;
  for (let row = 0; row < rows.rows; row++) {
    if (sample[next] === row) {
      places.set(sampledPlaces.subarray(2 * next, 2 * next + 2), 2 * row);
      next++;
    } else {
      index.find(data.subarray(row * columns, (row + 1) * columns), found);
      const first = found.rows[0] ?? 0;
      const [x, y] = [sampledPlaces[2 * first] ?? 0, sampledPlaces[2 * first + 1] ?? 0];
      const scale = Math.max(found.distances[0] ?? 0, leastDistance ** 2);
      let [sumX, sumY, sum] = [0, 0, 0];
      for (let place = 0; place < found.count; place++) {
        const other = found.rows[place] ?? 0;
        const [otherX, otherY] = [sampledPlaces[2 * other] ?? 0, sampledPlaces[2 * other + 1] ?? 0];
        if (Math.hypot(otherX - x, otherY - y) > near) continue;
        const weight = scale / Math.max(found.distances[place] ?? 0, scale);
        sumX += weight * otherX;
        sumY += weight * otherY;
        sum += weight;
      }
      places[2 * row] = sumX / sum;
      places[2 * row + 1] = sumY / sum;
    }
    if (row % placedRowsAStep === placedRowsAStep - 1) {
      const done = shareOf.layout + (0.999 - shareOf.layout) * (row / rows.rows);
      yield { done, indexes: sample, places: sampledPlaces };
    }
  }
  return { done: 1, indexes: Uint32Array.from({ length: rows.rows }, (_, row) => row), places };
}

/** The first two columns, as wide as UMAP's own beginning. */
function startPlaces({ rows, columns, data }: Matrix): Float32Array {
  const places = new Float32Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    places[2 * row] = data[row * columns] ?? 0;
    places[2 * row + 1] = columns > 1 ? (data[row * columns + 1] ?? 0) : 0;
  }
  const scale = startWidth / Math.max(extentOf(places), 1e-12);
  return places.map((value) => value * scale);
}

function extentOf(places: Float32Array): number {
  return places.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function pickRows({ columns, data }: Matrix, places: Uint32Array): Matrix {
  const picked = new Float32Array(places.length * columns);
  places.forEach((place, row) => {
    picked.set(data.subarray(place * columns, (place + 1) * columns), row * columns);
  });
  return { rows: places.length, columns, data: picked };
}

function flat(embedding: readonly (readonly number[])[]): Float32Array {
  const places = new Float32Array(2 * embedding.length);
  embedding.forEach((point, place) => {
    places[2 * place] = point[0] ?? 0;
    places[2 * place + 1] = point[1] ?? 0;
  });
  return places;
}
