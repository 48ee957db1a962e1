/** Looks at what a person named and says what it is: which images train, which are known to be bad, which are scored. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ArrayReport, SourceReport } from '../../shared/contracts';
import { formatCount } from '../../shared/format';
import { isArrayFile, splitLocation } from '../../shared/source-location';
import { findLabels, isLabelFile } from './find-labels';
import { lookInto, type FolderView } from './folder-view';
import { recogniseFolders } from './folder-layout';
import { listArrays } from './list-arrays';
import { checkArray } from './open-array';
import { openSource } from './open-source';
import { suggestArrays } from './suggest-arrays';

type Suggestion = SourceReport['suggestion'];

/** Beyond this many images nobody asks what a file is for. */
const mostLabels = 10_000_000;

/**
 * Recognises folders to train on, to score and of known anomalies with a label file beside them; the layout of MVTec AD (`train/good`,
 * `test/good`, `test/<defect>`); arrays by their names; label files and labelled lists. Reads names and headers, no
 * images. Throws as {@link openSource} does when there is nothing to scan.
 */
export async function inspectSource(location: string): Promise<SourceReport> {
  const { path: file, array } = splitLocation(location);
  const absolute = path.resolve(file);
  const info = await stat(absolute).catch(() => undefined);
  if (info?.isDirectory()) return inspectFolder(await lookInto(absolute));
  if (info && isArrayFile(absolute)) return inspectArrayFile(absolute, array);
  return inspectPile(absolute, []);
}

async function inspectFolder(folder: FolderView): Promise<SourceReport> {
  const found = await recogniseFolders(folder);
  if (found) return { ...found, arrays: [], description: describe(folder.path, found.suggestion) };
  // Images come first: an array among them is something else's.
  if (folder.images === 0 && folder.folders.length === 0 && folder.arrays.length > 0) return inspectArrayFolder(folder);
  return inspectPile(folder.path, [folder]);
}

/** A folder of files like `train.npy` and `test.npy`. */
async function inspectArrayFolder(folder: FolderView): Promise<SourceReport> {
  const arrays: ArrayReport[] = [];
  for (const name of folder.arrays) {
    const reports = await listArrays(path.join(folder.path, name)).catch(() => []);
    arrays.push(
      ...reports.map((report) => ({ ...report, name: report.name === '' ? name : `${name}#${report.name}` })),
    );
  }
  return reportArrays(folder.path, arrays, (name) => path.join(folder.path, name));
}

async function inspectArrayFile(file: string, array: string | undefined): Promise<SourceReport> {
  const arrays = await listArrays(file);
  const locationOf = (name: string) => (name === '' ? file : `${file}#${name}`);
  if (array === undefined && arrays.length > 1) return reportArrays(file, arrays, locationOf);
  const chosen = arrays.find(({ name }) => array === undefined || name === array);
  if (chosen === undefined) {
    // Throws with the names that there are; a `.npy` has none.
    await checkArray(locationOf(array ?? ''));
  }
  const source = locationOf(array ?? chosen?.name ?? '');
  const what = chosen?.problem ?? chosen?.meaning ?? 'it is one of more arrays than are listed';
  return { layout: 'plain', description: `${name(source)}: ${what}.`, suggestion: { source }, arrays };
}

async function reportArrays(
  location: string,
  arrays: readonly ArrayReport[],
  locationOf: (name: string) => string,
): Promise<SourceReport> {
  const { score, train, validation } = suggestArrays(arrays);
  const usable = arrays.filter(({ problem }) => problem === undefined).map((each) => `“${each.name}”`);
  const suggestion: Suggestion = {
    source: score === undefined ? location : locationOf(score),
    ...(train !== undefined && { trainOn: locationOf(train) }),
    ...(validation !== undefined && { validation: locationOf(validation) }),
    ...(await labelsAmong(arrays, score, locationOf)),
  };
  const description =
    score === undefined
      ? `${name(location)} holds ${formatCount(usable.length)} arrays of images (${usable.join(', ')}): choose which to score.`
      : describe(location, suggestion);
  return { layout: 'arrays', description, suggestion, arrays };
}

/** An array of zeros and ones, one for each image that is scored, such as `y_test` beside `x_test`. */
async function labelsAmong(
  arrays: readonly ArrayReport[],
  score: string | undefined,
  locationOf: (name: string) => string,
): Promise<{ labels?: string }> {
  const count = arrays.find(({ name }) => name === score)?.shape[0];
  if (count === undefined || count > mostLabels) return {};
  const paths = new Array<string>(count).fill('');
  for (const { name, shape } of arrays) {
    const isColumn = shape[0] === count && (shape.length === 1 || (shape.length === 2 && shape[1] === 1));
    if (isColumn && (await isLabelFile(locationOf(name), paths))) return { labels: locationOf(name) };
  }
  return {};
}

/** Images without any order among them, perhaps with labels beside them or, for a list, in it. */
async function inspectPile(location: string, beside: readonly FolderView[]): Promise<SourceReport> {
  const source = await openSource(location, new AbortController().signal);
  await source.close();
  const isTable = /\.csv$/i.test(location);
  const labels = isTable
    ? (await isLabelFile(location, source.paths))
      ? location
      : undefined
    : await findLabels(location, beside);
  const suggestion: Suggestion = { source: location, ...(labels !== undefined && { labels }) };
  const count = source.paths.length;
  const images = count === 1 ? '1 image' : `${formatCount(count)} images`;
  const measured = labels === undefined ? '' : `, with labels in “${name(labels)}”`;
  return { layout: 'plain', description: `${name(location)}: ${images}${measured}.`, suggestion, arrays: [] };
}

/** “Found in casting: train on “train”, score “test/imgs”, …” */
function describe(root: string, { source, trainOn, validation, knownAnomalies, labels }: Suggestion): string {
  const near = (place: string) => (place === root ? 'all of it' : `“${nearName(root, place)}”`);
  const steps = [
    ...(trainOn === undefined ? [] : [`train on ${near(trainOn)}`]),
    ...(validation === undefined ? [] : [`watch the training with ${near(validation)}`]),
    ...(knownAnomalies === undefined ? [] : [`take ${near(knownAnomalies)} as known anomalies`]),
    `score ${near(source)}`,
    ...(labels === undefined
      ? []
      : [labels === 'layout' ? 'measure by the names of the folders' : `measure against ${near(labels)}`]),
  ];
  const last = steps.pop() ?? '';
  return `${name(root)} can be used so: ${steps.length > 0 ? `${steps.join(', ')} and ${last}` : last}.`;
}

/** A path inside the root as people write it; an array by its name alone. */
function nearName(root: string, place: string): string {
  if (place.startsWith(`${root}#`)) return place.slice(root.length + 1);
  return path.relative(root, place).split(path.sep).join('/');
}

function name(location: string): string {
  return path.basename(location) || location;
}
