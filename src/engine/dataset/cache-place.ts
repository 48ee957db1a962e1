/** A note in the place of a tensor cache that its images are read where they are, without a copy. */
import * as l10n from '@vscode/l10n';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { UserError } from '../../shared/errors';
import type { RowsInPlace } from './dataset';
import type { ForeignRows } from './file-tensor-cache';

const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));
const placeSchema = v.object({
  /** Relative to the note where it lies beside or below it, so that a run folder can be moved. */
  file: v.string(),
  offset: wholeNumber,
  interleaved: v.boolean(),
  low: v.number(),
  high: v.number(),
  size: wholeNumber,
  modifiedMs: v.number(),
});

const noteFile = (cacheFile: string) => `${cacheFile}.place`;

/** Notes where the rows are, and how the file that holds them looks now. */
export async function writePlace(cacheFile: string, rows: RowsInPlace): Promise<void> {
  const { offset, interleaved, low, high } = rows;
  const { size, mtimeMs } = await stat(rows.file);
  const inside = path.relative(path.dirname(cacheFile), rows.file);
  const isOutside = inside.startsWith('..') || path.isAbsolute(inside);
  const file = isOutside ? path.resolve(rows.file) : inside;
  const place: ForeignRows = { file, offset, interleaved, low, high, size, modifiedMs: Math.round(mtimeMs) };
  await writeFile(noteFile(cacheFile), JSON.stringify(place));
}

export async function removePlace(cacheFile: string): Promise<void> {
  await rm(noteFile(cacheFile), { force: true });
}

/**
 * Where the rows are instead of in the cache; `undefined` when they were copied into it. Throws `run-invalid` when the
 * file that holds them is gone, has changed since, or is too small for `bytes` of them.
 */
export async function readPlace(cacheFile: string, bytes: number): Promise<ForeignRows | undefined> {
  const text = await readFile(noteFile(cacheFile), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), placeSchema), text);
  if (!parsed.success) {
    throw new UserError('run-invalid', l10n.t('“{0}” is damaged. Resume the run to remake it.', noteFile(cacheFile)));
  }
  const place = { ...parsed.output, file: path.resolve(path.dirname(cacheFile), parsed.output.file) };
  const now = await stat(place.file).catch(() => undefined);
  const isSame = now?.size === place.size && Math.round(now.mtimeMs) === place.modifiedMs;
  if (isSame && place.offset + bytes <= place.size) return place;
  throw new UserError(
    'run-invalid',
    now === undefined
      ? l10n.t(
          '“{0}”, whose images this run reads where they are, is gone. Put it back as it was, or scan it again.',
          place.file,
        )
      : l10n.t(
          '“{0}”, whose images this run reads where they are, has changed since. Put it back as it was, or scan it again.',
          place.file,
        ),
  );
}
