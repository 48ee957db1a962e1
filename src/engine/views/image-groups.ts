/** Groups of images that are odd in the same way: where their errors are, and what the encoder sees in them. */
import type { ImageGroup } from '../../shared/contracts';
import { evenSample } from '../../shared/even-sample';
import type { Matrix } from '../compute/backend';
import type { RunState } from '../pipeline/run-state';
import { clustersOf } from '../scoring/teaching/alike';
import { ImageDescriptions } from './image-descriptions';

/** The scores would tell how odd an image is, not in which way. */
const descriptionWeights = { grid: 1, directions: 1, scores: 0 };
/** More images are not clustered themselves but join the nearest group. */
const largestSample = 400;

/**
 * Every readable image of `indexes` in one group, the largest group first, the most typical image of each first; those
 * that are like no other make up the last one. @throws UserError `run-invalid` when the run keeps no features
 */
export async function imageGroups(state: RunState, indexes: readonly number[]): Promise<ImageGroup[]> {
  const readable = new Set(state.readable);
  const images = Uint32Array.from(new Set(indexes))
    .filter((index) => readable.has(index))
    .sort();
  const descriptions = await ImageDescriptions.open(state, descriptionWeights);
  if (images.length === 0) return [];
  const rows = unitRows(await descriptions.select(images));
  const sample = evenSample(images.length, largestSample);
  const clusters = clustersOf(pickRows(rows, sample));
  const centers = centersOf(pickRows(rows, sample), clusters);
  const members = Array.from({ length: centers.rows }, (): { index: number; distance: number }[] => []);
  images.forEach((index, row) => {
    const { center, distance } = nearestCenter(rows, row, centers);
    members[center]?.push({ index, distance });
  });
  const groups = members.map((group) => group.sort((a, b) => a.distance - b.distance || a.index - b.index));
  const alike = groups.filter((group) => group.length > 1).sort((a, b) => b.length - a.length);
  const alone = groups.filter((group) => group.length === 1).flat();
  return [
    ...alike.map((group) => ({ images: group.map(({ index }) => index), alike: true })),
    ...(alone.length > 0 ? [{ images: alone.map(({ index }) => index).sort((a, b) => a - b), alike: false }] : []),
  ];
}

/** The way in which an image is odd, whatever the amount. */
function unitRows({ rows, columns, data }: Matrix): Matrix {
  const unit = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    const values = data.subarray(row * columns, (row + 1) * columns);
    const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    unit.set(
      values.map((value) => value / Math.max(length, 1e-6)),
      row * columns,
    );
  }
  return { rows, columns, data: unit };
}

function pickRows({ columns, data }: Matrix, places: Uint32Array): Matrix {
  const picked = new Float32Array(places.length * columns);
  places.forEach((place, row) => {
    picked.set(data.subarray(place * columns, (place + 1) * columns), row * columns);
  });
  return { rows: places.length, columns, data: picked };
}

function centersOf({ columns, data }: Matrix, clusters: Uint32Array): Matrix {
  const count = clusters.reduce((most, cluster) => Math.max(most, cluster + 1), 0);
  const sums = new Float32Array(count * columns);
  const sizes = new Float32Array(count);
  clusters.forEach((cluster, row) => {
    sizes[cluster] = (sizes[cluster] ?? 0) + 1;
    for (let column = 0; column < columns; column++) {
      const place = cluster * columns + column;
      sums[place] = (sums[place] ?? 0) + (data[row * columns + column] ?? 0);
    }
  });
  return { rows: count, columns, data: sums.map((sum, place) => sum / (sizes[Math.floor(place / columns)] ?? 1)) };
}

function nearestCenter(rows: Matrix, row: number, centers: Matrix): { center: number; distance: number } {
  const { columns } = rows;
  let nearest = { center: 0, distance: Infinity };
  for (let center = 0; center < centers.rows; center++) {
    let distance = 0;
    for (let column = 0; column < columns; column++) {
      distance += ((rows.data[row * columns + column] ?? 0) - (centers.data[center * columns + column] ?? 0)) ** 2;
    }
    if (distance < nearest.distance) nearest = { center, distance };
  }
  return nearest;
}
