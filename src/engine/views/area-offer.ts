/** Offers to ignore an area in which many flagged images differ, with what that would change. */
import type { AreaOffer } from '../../shared/contracts';
import { evenSampleOf } from '../../shared/even-sample';
import type { Area } from '../../shared/settings';
import type { Matrix } from '../compute/backend';
import type { ChooseBackend } from '../compute/select';
import type { RunState } from '../pipeline/run-state';
import { flaggedShareWith } from '../pipeline/trial-rescoring';
import { readRows } from '../runs/matrix-file';
import { sharedArea, type GridArea } from '../scoring/shared-area';
import { errorGridShape, errorGridSize } from '../scoring/teaching/image-features';
import { columnsIn } from './image-descriptions';
import { isThere } from '../runs/is-there';
import { shapeOf } from './seen-image';

/** Of the flagged and of the others. */
const largestSample = 2000;
/** An offer that leaves more of the flagged than this share is none. */
const worthwhile = 0.8;

/** @throws UserError `run-invalid`, `source-invalid` as scoring anew does */
export async function areaOffer(
  state: RunState,
  flagged: readonly number[],
  chooseBackend: ChooseBackend,
): Promise<AreaOffer | undefined> {
  const { run, readable } = state;
  const { record } = run;
  if (record.status !== 'done' || record.request.model !== undefined || !(await isThere(run.featuresFile)))
    return undefined;
  const isFlagged = new Set(flagged);
  const odd = readable.filter((index) => isFlagged.has(index));
  const others = readable.filter((index) => !isFlagged.has(index));
  const shape = errorGridShape(shapeOf(state));
  const columns = await columnsIn(run.featuresFile, state.manifest.length);
  const found = sharedArea(await gridsOf(state, columns, odd), await gridsOf(state, columns, others), shape);
  if (!found) return undefined;
  const area = asArea(found, shape);
  const share = await flaggedShareWith(state, [...(record.request.settings.areas ?? []), area], chooseBackend);
  const flaggedAfter = Math.round(share * readable.length);
  if (flaggedAfter > worthwhile * odd.length) return undefined;
  const images = Math.round((found.flagged * odd.length) / Math.min(odd.length, largestSample));
  return { area, images, flagged: odd.length, flaggedAfter };
}

function asArea({ top, left, bottom, right }: GridArea, [rows, columns]: readonly [number, number]): Area {
  return { kind: 'ignore', x0: left / columns, y0: top / rows, x1: right / columns, y1: bottom / rows };
}

/** The error grids of a sample of these images, ascending: [images, cells]. */
async function gridsOf(state: RunState, fileColumns: number, indexes: Uint32Array): Promise<Matrix> {
  const wanted = evenSampleOf(indexes, largestSample);
  const columns = errorGridSize(shapeOf(state));
  const data = await readRows(state.run.featuresFile, state.manifest.length, fileColumns, wanted, columns);
  return { rows: wanted.length, columns, data };
}
