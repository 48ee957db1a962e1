/** Finds the place for a new run and makes its folder. The source is never written to. */
import * as l10n from '@vscode/l10n';
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../shared/errors';
import { splitLocation } from '../../shared/source-location';
import { systemCode, writingError } from './atomic';
import { makeFolders } from './make-folders';
import { inWritablePlace, makeIgnoredFolder } from './places';
import { isProcessAlive } from './process-identity';
import { realPlace } from './real-place';

export interface NewFolder {
  readonly folder: string;
  /** Why the run is not where it usually is. */
  readonly note?: string;
}

/**
 * `out`, or a new `<source>-<time>` in `.anomaly-review` beside the source, or in the user's folder where nothing can be
 * written beside it. Throws `source-missing`, `settings-invalid` for an `out` that must not be used, `not-writable` or
 * `disk-full`.
 */
export async function createRunFolder(
  source: string,
  out: string | undefined,
  createdAt: Date,
  stateFolder: string,
): Promise<NewFolder> {
  await requireSource(source);
  if (out !== undefined) return { folder: await useGivenFolder(path.resolve(out), source) };
  const name = `${folderNameOf(source)}-${timestamp(createdAt)}`;
  try {
    const { result, isFallback } = await inWritablePlace(source, stateFolder, async (parent) => {
      await makeIgnoredFolder(parent);
      return makeUnique(parent, name);
    });
    if (!isFallback) return { folder: result };
    return {
      folder: result,
      note: l10n.t('Nothing can be written beside the source, so the run is kept in “{0}”.', result),
    };
  } catch (error) {
    throw writingError(error, name);
  }
}

/** Throws `source-missing`, so that nothing is made beside a folder that does not exist. */
export async function requireSource(source: string): Promise<void> {
  const { path: file } = splitLocation(source);
  try {
    await stat(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') {
      throw new UserError(
        'source-missing',
        l10n.t('“{0}” does not exist. Check the path, or whether the drive is connected.', file),
        { cause: error },
      );
    }
    throw new UserError(
      'source-unreadable',
      l10n.t('“{0}” cannot be read ({1}).', file, systemCode(error) ?? String(error)),
      {
        cause: error,
      },
    );
  }
}

async function useGivenFolder(out: string, source: string): Promise<string> {
  await refuseInsideSource(out, source);
  try {
    await makeFolders(out);
    if ((await readdir(out)).length > 0) throw occupied(out);
    await makeIgnoredFolder(out);
    return out;
  } catch (error) {
    if (systemCode(error) === 'EEXIST' || systemCode(error) === 'ENOTDIR') throw occupied(out);
    throw writingError(error, out);
  }
}

/**
 * Fills a folder beside `out` and puts it there when it is complete: a run that takes its time is whole or not at all.
 * What a process that died has left is removed. Throws `settings-invalid` for an `out` that must not be used, and what
 * `fill` throws.
 */
export async function fillGivenFolder(
  out: string,
  source: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  await refuseInsideSource(out, source);
  const parent = path.dirname(out);
  const prefix = `.${path.basename(out)}.`;
  const folder = path.join(parent, `${prefix}${process.pid}.part`);
  try {
    if ((await readdir(out).catch(nothingThere)).length > 0) throw occupied(out);
    for (const name of await readdir(parent).catch(nothingThere)) {
      const owner = name.startsWith(prefix) ? /^(\d+)\.part$/.exec(name.slice(prefix.length))?.[1] : undefined;
      if (owner !== undefined && !isProcessAlive(Number(owner))) await removeFolder(path.join(parent, name));
    }
    await makeIgnoredFolder(folder);
    await fill(folder);
    await rmdir(out).catch(nothingThere);
    await rename(folder, out);
  } catch (error) {
    await removeFolder(folder).catch(() => undefined); // the first failure is the one to report
    throw systemCode(error) === 'ENOTDIR' ? occupied(out) : writingError(error, out);
  }
}

function nothingThere(error: unknown): string[] {
  if (systemCode(error) === 'ENOENT') return [];
  throw error;
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

async function refuseInsideSource(out: string, source: string): Promise<void> {
  const place = await realPlace(out);
  const images = await realPlace(path.resolve(splitLocation(source).path));
  if (place === images || place.startsWith(images.endsWith(path.sep) ? images : images + path.sep)) {
    throw new UserError(
      'settings-invalid',
      l10n.t('The run folder “{0}” is inside the source, which is never written to. Choose a folder elsewhere.', out),
    );
  }
}

function occupied(out: string): UserError {
  return new UserError(
    'settings-invalid',
    l10n.t('The run folder “{0}” exists already and is not an empty folder. Choose another name, or remove it.', out),
  );
}

async function makeUnique(parent: string, name: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const folder = path.join(parent, attempt === 1 ? name : `${name}-${attempt}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
}

/** The source's name with what file systems refuse replaced, short enough to have a time put to it. */
function folderNameOf(source: string): string {
  const { path: file, array } = splitLocation(source);
  const whole = path.basename(file) + (array === undefined ? '' : `-${array}`);
  const clean = whole.replace(/[<>:"/\\|?*#\p{Cc}]/gu, '-');
  const name = Buffer.from(clean)
    .subarray(0, 120)
    .toString()
    .replace(/\uFFFD$/, '');
  return name.replace(/^\.+|[. ]+$/g, '') || 'images';
}

/** `yyyymmdd-hhmmss` in local time. */
function timestamp(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`;
  return `${date}-${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
}
