/** Figures by folder: where in a data set the flags and the labels agree, and where they do not. */
import { auroc, confusion, truePositiveRate, trueNegativeRate, type Confusion } from './ranking';

export interface FolderFigures {
  /** Of the first level at which the paths differ; empty for images that lie above all folders of it. */
  readonly folder: string;
  readonly images: number;
  readonly flagged: number;
  readonly labelled: number;
  readonly confusion: Confusion;
  readonly tpr?: number;
  readonly tnr?: number;
  readonly auroc?: number;
}

export interface FolderInput {
  /** With `/`. */
  readonly paths: readonly string[];
  readonly scores: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  readonly flags: ArrayLike<number>;
}

/** In the order of the data set; empty where all images lie in one folder. */
export function folderFigures(input: FolderInput): FolderFigures[] {
  const groups = groupByFolder(input.paths);
  return groups.size < 2 ? [] : [...groups].map(([folder, indexes]) => figuresOf(folder, indexes, input));
}

/** The folders above `paths`, without the part that all share, up to the first name that differs. */
function groupByFolder(paths: readonly string[]): Map<string, number[]> {
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  const shared = folders.reduce((length, folder) => {
    const first = folders[0] ?? [];
    let same = 0;
    while (same < Math.min(length, folder.length) && folder[same] === first[same]) same++;
    return same;
  }, folders[0]?.length ?? 0);
  const groups = new Map<string, number[]>();
  folders.forEach((folder, index) => {
    const name = folder[shared] ?? '';
    const group = groups.get(name);
    if (group) group.push(index);
    else groups.set(name, [index]);
  });
  return groups;
}

function figuresOf(folder: string, indexes: readonly number[], input: FolderInput): FolderFigures {
  const pick = (values: ArrayLike<number>) => indexes.map((index) => values[index] ?? NaN);
  const [scores, labels, flags] = [pick(input.scores), pick(input.labels), pick(input.flags)];
  const table = confusion(flags, labels);
  const [tpr, tnr, area] = [truePositiveRate(table), trueNegativeRate(table), auroc(scores, labels)];
  return {
    folder,
    images: indexes.length,
    flagged: flags.filter((flag) => flag === 1).length,
    labelled: table.truePositives + table.falsePositives + table.trueNegatives + table.falseNegatives,
    confusion: table,
    ...(tpr !== undefined && { tpr }),
    ...(tnr !== undefined && { tnr }),
    ...(area !== undefined && { auroc: area }),
  };
}
