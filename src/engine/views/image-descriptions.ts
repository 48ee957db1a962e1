/**
 * The scored images of a run as rows of comparable numbers: where each is odd, what the encoder sees in it, and its
 * scores. Rows come from the file that scoring wrote, a megabyte at once, so that memory does not grow with them.
 */
import * as l10n from '@vscode/l10n';
import { stat } from 'node:fs/promises';
import { UserError } from '../../shared/errors';
import { evenSampleOf } from '../../shared/even-sample';
import { compositeScore, scoresBeside } from '../../shared/score-names';
import { median, robustDeviation } from '../../shared/statistics';
import type { Matrix } from '../compute/backend';
import { systemCode } from '../runs/atomic';
import { columnsBySize, forEachBlock, readRows, type RowRange } from '../runs/matrix-file';
import { zColumns, type RunState } from '../pipeline/run-state';
import { errorGridSize } from '../scoring/teaching/image-features';
import { shapeOf } from './seen-image';

/** Medians and deviations are told by this many images. */
const largestSample = 4096;

/** How long a row is by each kind of number, for an image that is one deviation from the usual in all of them. */
export interface DescriptionWeights {
  readonly grid: number;
  readonly directions: number;
  readonly scores: number;
}

/** What becomes of a number: (value − center) · scale, clipped, so that one broken image does not top all, · weight. */
interface Scaling {
  readonly center: number;
  readonly scale: number;
  readonly lowest: number;
  readonly highest: number;
  readonly weight: number;
}

/** Takes [count, columns] and the index of the first image; NaN throughout for one that could not be read. */
type VisitRows = (rows: Matrix, firstIndex: number) => void;

interface Source {
  readonly file: string;
  readonly images: number;
  readonly fileColumns: number;
  readonly fileScalings: readonly Scaling[];
  readonly scores: readonly { readonly column: Float32Array; readonly scaling: Scaling }[];
}

export class ImageDescriptions {
  readonly columns: number;

  private constructor(private readonly source: Source) {
    this.columns = source.fileColumns + source.scores.length;
  }

  /** @throws UserError `run-invalid` when the run keeps no features: it is older, or was not scored to its end */
  static async open(state: RunState, weights: DescriptionWeights): Promise<ImageDescriptions> {
    const file = state.run.featuresFile;
    const images = state.manifest.length;
    const fileColumns = await columnsIn(file, images);
    const gridSize = Math.min(errorGridSize(shapeOf(state)), fileColumns);
    const directions = fileColumns - gridSize;
    const grid = await gridScalings(state, fileColumns, gridSize, weights.grid / Math.sqrt(gridSize));
    const direction: Scaling = {
      ...{ center: 0, scale: 1, lowest: -8, highest: 8 },
      weight: weights.directions / Math.sqrt(Math.max(1, directions)),
    };
    const columns = Object.entries(zColumns(state.run.record.scores, state.raw));
    const left = [compositeScore, ...scoresBeside];
    const scores = columns.filter(([name]) => !left.includes(name)).map(([, column]) => column);
    const weight = weights.scores / Math.sqrt(Math.max(1, scores.length));
    const score: Scaling = { center: 0, scale: 1, lowest: -4, highest: 12, weight };
    return new ImageDescriptions({
      file,
      images,
      fileColumns,
      fileScalings: [...grid, ...Array.from({ length: directions }, () => direction)],
      scores: scores.map((column) => ({ column, scaling: score })),
    });
  }

  /** All images in order, or those of a range. @throws UserError `run-invalid` */
  forEach(visit: VisitRows, range?: RowRange): Promise<void> {
    const { file, images, fileColumns, fileScalings, scores } = this.source;
    const { columns } = this;
    return forEachBlock(
      file,
      images,
      fileColumns,
      (values, first, count) => {
        const data = new Float32Array(count * columns);
        for (let row = 0; row < count; row++) {
          const target = row * columns;
          for (let column = 0; column < fileColumns; column++) {
            data[target + column] = scaled(values[row * fileColumns + column], fileScalings[column]);
          }
          for (let place = 0; place < scores.length; place++) {
            const score = scores[place];
            data[target + fileColumns + place] = scaled(score?.column[first + row], score?.scaling);
          }
        }
        visit({ rows: count, columns, data }, first);
      },
      range,
    );
  }

  /** @param indexes ascending @returns [indexes.length, columns] */
  async select(indexes: ArrayLike<number>): Promise<Matrix> {
    const { columns } = this;
    const data = new Float32Array(indexes.length * columns);
    const from = indexes[0] ?? 0;
    const to = (indexes[indexes.length - 1] ?? -1) + 1;
    let next = 0;
    const take: VisitRows = (rows, first) => {
      for (; (indexes[next] ?? Infinity) < first + rows.rows; next++) {
        const row = (indexes[next] ?? 0) - first;
        data.set(rows.data.subarray(row * columns, (row + 1) * columns), next * columns);
      }
    };
    if (to > from) await this.forEach(take, { from, to });
    return { rows: indexes.length, columns, data };
  }
}

function scaled(value: number | undefined, scaling: Scaling | undefined): number {
  if (value === undefined || scaling === undefined) return NaN;
  const { center, scale, lowest, highest, weight } = scaling;
  return Math.min(highest, Math.max(lowest, (value - center) * scale)) * weight;
}

/** How long its rows are. @throws UserError `run-invalid` when the run keeps none */
export async function columnsIn(file: string, images: number): Promise<number> {
  const size = await stat(file).then(
    (found) => found.size,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return 0;
      throw error;
    },
  );
  const columns = columnsBySize(size, images) ?? 0;
  if (columns > 0) return columns;
  throw new UserError(
    'run-invalid',
    l10n.t(
      'This run does not keep what images look like to the network: it is older, or was not scored to its end. Scan again; the decisions come along.',
    ),
  );
}

/** Medians and robust deviations of the grid's cells over a sample of the images. */
async function gridScalings(
  { run, manifest, readable }: RunState,
  fileColumns: number,
  gridSize: number,
  weight: number,
): Promise<Scaling[]> {
  const sample = evenSampleOf(readable, largestSample);
  const grids = await readRows(run.featuresFile, manifest.length, fileColumns, sample, gridSize);
  return Array.from({ length: gridSize }, (_, place) => {
    const cell = Float32Array.from(sample, (_, row) => grids[row * gridSize + place] ?? NaN);
    const center = median(cell);
    return { center, scale: 1 / Math.max(robustDeviation(cell), 1e-6), lowest: -4, highest: 10, weight };
  });
}
