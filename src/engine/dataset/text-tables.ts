/** Lists and tables that people write: text in the usual encodings, CSV with a header. */
import * as l10n from '@vscode/l10n';
import { readFile, stat } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { UserError, type ErrorCode } from '../../shared/errors';
import { systemErrorCode } from './failure-reason';

/** Column names that hold a path, in lists and in label files. */
export const pathColumns = ['path', 'image', 'file'] as const;

const mostBytes = 512 * 2 ** 20;

/**
 * The file's text: UTF-8, or UTF-16 as Windows shells write it, without byte order mark.
 * Throws a {@link UserError} with `code` when it is no text or cannot be read.
 */
export async function readText(file: string, code: ErrorCode): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > mostBytes)
      throw new UserError(code, l10n.t('“{0}” is too large for a list ({1} MB).', file, Math.round(size / 1e6)));
    const bytes = await readFile(file);
    const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
    const text = new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
    if (text.includes('\0')) throw new UserError(code, l10n.t('“{0}” is not a text file.', file));
    return text;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = systemErrorCode(error) ?? String(error);
    if (reason === 'ENOENT') {
      throw new UserError(code, l10n.t('“{0}” does not exist. Check the path.', file), { cause: error });
    }
    throw new UserError(code, l10n.t('“{0}” cannot be read ({1}).', file, reason), { cause: error });
  }
}

export interface Table {
  /** Lower case. */
  readonly columns: readonly string[];
  readonly rows: readonly { readonly line: number; readonly cells: Readonly<Record<string, string>> }[];
}

/** Lines that are neither blank nor comments (`#`), with their numbers from 1. */
export function contentLines(text: string): { line: number; text: string }[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((content, index) => ({ line: index + 1, text: content.trim() }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'));
}

/** The columns of a CSV's header in lower case, and what separates them. */
export function headerOf(text: string): { columns: string[]; delimiter: string } {
  const header = contentLines(text)[0]?.text ?? '';
  const delimiter = [',', ';', '\t'].find((mark) => header.includes(mark)) ?? ',';
  return { columns: header.split(delimiter).map(columnName), delimiter };
}

/** Reads a CSV with a header (RFC 4180; comma, semicolon or tab). Throws a {@link UserError} with `code`. */
export function parseTable(text: string, file: string, code: ErrorCode): Table {
  const { columns, delimiter } = headerOf(text);
  try {
    const rows = parse<{ info: { lines: number }; record: Record<string, string> }>(text, {
      columns: (header: string[]) => header.map(columnName),
      comment: '#',
      comment_no_infix: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    return { columns, rows: rows.map(({ info, record }) => ({ line: info.lines, cells: record })) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(code, l10n.t('“{0}” is not a valid CSV file: {1}.', file, reason), { cause: error });
  }
}

function columnName(text: string): string {
  return text
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim()
    .toLowerCase();
}
