/** The files a run leaves as. Encoders yield pieces of text, so that a large run is never one string in memory. */
import type { Decision } from './run';

export interface ExportRow {
  /** In data-set order, from 0. */
  readonly index: number;
  readonly path: string;
  readonly flag: 0 | 1;
  /** Of the chosen column; NaN when the image could not be read. */
  readonly score: number;
  /** One for each of the export's score names, NaN where there is none. */
  readonly scores: readonly number[];
  readonly decision?: Decision;
  readonly sha256: string;
}

const rowsPerPiece = 1000;

/** Exactly one character `0` or `1` an image, in data-set order, no newline. */
export function encodeBinary(flags: Uint8Array): string {
  const pieces: string[] = [];
  const size = 8192;
  for (let start = 0; start < flags.length; start += size) {
    const characters = flags.subarray(start, start + size).map((flag) => (flag === 0 ? 48 : 49));
    pieces.push(String.fromCharCode(...characters));
  }
  return pieces.join('');
}

/** RFC 4180 with a header: `index,path,flag,score,<every score>,decision,sha256`. */
export function* encodeCsv(rows: Iterable<ExportRow>, scoreNames: readonly string[]): Generator<string> {
  yield record(['index', 'path', 'flag', 'score', ...scoreNames, 'decision', 'sha256']);
  yield* inPieces(rows, (row) =>
    record([
      String(row.index),
      row.path,
      String(row.flag),
      formatFloat32(row.score),
      ...row.scores.map(formatFloat32),
      row.decision ?? '',
      row.sha256,
    ]),
  );
}

/** The flagged paths, one a line. */
export function* encodeList(rows: Iterable<Pick<ExportRow, 'path' | 'flag'>>): Generator<string> {
  yield* inPieces(rows, (row) => (row.flag === 1 ? `${row.path}\n` : ''));
}

/**
 * One object: the fields of `head` (settings, threshold, …), then `images` with a row each, one a line. What an image
 * does not have (a score of an unreadable one, a decision) is absent.
 */
export function* encodeJson(
  rows: Iterable<ExportRow>,
  scoreNames: readonly string[],
  head: Readonly<Record<string, unknown>>,
): Generator<string> {
  const fields = Object.entries(head)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
  yield `{\n${fields.join('')}"images": [`;
  let first = true;
  yield* inPieces(rows, (row) => {
    const separator = first ? '\n' : ',\n';
    first = false;
    return separator + JSON.stringify(rowObject(row, scoreNames));
  });
  yield '\n]\n}\n';
}

/** The shortest decimal that reads back as the same float32; empty for NaN. */
export function formatFloat32(value: number): string {
  if (Number.isNaN(value)) return '';
  const single = Math.fround(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return String(short);
  }
  return String(Number(single.toPrecision(9)));
}

function rowObject(row: ExportRow, scoreNames: readonly string[]): Record<string, unknown> {
  const scores: Record<string, number> = {};
  scoreNames.forEach((name, place) => {
    const score = row.scores[place] ?? NaN;
    if (!Number.isNaN(score)) scores[name] = Number(formatFloat32(score));
  });
  const readable = !Number.isNaN(row.score);
  return {
    index: row.index,
    path: row.path,
    flag: row.flag,
    ...(readable ? { score: Number(formatFloat32(row.score)), scores } : {}),
    ...(row.decision === undefined ? {} : { decision: row.decision }),
    ...(row.sha256 === '' ? {} : { sha256: row.sha256 }),
  };
}

function record(fields: readonly string[]): string {
  return `${fields.map(quoted).join(',')}\r\n`;
}

function quoted(field: string): string {
  return /[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function* inPieces<Row>(rows: Iterable<Row>, encode: (row: Row) => string): Generator<string> {
  let piece: string[] = [];
  for (const row of rows) {
    piece.push(encode(row));
    if (piece.length === rowsPerPiece) {
      yield piece.join('');
      piece = [];
    }
  }
  if (piece.length > 0) yield piece.join('');
}
