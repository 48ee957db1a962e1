/** Opens whatever a user may name as a source of images. */
import * as l10n from '@vscode/l10n';
import { stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../shared/errors';
import { isArrayFile, splitLocation } from '../../shared/source-location';
import { ArraySource, type ArraySourceOptions } from './array-source';
import type { ImageSource } from './dataset';
import { systemErrorCode } from './failure-reason';
import { expandPages } from './expand-pages';
import { FileSource } from './file-source';
import { hasImageExtension, readableExtensions } from './image-formats';
import { describeOtherFiles, listFolder } from './list-folder';
import { openList } from './list-source';

export type OpenSourceOptions = ArraySourceOptions;

/**
 * A folder, an array (`.npy`, `.npz` with `#array`, IDX), a `.tif` of several pages, or a `.txt` or `.csv` list. Throws `source-missing`,
 * `source-unreadable`, `source-empty`, `source-invalid`, or the signal's reason.
 */
export async function openSource(
  location: string,
  signal: AbortSignal,
  options: OpenSourceOptions = {},
): Promise<ImageSource> {
  signal.throwIfAborted();
  const { path: file, array } = splitLocation(location);
  const absolute = path.resolve(file);
  const resolved = array === undefined ? absolute : `${absolute}#${array}`;
  try {
    const info = await stat(absolute);
    return await openKind(absolute, resolved, info, options, signal);
  } catch (error) {
    throw forPeople(error, absolute);
  }
}

async function openKind(
  file: string,
  location: string,
  info: Stats,
  options: OpenSourceOptions,
  signal: AbortSignal,
): Promise<ImageSource> {
  const name = (path.basename(file) || file) + location.slice(file.length);
  if (info.isDirectory()) return openFolder(file, name, signal);
  const extension = path.extname(file).toLowerCase();
  if (isArrayFile(file)) return ArraySource.open(location, name, options, signal);
  if (extension === '.txt' || extension === '.csv') return openList(location, name, signal);
  if (hasImageExtension(file)) {
    const images = await expandPages([path.basename(file)], () => file, signal);
    if (images.paths.length > 1) return new FileSource({ location, name, images, notes: images.notes });
    throw new UserError(
      'source-invalid',
      l10n.t('“{0}” is a single image. Name the folder it is in: what is odd shows only among others.', file),
    );
  }
  throw new UserError(
    'source-invalid',
    l10n.t(
      '“{0}” is neither a folder nor an array (.npy, .npz, IDX) nor a list (.txt, .csv), so there are no images to find in it.',
      file,
    ),
  );
}

async function openFolder(folder: string, name: string, signal: AbortSignal): Promise<ImageSource> {
  const { images, otherFiles, folders, notes } = await listFolder(folder, signal);
  const others = describeOtherFiles(otherFiles);
  if (images.length === 0) {
    const where = belowText(folders - 1);
    const found =
      others === '' ? l10n.t('there are no other files either') : l10n.t('there are only other files: {0}', others);
    const hint = [...otherFiles.keys()].some((kind) => kind === 'IDX' || isArrayFile(`a${kind}`))
      ? ` ${l10n.t('An array (.npy, .npz, IDX) is named itself, not its folder.')}`
      : '';
    throw new UserError(
      'source-empty',
      l10n.t(
        'No images in “{0}” ({1}). Looked for {2}; {3}.{4}',
        folder,
        where,
        readableExtensions.join(' '),
        found,
        hint,
      ),
    );
  }
  const listed = await expandPages(images, (index) => path.join(folder, images[index] ?? ''), signal);
  const leftOut = others === '' ? [] : [l10n.t('Left out, as no images: {0}.', others)];
  return new FileSource({
    location: folder,
    name,
    images: listed,
    notes: [...notes, ...listed.notes, ...leftOut],
  });
}

function belowText(folders: number): string {
  if (folders === 0) return l10n.t('no folders below it');
  return folders === 1 ? l10n.t('and 1 folder below it') : l10n.t('and {0} folders below it', folders);
}

function forPeople(error: unknown, file: string): unknown {
  if (error instanceof UserError) return error;
  const code = systemErrorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new UserError(
      'source-missing',
      l10n.t('“{0}” does not exist. Check the path, or whether the drive is connected.', file),
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new UserError('source-unreadable', l10n.t('There is no permission to read “{0}”.', file), { cause: error });
  }
  if (code === 'ENOSPC') {
    return new UserError('disk-full', l10n.t('The disk is full; unpacking “{0}” needs room.', file), { cause: error });
  }
  if (code === undefined || code === 'ABORT_ERR') return error;
  return new UserError('source-unreadable', l10n.t('“{0}” cannot be read ({1}).', file, code), { cause: error });
}
