/**
 * Which rows are alike: Ward's agglomeration (Lance and Williams' update), cut where the mean silhouette is highest. The
 * same rows in the same order give the same clusters.
 */
import type { Matrix } from '../../compute/backend';

const mostClusters = 12;
/** Below this mean silhouette (−1 to 1) the parts are no better told apart than one cloud. */
const leastSilhouette = 0.12;

/** The cluster of each row, counted from 0. At most some hundred rows: time grows with their cube. */
export function clustersOf(rows: Matrix): Uint32Array {
  const distances = squaredDistances(rows);
  const merges = wardMerges(distances, rows.rows);
  let best = new Uint32Array(rows.rows);
  let bestSilhouette = leastSilhouette;
  for (let count = 2; count <= Math.min(mostClusters, rows.rows - 1); count++) {
    const clusters = cut(merges, rows.rows, count);
    const silhouette = meanSilhouette(distances, clusters, count);
    if (silhouette <= bestSilhouette) continue;
    best = clusters;
    bestSilhouette = silhouette;
  }
  return best;
}

/** [rows, rows] */
function squaredDistances({ rows, columns, data }: Matrix): Float64Array {
  const distances = new Float64Array(rows * rows);
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < a; b++) {
      let sum = 0;
      for (let column = 0; column < columns; column++) {
        sum += ((data[a * columns + column] ?? 0) - (data[b * columns + column] ?? 0)) ** 2;
      }
      distances[a * rows + b] = sum;
      distances[b * rows + a] = sum;
    }
  }
  return distances;
}

/** Pairs of clusters, named by their first row, in the order in which they become one: the later joins the former. */
function wardMerges(distances: Float64Array, count: number): (readonly [number, number])[] {
  const between = distances.slice();
  const sizes = new Float64Array(count).fill(1);
  const alive = Array.from({ length: count }, (_, row) => row);
  const merges: (readonly [number, number])[] = [];
  while (alive.length > 1) {
    let [first, second] = [alive[0] ?? 0, alive[1] ?? 0];
    let nearest = Infinity;
    for (const a of alive) {
      for (const b of alive) {
        if (b >= a) break;
        const distance = between[a * count + b] ?? Infinity;
        if (distance < nearest) [first, second, nearest] = [b, a, distance];
      }
    }
    const sizeFirst = sizes[first] ?? 0;
    const sizeSecond = sizes[second] ?? 0;
    alive.splice(alive.indexOf(second), 1);
    for (const other of alive) {
      if (other === first) continue;
      const size = sizes[other] ?? 0;
      const distance =
        ((sizeFirst + size) * (between[first * count + other] ?? 0) +
          (sizeSecond + size) * (between[second * count + other] ?? 0) -
          size * nearest) /
        (sizeFirst + sizeSecond + size);
      between[first * count + other] = distance;
      between[other * count + first] = distance;
    }
    sizes[first] = sizeFirst + sizeSecond;
    merges.push([first, second]);
  }
  return merges;
}

/** Clusters are counted in the order of their first rows. */
function cut(merges: readonly (readonly [number, number])[], rows: number, count: number): Uint32Array<ArrayBuffer> {
  const first = Uint32Array.from({ length: rows }, (_, row) => row);
  for (const [into, from] of merges.slice(0, rows - count)) {
    for (let row = 0; row < rows; row++) if (first[row] === from) first[row] = into;
  }
  const numbers = new Map<number, number>();
  return first.map((name) => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
}

/** The mean of (b − a) / max(a, b): a to the own cluster, b to the nearest other one; 0 for a row alone (Rousseeuw 1987). */
function meanSilhouette(squares: Float64Array, clusters: Uint32Array, count: number): number {
  const rows = clusters.length;
  const sizes = new Float64Array(count);
  for (const cluster of clusters) sizes[cluster] = (sizes[cluster] ?? 0) + 1;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const sums = new Float64Array(count);
    for (let other = 0; other < rows; other++) {
      const cluster = clusters[other] ?? 0;
      sums[cluster] = (sums[cluster] ?? 0) + Math.sqrt(squares[row * rows + other] ?? 0);
    }
    const own = clusters[row] ?? 0;
    const others = (sizes[own] ?? 0) - 1;
    if (others < 1) continue;
    const within = (sums[own] ?? 0) / others;
    let nearest = Infinity;
    sums.forEach((sum, cluster) => {
      if (cluster !== own) nearest = Math.min(nearest, sum / (sizes[cluster] ?? 1));
    });
    total += (nearest - within) / Math.max(nearest, within, 1e-12);
  }
  return total / rows;
}
