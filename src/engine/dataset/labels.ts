/** Reads what is known of the images: 1 an anomaly, 0 a normal image, −1 not known. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import { isArrayFile, splitLocation } from '../../shared/source-location';
import { readLabelArray } from './label-array';
import { labelsFromFolders } from './layout-labels';
import { contentLines, headerOf, parseTable, pathColumns, readText } from './text-tables';

export interface Labels {
  /** One an image, in data-set order: 1, 0, or −1 where there is none. */
  readonly labels: Int8Array;
  /** Images with a label. */
  readonly matched: number;
  /** Names in the label file that are no image of the data set. */
  readonly unknownNames: readonly string[];
  /** Names in it that several images have. */
  readonly ambiguousNames: readonly AmbiguousName[];
  /** Paths of images without a label. */
  readonly unlabelled: readonly string[];
}

export interface AmbiguousName {
  readonly name: string;
  /** Two of the images, by their paths. */
  readonly examples: readonly string[];
}

/** A line of a label file. */
interface NamedLabel {
  readonly name: string;
  readonly label: 0 | 1;
  readonly line: number;
}

const labelWords: Readonly<Record<string, 0 | 1>> = {
  '0': 0,
  // As tables of numbers and of truth values come out of pandas.
  '0.0': 0,
  false: 0,
  good: 0,
  normal: 0,
  ok: 0,
  '1': 1,
  '1.0': 1,
  true: 1,
  bad: 1,
  anomaly: 1,
  anomalous: 1,
};

/**
 * @param spec a file (lines `name 0|1`, a CSV with a header, or nothing but the characters 0 and 1 in data-set order; an array of them),
 * or `layout` for labels by folder names
 * @param paths the data set's, in its order
 * Throws `labels-invalid` with file and line.
 */
export async function readLabels(spec: string, paths: readonly string[]): Promise<Labels> {
  if (spec === 'layout') return describe(labelsFromFolders(paths), paths);
  if (isArrayFile(splitLocation(spec).path)) return describe(await readLabelArray(spec, paths.length), paths);
  const text = await readText(spec, 'labels-invalid');
  const characters = text.replace(/\s+/g, '');
  if (characters === '') throw new UserError('labels-invalid', l10n.t('The label file “{0}” is empty.', spec));
  if (/^[01]+$/.test(characters)) return describe(labelsInOrder(characters, spec, paths.length), paths);
  const named = isTable(text) ? labelsOfTable(text, spec) : labelsOfLines(text, spec);
  if (named.length === 0) throw new UserError('labels-invalid', l10n.t('The label file “{0}” holds no labels.', spec));
  const matched = match(named, spec, paths);
  if (matched.unknownNames.length + matched.ambiguousNames.length === named.length) {
    throw noneMatches(matched, named.length, spec, paths);
  }
  return describe(matched.labels, paths, matched);
}

function noneMatches({ unknownNames, ambiguousNames }: Match, names: number, file: string, paths: readonly string[]) {
  const [unknown] = unknownNames;
  const [ambiguous] = ambiguousNames;
  return new UserError(
    'labels-invalid',
    unknown === undefined && ambiguous
      ? l10n.t(
          'No name in “{1}” is one image here ({0} in all): “{2}” may be {3}. Paths from the source’s folder are needed, or file names that are there once.',
          names,
          file,
          shorten(ambiguous.name),
          ambiguous.examples.join(', '),
        )
      : l10n.t(
          'No name in “{1}” is an image here ({0} in all): it has “{2}”, the images are named like “{3}”. Paths from the source’s folder are needed, or file names that are there once.',
          names,
          file,
          shorten(unknown ?? ''),
          paths[0] ?? '',
        ),
  );
}

function describe(
  labels: Int8Array,
  paths: readonly string[],
  { unknownNames, ambiguousNames }: Omit<Match, 'labels'> = { unknownNames: [], ambiguousNames: [] },
): Labels {
  const unlabelled = paths.filter((_, index) => labels[index] === -1);
  return { labels, matched: paths.length - unlabelled.length, unknownNames, ambiguousNames, unlabelled };
}

function labelsInOrder(characters: string, file: string, count: number): Int8Array {
  if (characters.length !== count) {
    throw new UserError(
      'labels-invalid',
      l10n.t(
        'The labels in “{0}” and the images are not equally many ({1} and {2}). One character an image is needed, or names beside the labels.',
        file,
        characters.length,
        count,
      ),
    );
  }
  return Int8Array.from(characters, Number);
}

function isTable(text: string): boolean {
  const { columns } = headerOf(text);
  return columns.includes('label') || pathColumns.some((column) => columns.includes(column));
}

function labelsOfTable(text: string, file: string): NamedLabel[] {
  const { columns, rows } = parseTable(text, file, 'labels-invalid');
  const pathColumn = pathColumns.find((wanted) => columns.includes(wanted));
  if (pathColumn === undefined || !columns.includes('label')) {
    throw new UserError(
      'labels-invalid',
      l10n.t(
        '“{0}” needs a header with “path” (or “image”, “file”) and “label”; it has: {1}.',
        file,
        columns.join(', '),
      ),
    );
  }
  return rows.map(({ line, cells }) => {
    const word = cells['label'] ?? '';
    return { name: cells[pathColumn] ?? '', label: labelOf(word, file, line), line };
  });
}

function labelsOfLines(text: string, file: string): NamedLabel[] {
  return contentLines(text).map(({ line, text: content }) => {
    const [, name, word] = /^(.*\S)[\s,;]+(\S+)$/.exec(content) ?? [];
    if (name === undefined || word === undefined) {
      throw new UserError(
        'labels-invalid',
        l10n.t('Line {0} of “{1}” is “{2}”, but “name 0” or “name 1” is expected.', line, file, shorten(content)),
      );
    }
    return { name: name.replace(/[,;]$/, ''), label: labelOf(word, file, line), line };
  });
}

function labelOf(word: string, file: string, line: number): 0 | 1 {
  const label = labelWords[word.toLowerCase()];
  if (label !== undefined) return label;
  throw new UserError(
    'labels-invalid',
    l10n.t(
      'Line {0} of “{1}” has the label “{2}”; 0 or 1, good or bad, normal or anomaly are expected.',
      line,
      file,
      shorten(word),
    ),
  );
}

type Match = Pick<Labels, 'labels' | 'unknownNames' | 'ambiguousNames'>;

/**
 * A name is an image's path, or the end of it (at least the file name) when only one image ends so, or has the image's
 * path at its own end.
 */
function match(named: readonly NamedLabel[], file: string, paths: readonly string[]): Match {
  const labels = new Int8Array(paths.length).fill(-1);
  const unknownNames: string[] = [];
  const ambiguousNames: AmbiguousName[] = [];
  const byPath = gather(paths, (path) => path);
  const byFileName = gather(paths, fileName);
  for (const { name, label, line } of named) {
    const wanted = name.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
    const alike = byFileName.get(fileName(wanted)) ?? [];
    const places = byPath.get(wanted) ?? alike.filter((index) => isEndOfOther(wanted, paths[index] ?? ''));
    // The same path several times in a list is one image; several images of one name are nobody in particular.
    const images = [...new Set(places.map((index) => paths[index] ?? ''))];
    if (images.length === 0) unknownNames.push(name);
    else if (images.length > 1) ambiguousNames.push({ name, examples: images.slice(0, 2) });
    else {
      for (const index of places) {
        if (labels[index] === 1 - label) {
          throw new UserError(
            'labels-invalid',
            l10n.t('Line {0} of “{1}” contradicts an earlier label of “{2}”.', line, file, name),
          );
        }
        labels[index] = label;
      }
    }
  }
  return { labels, unknownNames, ambiguousNames };
}

function gather(paths: readonly string[], key: (path: string) => string): Map<string, number[]> {
  const places = new Map<string, number[]>();
  paths.forEach((path, index) => {
    const found = places.get(key(path));
    if (found) found.push(index);
    else places.set(key(path), [index]);
  });
  return places;
}

function isEndOfOther(a: string, b: string): boolean {
  return a.endsWith(`/${b}`) || b.endsWith(`/${a}`);
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
