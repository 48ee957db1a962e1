/** The nearest rows of a query, exactly or, among many, through cells around pivots. */
import { evenSample } from '../../../shared/even-sample';
import type { Matrix } from '../../compute/backend';

/** Nearest first; filled anew by each search. */
export interface Nearest {
  readonly rows: Int32Array;
  /** Squared Euclidean. */
  readonly distances: Float64Array;
  /** How many were found: fewer than wanted when there are no more. */
  count: number;
}

export function roomForNearest(count: number): Nearest {
  return { rows: new Int32Array(count), distances: new Float64Array(count), count: 0 };
}

/** Searches all rows but `except` for those nearest to `query`, as many as `found` has room for. */
export function findNearest(rows: Matrix, query: Float32Array, found: Nearest, except = -1): void {
  found.count = 0;
  for (let row = 0; row < rows.rows; row++) if (row !== except) consider(rows, query, row, found);
}

/**
 * Rows by the pivot they are nearest to. A search looks at the rows of some pivots near the query: nearly always the
 * nearest ones, at a tenth of the work.
 */
export class PivotIndex {
  readonly #pivots: Matrix;
  readonly #members: readonly Uint32Array[];
  readonly #nearPivots: Nearest;

  constructor(private readonly rows: Matrix) {
    const { columns, data } = rows;
    const places = evenSample(rows.rows, Math.ceil(Math.sqrt(rows.rows)));
    const pivots = new Float32Array(places.length * columns);
    places.forEach((place, pivot) => {
      pivots.set(data.subarray(place * columns, (place + 1) * columns), pivot * columns);
    });
    this.#pivots = { rows: places.length, columns, data: pivots };
    const members = Array.from(places, (): number[] => []);
    const nearest = roomForNearest(1);
    for (let row = 0; row < rows.rows; row++) {
      findNearest(this.#pivots, data.subarray(row * columns, (row + 1) * columns), nearest);
      members[nearest.rows[0] ?? 0]?.push(row);
    }
    this.#members = members.map((list) => Uint32Array.from(list));
    this.#nearPivots = roomForNearest(Math.min(cellsSearched, places.length));
  }

  find(query: Float32Array, found: Nearest): void {
    found.count = 0;
    findNearest(this.#pivots, query, this.#nearPivots);
    let searched = 0;
    for (const pivot of this.#nearPivots.rows.subarray(0, this.#nearPivots.count)) {
      if (searched >= rowsSearched) return;
      searched += this.#members[pivot]?.length ?? 0;
      for (const row of this.#members[pivot] ?? []) consider(this.rows, query, row, found);
    }
  }
}

const cellsSearched = 8;
/** Enough, where many rows share few cells. */
const rowsSearched = 600;

/** Puts the row among the nearest when it is; of rows that are equally near the first one stays. */
function consider({ columns, data }: Matrix, query: Float32Array, row: number, found: Nearest): void {
  const { rows, distances } = found;
  const isFull = found.count === rows.length;
  const limit = isFull ? (distances[found.count - 1] ?? Infinity) : Infinity;
  const start = row * columns;
  let distance = 0;
  for (let column = 0; column < columns; column++) {
    const difference = (data[start + column] ?? 0) - (query[column] ?? 0);
    distance += difference * difference;
  }
  if (!(distance < limit)) return;
  let place = isFull ? found.count - 1 : found.count++;
  for (; place > 0 && (distances[place - 1] ?? 0) > distance; place--) {
    distances[place] = distances[place - 1] ?? 0;
    rows[place] = rows[place - 1] ?? 0;
  }
  distances[place] = distance;
  rows[place] = row;
}
