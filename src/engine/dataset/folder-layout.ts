/** Which of a data set's folders train, which hold known anomalies and which are to be scored, by their names. */
import path from 'node:path';
import type { SourceReport } from '../../shared/contracts';
import { findLabels } from './find-labels';
import { lookInto, type FolderView } from './folder-view';

type Role = 'train' | 'test' | 'validation' | 'known' | 'good';

/** Names without case and punctuation. */
const namesOf: Readonly<Record<Role, ReadonlySet<string>>> = {
  train: new Set(['train', 'training', 'trainset', 'trainingset', 'traindata', 'trainimgs', 'trainimages']),
  test: new Set(['test', 'testing', 'testset', 'testdata', 'testimgs', 'testimages']),
  validation: new Set(['val', 'valid', 'validation', 'valset', 'validationset', 'dev']),
  known: new Set([
    ...['proliv', 'prolivs', 'spill', 'spills', 'anomaly', 'anomalies', 'anomalous', 'abnormal', 'bad', 'defect'],
    ...['defects', 'defective', 'faulty', 'fault', 'faults', 'ng', 'nok', 'outlier', 'outliers', 'odd'],
    ...['knownbad', 'knownanomalies', 'knowndefects', 'knownspills'],
  ]),
  good: new Set(['good', 'normal', 'ok']),
};

export interface FolderLayout {
  readonly layout: 'plain' | 'mvtec' | 'known-anomalies';
  readonly suggestion: SourceReport['suggestion'];
}

/** Undefined when the names of the folders tell nothing: then all of it is one pile. */
export async function recogniseFolders(root: FolderView): Promise<FolderLayout | undefined> {
  const train = await roleFolder(root, 'train');
  const test = await roleFolder(root, 'test');
  if (train) return withTraining(root, train, test);
  if (root.images > 0 || (!test && !pick(root, 'good'))) return undefined;
  // The test part alone, or folders `good` and others: nothing to train on by itself, but labels.
  const scored = test ?? root;
  const suggestion = { source: scored.path, ...(await labelsOf(scored, scored, root)) };
  return suggestion.labels === undefined ? undefined : { layout: 'plain', suggestion };
}

async function withTraining(
  root: FolderView,
  train: FolderView,
  test: FolderView | undefined,
): Promise<FolderLayout | undefined> {
  const trainOn = goodPartOf(train);
  const known =
    (await roleFolder(root, 'known')) ?? (trainOn === train.path ? undefined : await roleFolder(train, 'known'));
  const validation = await roleFolder(root, 'validation');
  if (!test && !known) return undefined;
  const scored = test ? await imagesOf(test) : undefined;
  const labels = test && scored ? await labelsOf(test, scored, root) : {};
  const suggestion = {
    // Without a test part the training images themselves are ranked.
    source: scored?.path ?? trainOn,
    ...(scored && { trainOn }),
    ...(known && { knownAnomalies: known.path }),
    ...(validation && scored && { validation: goodPartOf(validation) }),
    ...labels,
  };
  const layout = known ? 'known-anomalies' : suggestion.labels === 'layout' ? 'mvtec' : 'plain';
  return { layout, suggestion };
}

/** `test/imgs` when all images are in the one folder of `test`. */
async function imagesOf(test: FolderView): Promise<FolderView> {
  const [only, ...others] = test.folders;
  const isInside = only !== undefined && others.length === 0 && test.images === 0 && pick(test, 'good') === undefined;
  return isInside ? lookInto(path.join(test.path, only)) : test;
}

function goodPartOf(folder: FolderView): string {
  const good = folder.images === 0 ? pick(folder, 'good') : undefined;
  return good === undefined ? folder.path : path.join(folder.path, good);
}

/** Labels by folder names where there is a folder of good ones and others; else a label file near the images. */
async function labelsOf(test: FolderView, scored: FolderView, root: FolderView): Promise<{ labels?: string }> {
  if (pick(scored, 'good') !== undefined && scored.folders.length > 1) return { labels: 'layout' };
  const near = [...new Map([test, scored, root].map((folder) => [folder.path, folder])).values()];
  const labels = await findLabels(scored.path, near);
  return labels === undefined ? {} : { labels };
}

async function roleFolder(folder: FolderView, role: Role): Promise<FolderView | undefined> {
  const name = pick(folder, role);
  if (name === undefined) return undefined;
  const view = await lookInto(path.join(folder.path, name));
  return view.images > 0 || view.folders.length > 0 ? view : undefined;
}

function pick({ folders }: FolderView, role: Role): string | undefined {
  return folders.find((name) => namesOf[role].has(name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')));
}
