/** Images named by a list: a text file with a path a line, or a CSV with a column of paths. */
import * as l10n from '@vscode/l10n';
import path from 'node:path';
import { UserError } from '../../shared/errors';
import { expandPages } from './expand-pages';
import { FileSource } from './file-source';
import { contentLines, parseTable, pathColumns, readText } from './text-tables';

/**
 * Paths are relative to the list, in its order; what is missing keeps its place as unreadable. Throws `source-invalid`
 * or `source-empty`.
 */
export async function openList(location: string, name: string, signal: AbortSignal): Promise<FileSource> {
  const text = await readText(location, 'source-invalid');
  const isTable = path.extname(location).toLowerCase() === '.csv';
  const listed = isTable ? pathsOfTable(text, location) : contentLines(text).map((line) => line.text);
  if (listed.length === 0) {
    throw new UserError(
      'source-empty',
      isTable
        ? l10n.t('The list “{0}” names no images. Paths are expected below its header.', location)
        : l10n.t(
            'The list “{0}” names no images. Paths are expected one a line, relative to the list or absolute.',
            location,
          ),
    );
  }
  const folder = path.dirname(location);
  const paths = path.sep === '\\' ? listed.map((entry) => entry.replaceAll('\\', '/')) : listed;
  const images = await expandPages(paths, (index) => path.resolve(folder, listed[index] ?? ''), signal);
  return new FileSource({ location, name, images, notes: images.notes });
}

function pathsOfTable(text: string, location: string): string[] {
  const { columns, rows } = parseTable(text, location, 'source-invalid');
  const column = pathColumns.find((wanted) => columns.includes(wanted));
  if (column === undefined) {
    throw new UserError(
      'source-invalid',
      l10n.t(
        'The list “{0}” has no column “{1}”; its first line has: {2}.',
        location,
        pathColumns.join('”, “'),
        columns.join(', '),
      ),
    );
  }
  return rows.map(({ cells }) => cells[column] ?? '').filter((entry) => entry !== '');
}
