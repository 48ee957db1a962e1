/** Opens an array of a file or of an archive for reading by rows. Nothing of it is trusted. */
import * as l10n from '@vscode/l10n';
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { splitLocation } from '../../shared/source-location';
import { UserError } from '../../shared/errors';
import { openContainer, type ArrayContainer, type Place } from './array-container';
import { ArrayFormatError, dataBytesOf, type ArrayHeader } from './array-header';
import { layoutOf, type ArrayLayout, type LayoutWish } from './array-layout';
import { readArrayHeader } from './read-array-header';
import { RowFile } from './row-file';
import { rewriteInRowOrder } from './row-order';
import { WorkFolder } from './work-folder';

export interface OpenArray {
  readonly header: ArrayHeader;
  readonly layout: ArrayLayout;
  readonly rows: RowFile;
  /** Where the rows lie one after the other, when that file stays after closing. */
  readonly place?: Place;
  /** The array's name in its archive, or the file's name without extension. */
  readonly name: string;
  /** When the file that the user named was last changed. */
  readonly modifiedMs: number;
  close(): Promise<void>;
}

export interface OpenArrayOptions {
  readonly workFolder?: string | undefined;
  readonly layout?: LayoutWish;
}

/**
 * Compressed arrays and those in Fortran order are written out once, to `workFolder`, where they are found again; without
 * one, to a temporary folder that is removed on closing.
 * Throws `source-invalid` with what is wrong, `source-empty`, `disk-full`, or a system error.
 */
export async function openArray(
  location: string,
  { workFolder, layout }: OpenArrayOptions,
  signal: AbortSignal,
): Promise<OpenArray> {
  const work = new WorkFolder(workFolder);
  try {
    return await openIn(location, work, layout, signal);
  } catch (error) {
    await work.dispose();
    throw forPeople(error, location);
  }
}

/** As {@link openArray} throws, as far as its first bytes and its size tell; nothing is unpacked. */
export async function checkArray(location: string, layout?: LayoutWish): Promise<void> {
  try {
    const container = await openContainer(splitLocation(location).path);
    try {
      await chosenIn(container, location, layout);
    } finally {
      container.close();
    }
  } catch (error) {
    throw forPeople(error, location);
  }
}

function forPeople(error: unknown, location: string): unknown {
  if (!(error instanceof ArrayFormatError)) return error;
  return new UserError('source-invalid', l10n.t('“{0}” cannot be used: {1}.', location, error.message), {
    cause: error,
  });
}

/** The array that a location names, checked to be images and to be all there. */
async function chosenIn(
  container: ArrayContainer,
  location: string,
  wish: LayoutWish,
): Promise<Pick<OpenArray, 'name' | 'header' | 'layout'>> {
  const { path: file, array } = splitLocation(location);
  const name = chooseArray(container.names, array, file);
  const header = readArrayHeader(await container.start(name));
  const layout = layoutOf(header, wish);
  if (layout.count === 0) {
    throw new UserError(
      'source-empty',
      l10n.t('“{0}” holds no images: its shape is {1}.', location, header.shape.join('×')),
    );
  }
  container.check(name, header.dataOffset + dataBytesOf(header));
  return { name, header, layout };
}

async function openIn(location: string, work: WorkFolder, wish: LayoutWish, signal: AbortSignal): Promise<OpenArray> {
  const { path: file, array } = splitLocation(location);
  const info = await stat(file);
  const container = await openContainer(file);
  try {
    const { name, header, layout } = await chosenIn(container, location, wish);
    const identity = createHash('sha256')
      .update(`${path.resolve(file)}|${info.size}|${info.mtimeMs}|${array ?? ''}`)
      .digest('hex');
    const place = await placeOfRows(container, { name, header, identity }, work, signal);
    const rows = await RowFile.open(place.file, {
      offset: place.offset,
      count: layout.count,
      bytesPerRow: layout.bytesPerImage,
    });
    const close = async () => {
      await rows.close();
      await work.dispose();
    };
    const stays = place.file === file || work.isKept;
    return { header, layout, rows, name, modifiedMs: Math.round(info.mtimeMs), close, ...(stays && { place }) };
  } finally {
    container.close();
  }
}

/** Where the elements lie in row order, written out when they must be. */
export async function placeOfRows(
  container: ArrayContainer,
  { name, header, identity }: { name: string; header: ArrayHeader; identity: string },
  work: WorkFolder,
  signal: AbortSignal,
): Promise<Place> {
  const dataBytes = dataBytesOf(header);
  const bytes = header.dataOffset + dataBytes;
  let place = await container.place(name);
  if (place === undefined) {
    const extract = (target: string) => container.extract(name, bytes, target, signal);
    place = { file: await work.file(`${identity}.npy`, bytes, extract), offset: 0 };
  }
  const { file, offset } = { file: place.file, offset: place.offset + header.dataOffset };
  if (!header.fortranOrder) return { file, offset };
  const rewrite = (target: string) => rewriteInRowOrder(file, offset, header, target, signal);
  return { file: await work.file(`${identity}.rows`, dataBytes, rewrite), offset: 0 };
}

/** The name of the array that is wanted, or of the only one. Throws {@link ArrayFormatError} when that is unclear. */
export function chooseArray(names: readonly string[], wanted: string | undefined, file: string): string {
  const list =
    names
      .slice(0, 20)
      .map((name) => l10n.t('“{0}”', name))
      .join(', ') + (names.length > 20 ? ', …' : '');
  if (names.length === 0) throw new ArrayFormatError(l10n.t('it holds no arrays'));
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    throw new ArrayFormatError(l10n.t('it has no array “{0}”; there is {1}', wanted, list));
  }
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return only;
  throw new ArrayFormatError(
    l10n.t('it holds several arrays ({0}); name one after a #, such as {1}#{2}', list, path.basename(file), only ?? ''),
  );
}
