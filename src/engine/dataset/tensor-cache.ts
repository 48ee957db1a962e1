/** Decodes a source into a tensor cache: several images in flight, constant memory, resumable. */
import { mkdir, open, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { UserError } from '../../shared/errors';
import type { ManifestEntry } from '../../shared/run';
import { CacheJournal } from './cache-journal';
import type { DecodedImage, ImageSource, Preprocessing, TensorCache } from './dataset';
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

/** Enough to keep every thread of the pool busy while others wait for the disk. */
function usualConcurrency(): number {
  return Math.max(16, 2 * availableParallelism());
}

/**
 * Writes the preprocessed images to `file` and beside it a journal (`file` + `.journal`), from which a later call with
 * the same source and preprocessing goes on; images whose file changed meanwhile are read again. Unreadable images
 * have zeros. Throws `disk-full`, `not-writable`, or the signal's reason.
 */
export async function buildTensorCache(
  source: ImageSource,
  preprocessing: Preprocessing,
  file: string,
  options: BuildCacheOptions,
): Promise<{ cache: TensorCache; manifest: ManifestEntry[] }> {
  const { signal, onProgress, onImage } = options;
  signal.throwIfAborted();
  const total = source.paths.length;
  const shape: CacheShape = [preprocessing.channels, preprocessing.height, preprocessing.width];
  const bytesPerImage = shape[0] * shape[1] * shape[2];
  const manifest = new Array<ManifestEntry>(total);
  try {
    const { data, journal } = await openBoth(source, preprocessing, file, total * bytesPerImage);
    try {
      const save = () => data.datasync();
      let done = 0;
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < total) {
          signal.throwIfAborted();
          const index = next++;
          const earlier = journal.entries.get(index);
          let image: DecodedImage;
          if (earlier !== undefined && (await isUnchanged(source.filePath(index), earlier))) image = { entry: earlier };
          else {
            image = await source.decode(index, preprocessing);
            writeRow(data.fd, image.pixels ?? new Uint8Array(bytesPerImage), index * bytesPerImage);
            await journal.add(index, image.entry, save);
          }
          manifest[index] = image.entry;
          done++;
          onImage?.(index, image);
          onProgress?.(done, total);
        }
      };
      const workers = Array.from({ length: Math.min(total, options.concurrency ?? usualConcurrency()) }, () =>
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
    } finally {
      await journal.close();
      await data.close();
    }
  } catch (error) {
    throw forPeople(error, file, total * bytesPerImage);
  }
  return { cache: await openTensorCache(file, total, shape), manifest };
}

/**
 * Opens a finished cache of `count` images. Throws `run-invalid` when the file is missing or has another size: then it
 * must be built again.
 */
export async function openTensorCache(file: string, count: number, shape: CacheShape): Promise<TensorCache> {
  const expected = count * shape[0] * shape[1] * shape[2];
  const size = (await stat(file).catch(() => undefined))?.size;
  if (size !== expected) {
    const found = size === undefined ? 'is missing' : `has ${size} bytes instead of ${expected}`;
    throw new UserError(
      'run-invalid',
      `The cache of preprocessed images “${file}” ${found}. Resume the run to remake it.`,
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
  await mkdir(path.dirname(file), { recursive: true });
  const journalFile = `${file}.journal`;
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
      `There is too little room for the preprocessed images (${megabytes} MB) in “${path.dirname(file)}”. Make room, then resume the run.`,
      { cause: error },
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new UserError('not-writable', `“${file}” cannot be written (${code}). Choose another run folder.`, {
      cause: error,
    });
  }
  return error;
}
