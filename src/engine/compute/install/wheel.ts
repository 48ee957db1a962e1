/** Gets the wheel with the native library, and takes out what is needed. */
import * as l10n from '@vscode/l10n';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry } from 'yauzl';
import { UserError } from '../../../shared/errors';
import { downloadFromIndex } from './package-index';
import type { Wheel } from './release';
import { runTool, throwIfCancelled, ToolMissing } from './run-tool';

export interface WheelSource {
  /** A wheel that is there already; where there are several, the folder with all of them. */
  readonly file?: string | undefined;
  /** The address of a package index (PEP 503); used where there is no pip, or by wish. */
  readonly index?: string | undefined;
}

/** @param done of `total` bytes */
export type ByteProgress = (done: number, total: number) => void;

/**
 * @returns the wheel's path, checked against its checksum
 * @throws UserError `backend-unavailable` when it cannot be had, is another file, or is damaged
 */
export async function getWheel(
  release: Wheel,
  source: WheelSource,
  folder: string,
  progress: ByteProgress,
  signal: AbortSignal,
): Promise<string> {
  const file = source.file ?? path.join(folder, release.wheel);
  if (source.file === undefined) {
    if (source.index !== undefined) await downloadFromIndex(source.index, release, file, progress, signal);
    else await downloadWithPip(release, folder, progress, signal);
  }
  const fault = await faultOf(file, release, signal);
  if (fault === undefined) return file;
  const remedy =
    source.file === undefined
      ? l10n.t('Try again.')
      : l10n.t('Name the file {0} of {1}.', release.wheel, release.distribution);
  throw new UserError('backend-unavailable', `${fault} ${remedy}`);
}

/** As a sentence. */
async function faultOf(file: string, { wheelBytes, sha256 }: Wheel, signal: AbortSignal): Promise<string | undefined> {
  const size = (await stat(file).catch(() => undefined))?.size;
  if (size !== undefined && size < wheelBytes) {
    return l10n.t('{0} is not what it should be: it has {1} of {2} bytes.', file, size, wheelBytes);
  }
  const sum = await checksum(file, signal);
  if (sum === sha256) return undefined;
  return l10n.t('{0} is not what it should be: its SHA-256 is {1}, expected {2}.', file, sum, sha256);
}

/** pip knows the user's mirrors, proxies and certificates. It shows no figures to programs: its folder is watched. */
async function downloadWithPip(
  { distribution, version, platform, pythonVersion, wheelBytes }: Wheel,
  folder: string,
  progress: ByteProgress,
  signal: AbortSignal,
): Promise<void> {
  const wish = ['--no-deps', '--only-binary=:all:', '--platform', platform, '--python-version', pythonVersion];
  const args = ['-m', 'pip', 'download', '--no-cache-dir', '--quiet', ...wish, '--dest', folder];
  const temporary = path.join(folder, 'pip');
  await mkdir(temporary, { recursive: true });
  let most = 0;
  const timer = setInterval(() => {
    // In the end pip takes the file out of the folder: that is no step back.
    void sizeOf(temporary).then((bytes) => {
      most = Math.max(most, bytes);
      progress(most, wheelBytes);
    });
  }, 500);
  try {
    await runTool('python3', [...args, `${distribution}==${version}`], {
      folder,
      signal,
      environment: { TMPDIR: temporary },
    });
  } catch (error) {
    if (error instanceof UserError && error.code === 'cancelled') throw error;
    const said = error instanceof Error ? error.message : String(error);
    const reason = error instanceof ToolMissing ? l10n.t('there is no python3 here') : said;
    throw new UserError(
      'backend-unavailable',
      l10n.t(
        'TensorFlow could not be downloaded with pip: {0}. Check the network, or name a package index with --index URL, or download {1} {2} elsewhere and name the file with --wheel FILE.',
        reason,
        distribution,
        version,
      ),
      { cause: error },
    );
  } finally {
    clearInterval(timer);
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Of all files below; what goes away meanwhile does not count. */
async function sizeOf(folder: string): Promise<number> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const sizes = await Promise.all(
      files.map(async (entry) => (await stat(path.join(entry.parentPath, entry.name))).size),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return 0;
  }
}

async function checksum(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const part of createReadStream(file, { highWaterMark: 2 ** 20 })) {
      throwIfCancelled(signal);
      hash.update(part as Uint8Array);
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError('backend-unavailable', l10n.t('The wheel {0} cannot be read: {1}.', file, reason), {
      cause: error,
    });
  }
  return hash.digest('hex');
}

/** The headers that the addon includes, of 15,000, and the libraries. */
const wanted = [
  /^nvidia\/[^/]+\/lib\/[^/]+\.so[.\d]*$/,
  /^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/,
  /^tensorflow\/include\/tensorflow\/c\/(eager\/)?[^/]+\.h$/,
  /^tensorflow\/include\/(tensorflow\/core|tsl)\/platform\/ctstring(_internal)?\.h$/,
  /^tensorflow\/include\/xla\/tsl\/c\/[^/]+\.h$/,
];

/**
 * Unpacks libraries and headers into `folder`, as `tensorflow/…` and `nvidia/…`.
 * @throws UserError `cancelled`, or what the archive or the disk says
 */
export async function unpackWheel(
  wheel: string,
  folder: string,
  progress: ByteProgress,
  signal: AbortSignal,
): Promise<void> {
  const zip = await openPromise(wheel, { lazyEntries: true, autoClose: false });
  try {
    const members: Entry[] = [];
    for await (const entry of zip.eachEntry()) {
      if (wanted.some((pattern) => pattern.test(entry.fileName))) members.push(entry);
    }
    const total = members.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
    let done = 0;
    for (const entry of members) {
      throwIfCancelled(signal);
      const target = path.join(folder, entry.fileName);
      await mkdir(path.dirname(target), { recursive: true });
      const counter = new Transform({
        transform(part: Buffer, _encoding, next) {
          done += part.length;
          progress(done, total);
          next(null, part);
        },
      });
      // One library alone is most of what there is to unpack.
      await pipeline(await zip.openReadStreamPromise(entry), counter, createWriteStream(target), { signal });
    }
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  } finally {
    zip.close();
  }
}
