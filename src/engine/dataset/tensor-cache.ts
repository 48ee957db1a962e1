/** Decodes a source into a tensor cache: several images in flight, constant memory, resumable. */
import * as l10n from '@vscode/l10n';
import { mkdir, open, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { UserError } from '../../shared/errors';
import type { ManifestEntry } from '../../shared/run';
import { CacheJournal } from './cache-journal';
import { readPlace, removePlace, writePlace } from './cache-place';
import type { DecodedImage, ImageSource, ImagesInPlace, Preprocessing, TensorCache } from './dataset';
import { systemErrorCode } from './failure-reason';
import { FileTensorCache, type CacheShape } from './file-tensor-cache';

export interface BuildCacheOptions {
  readonly signal: AbortSignal;
  /** How many images are in flight at once. */
  readonly concurrency?: number;
  /** Images done so far, those of an earlier attempt included. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Each image as it is done, in no particular order; `pixels` is absent for those an earlier attempt had done. */
  readonly onImage?: (index: number, image: DecodedImage) => void;
}

const journalOf = (file: string) => `${file}.journal`;

/** Enough to keep every thread of the pool busy while others wait for the disk. */
function usualConcurrency(): number {
  return Math.max(16, 2 * availableParallelism());
}

/**
 * Writes the preprocessed images to `file` and beside it a journal (`file` + `.journal`), from which a later call with
 * the same source and preprocessing goes on; images whose file changed meanwhile are read again. Unreadable images
 * have zeros. Images that need no preprocessing are only identified, and read where they are later on. Throws
 * `disk-full`, `not-writable`, `source-invalid` when an array changes meanwhile, or the signal's reason.
 */
export async function buildTensorCache(
  source: ImageSource,
  preprocessing: Preprocessing,
  file: string,
  options: BuildCacheOptions,
): Promise<{ cache: TensorCache; manifest: ManifestEntry[] }> {
  options.signal.throwIfAborted();
  const total = source.paths.length;
  const shape: CacheShape = [preprocessing.channels, preprocessing.height, preprocessing.width];
  const bytesPerImage = shape[0] * shape[1] * shape[2];
  const rows = source.inPlace?.(preprocessing);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await removePlace(file);
    const manifest = rows
      ? await identifyAll(source, preprocessing, rows, file, options)
      : await copyAll(source, preprocessing, file, bytesPerImage, options);
    return { cache: await openTensorCache(file, total, shape), manifest };
  } catch (error) {
    throw forPeople(error, file, rows ? 0 : total * bytesPerImage);
  }
}

async function identifyAll(
  source: ImageSource,
  preprocessing: Preprocessing,
  rows: ImagesInPlace,
  file: string,
  options: BuildCacheOptions,
): Promise<ManifestEntry[]> {
  await rm(file, { force: true });
  const journal = await CacheJournal.open(journalOf(file), source, preprocessing);
  const nothing = () => Promise.resolve();
  let manifest: ManifestEntry[];
  try {
    const read = async (index: number): Promise<DecodedImage> => {
      const entry = await rows.identify(index);
      await journal.add(index, entry, nothing);
      return { entry };
    };
    manifest = await forEachImage(source, journal, read, nothing, options);
    await refuseChanged(source, preprocessing, journal);
  } finally {
    await journal.close();
  }
  await writePlace(file, rows);
  return manifest;
}

async function copyAll(
  source: ImageSource,
  preprocessing: Preprocessing,
  file: string,
  bytesPerImage: number,
  options: BuildCacheOptions,
): Promise<ManifestEntry[]> {
  const { data, journal } = await openBoth(source, preprocessing, file, source.paths.length * bytesPerImage);
  try {
    const save = () => data.datasync();
    const read = async (index: number): Promise<DecodedImage> => {
      const image = await source.decode(index, preprocessing);
      writeRow(data.fd, image.pixels ?? new Uint8Array(bytesPerImage), index * bytesPerImage);
      await journal.add(index, image.entry, save);
      return image;
    };
    const manifest = await forEachImage(source, journal, read, save, options);
    await refuseChanged(source, preprocessing, journal);
    return manifest;
  } finally {
    await journal.close();
    await data.close();
  }
}

/** Several images in flight; those that an earlier attempt had done and that are unchanged are not read again. */
async function forEachImage(
  source: ImageSource,
  journal: CacheJournal,
  read: (index: number) => Promise<DecodedImage>,
  save: () => Promise<void>,
  { signal, concurrency = usualConcurrency(), onProgress, onImage }: BuildCacheOptions,
): Promise<ManifestEntry[]> {
  const total = source.paths.length;
  const manifest = new Array<ManifestEntry>(total);
  let done = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < total) {
      signal.throwIfAborted();
      const index = next++;
      const earlier = journal.entries.get(index);
      const isDone = earlier !== undefined && (await isUnchanged(source.filePath(index), earlier));
      const image = isDone ? { entry: earlier } : await read(index);
      manifest[index] = image.entry;
      done++;
      onImage?.(index, image);
      onProgress?.(done, total);
    }
  };
  const workers = Array.from({ length: Math.min(total, concurrency) }, () =>
    work().catch((error: unknown) => {
      next = total;
      throw error;
    }),
  );
  // All must have ended before the files are closed, also when one has failed.
  const ends = await Promise.allSettled(workers);
  await journal.flush(save);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return manifest;
}

async function refuseChanged(source: ImageSource, preprocessing: Preprocessing, journal: CacheJournal): Promise<void> {
  if (await journal.isStillFor(source, preprocessing)) return;
  throw new UserError(
    'source-invalid',
    l10n.t(
      '“{0}” was changed while it was being read. Scan it again when nothing writes to it any more.',
      source.location,
    ),
  );
}

/**
 * Opens a finished cache of `count` images. Throws `run-invalid` when the file is missing or has another size: then it
 * must be built again.
 */
export async function openTensorCache(file: string, count: number, shape: CacheShape): Promise<TensorCache> {
  const expected = count * shape[0] * shape[1] * shape[2];
  const place = await readPlace(file, expected);
  if (place !== undefined) return new FileTensorCache(place.file, count, shape, place);
  const size = (await stat(file).catch(() => undefined))?.size;
  if (size !== expected) {
    throw new UserError(
      'run-invalid',
      size === undefined
        ? l10n.t('The cache of preprocessed images “{0}” is missing. Resume the run to remake it.', file)
        : l10n.t(
            'The cache of preprocessed images “{0}” has {1} bytes instead of {2}. Resume the run to remake it.',
            file,
            size,
            expected,
          ),
    );
  }
  return new FileTensorCache(file, count, shape);
}

async function openBoth(
  source: ImageSource,
  preprocessing: Preprocessing,
  file: string,
  bytes: number,
): Promise<{ data: FileHandle; journal: CacheJournal }> {
  const journalFile = journalOf(file);
  const existing = await stat(file).catch(() => undefined);
  // Without the data it speaks of, a journal is worth nothing.
  if (existing?.size !== bytes) await rm(journalFile, { force: true });
  const { bavail, bsize } = await statfs(path.dirname(file));
  const missing = bytes - (existing?.blocks ?? 0) * 512;
  if (bavail * bsize < missing) throw Object.assign(new Error('too little room'), { code: 'ENOSPC' });
  const journal = await CacheJournal.open(journalFile, source, preprocessing);
  try {
    const data = await open(file, existing === undefined ? 'w+' : 'r+');
    await data.truncate(bytes);
    return { data, journal };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/** Rows are small and go to the page cache, where waiting for a thread would cost more than the writing. */
function writeRow(file: number, row: Uint8Array, position: number): void {
  for (let written = 0; written < row.length;) {
    written += writeSync(file, row, written, row.length - written, position + written);
  }
}

async function isUnchanged(file: string | undefined, entry: ManifestEntry): Promise<boolean> {
  if (file === undefined) return true;
  try {
    const { size, mtimeMs } = await stat(file);
    return size === entry.bytes && Math.round(mtimeMs) === entry.modifiedMs;
  } catch {
    // What cannot be looked at is read again, which gives the reason.
    return false;
  }
}

function forPeople(error: unknown, file: string, bytes: number): unknown {
  const code = systemErrorCode(error);
  const megabytes = Math.ceil(bytes / 1e6);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new UserError(
      'disk-full',
      l10n.t(
        'There is too little room for the preprocessed images ({0} MB) in “{1}”. Make room, then resume the run.',
        megabytes,
        path.dirname(file),
      ),
      { cause: error },
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new UserError(
      'not-writable',
      l10n.t('“{0}” cannot be written ({1}). Choose another run folder.', file, code),
      {
        cause: error,
      },
    );
  }
  return error;
}
