/** One process at a time works on a source, saves a review, or moves files. A lock names its owner, so that it does not outlive it. */
import * as l10n from '@vscode/l10n';
import { createHash, randomUUID } from 'node:crypto';
import { open, readFile, realpath, rm, stat, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import { UserError } from '../../shared/errors';
import type { Shard } from '../../shared/settings';
import { systemCode, writingError } from './atomic';
import { requireSource } from './create-folder';
import {
  fallbackFolder,
  folderBeside,
  inWritablePlace,
  makeIgnoredFolder,
  sourceIdentity,
  userStateFolder,
} from './places';
import { makeFolders } from './make-folders';
import { isProcessAlive, processStart } from './process-identity';

const ownerSchema = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  host: v.string(),
  /** ISO 8601 */
  since: v.string(),
  /** Tells a process from a later one with the same id; where the system says. */
  processStart: v.exactOptional(v.string()),
  /** The real path of the run folder that is worked on. */
  run: v.exactOptional(v.string()),
  token: v.string(),
});
type Owner = v.InferOutput<typeof ownerSchema>;

export interface Lock {
  readonly file: string;
  /** Gives the lock back; does nothing when it was lost or given back already. */
  release(): Promise<void>;
}

/** An owner shows this often that it lives: processes on other machines cannot be asked. */
const heartbeatMs = 20_000;
const foreignSilenceMs = 6 * heartbeatMs;
/** A lock whose owner is being written right now is not damaged. */
const writingMs = 5000;

/** What one process at a time may do: work on a source, save a review, move files by a journal. */
type Guarded = 'images' | 'review' | 'moves';

/**
 * Takes the lock, over from an owner that is dead. Throws `run-locked`, which says what is going on and who does it since
 * when, or `not-writable`.
 * @param runFolder what it is taken for
 */
export async function acquireLock(file: string, guarded: Guarded, runFolder?: string): Promise<Lock> {
  try {
    await makeFolders(path.dirname(file));
    const start = await processStart(process.pid);
    const run = runFolder === undefined ? undefined : await realpath(runFolder);
    const owner: Owner = {
      pid: process.pid,
      host: os.hostname(),
      since: new Date().toISOString(),
      ...(start !== undefined && { processStart: start }),
      ...(run !== undefined && { run }),
      token: randomUUID(),
    };
    while (!(await tryCreate(file, JSON.stringify(owner)))) {
      const holder = await holderOf(file);
      if (holder === 'nobody') await removeStale(file);
      else if (holder !== 'gone') throw busy(holder, file, guarded);
    }
    return heldLock(file, owner);
  } catch (error) {
    throw writingError(error, file);
  }
}

function heldLock(file: string, owner: Owner): Lock {
  const heartbeat = setInterval(() => {
    const now = new Date();
    // A lock that was deleted by hand is no reason to stop working.
    utimes(file, now, now).catch(() => undefined);
  }, heartbeatMs);
  heartbeat.unref();
  return {
    file,
    release: async () => {
      clearInterval(heartbeat);
      if ((await readOwner(file))?.token === owner.token) await rm(file, { force: true });
    },
  };
}

async function tryCreate(file: string, content: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The living owner of a lock; `nobody` when it is stale; `gone` when there is no lock. */
async function holderOf(file: string): Promise<Owner | 'nobody' | 'gone' | 'unknown'> {
  let silentMs: number;
  try {
    silentMs = Date.now() - (await stat(file)).mtimeMs;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'gone';
    throw error;
  }
  const owner = await readOwner(file);
  if (owner === undefined) return silentMs > writingMs ? 'nobody' : 'unknown';
  if (owner.host !== os.hostname()) return silentMs > foreignSilenceMs ? 'nobody' : owner;
  if (!isProcessAlive(owner.pid)) return 'nobody';
  const start = await processStart(owner.pid);
  const isOther = owner.processStart !== undefined && start !== undefined && owner.processStart !== start;
  return isOther ? 'nobody' : owner;
}

/**
 * Removes a stale lock under a lock of its own: of two processes that find it stale, the second must not remove the
 * lock that the first has just made.
 */
async function removeStale(file: string): Promise<void> {
  const guard = `${file}.takeover`;
  if (!(await tryCreate(guard, String(process.pid)))) {
    const info = await stat(guard).catch(() => undefined);
    if (info !== undefined && Date.now() - info.mtimeMs > writingMs) await rm(guard, { force: true });
    else await wait(20);
    return;
  }
  try {
    if ((await holderOf(file)) === 'nobody') await rm(file, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

async function readOwner(file: string): Promise<Owner | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), ownerSchema), text);
  return parsed.success ? parsed.output : undefined;
}

function busy(holder: Owner | 'unknown', file: string, guarded: Guarded): UserError {
  const wayOut = l10n.t('Wait for it to end or stop it; if it is certainly gone, delete “{0}”.', file);
  return new UserError('run-locked', `${busySentence(guarded, holderText(holder))} ${wayOut}`);
}

function busySentence(guarded: Guarded, holder: string): string {
  switch (guarded) {
    case 'images':
      return l10n.t('These images are being worked on already ({0}).', holder);
    case 'review':
      return l10n.t('The review of this run is being saved already ({0}).', holder);
    case 'moves':
      return l10n.t('Files of this folder are being moved already ({0}).', holder);
  }
}

/** In brackets behind a sentence. */
function holderText(holder: Owner | 'unknown'): string {
  if (holder === 'unknown') return l10n.t('by another process');
  const { pid, host, since } = holder;
  if (host !== os.hostname()) return l10n.t('by process {0} on {1}, since {2}', pid, host, since);
  return pid === process.pid
    ? l10n.t('by this process, {0}, since {1}', pid, since)
    : l10n.t('by process {0}, since {1}', pid, since);
}

/**
 * Takes the lock of a source, so that two scans of it do not run at once. Throws as {@link acquireLock}.
 * @param runFolder the run that works on it
 */
export async function lockSource(
  source: string,
  fallbackRoot = userStateFolder(),
  runFolder?: string,
  shard?: Shard,
): Promise<Lock> {
  await requireSource(source);
  const { result } = await inWritablePlace(source, fallbackRoot, async (folder) => {
    await makeIgnoredFolder(folder);
    return acquireLock(lockFile(folder, source, shard), 'images', runFolder);
  });
  return result;
}

/** Whether a living process holds the lock of a source; with `runFolder`, whether it holds it for that run. */
export async function isLockHeld(
  source: string,
  fallbackRoot = userStateFolder(),
  runFolder?: string,
  shard?: Shard,
): Promise<boolean> {
  const run = runFolder === undefined ? undefined : await realpath(runFolder);
  for (const folder of [folderBeside(source), fallbackFolder(source, fallbackRoot)]) {
    if (folder === undefined) continue;
    // A place that cannot be looked at holds no lock of ours.
    const holder = await holderOf(lockFile(folder, source, shard)).catch(() => 'gone' as const);
    if (holder !== 'gone' && holder !== 'nobody' && isFor(holder, run)) return true;
  }
  return false;
}

/** Another machine may know the run folder by another path, and a lock being written does not say yet. */
function isFor(holder: Owner | 'unknown', run: string | undefined): boolean {
  if (run === undefined || holder === 'unknown' || holder.run === undefined) return true;
  return holder.host !== os.hostname() || holder.run === run;
}

/** Parts of a source are scored at the same time, by several machines. */
function lockFile(folder: string, source: string, shard: Shard | undefined): string {
  const part = shard ? `#${shard.index}/${shard.of}` : '';
  const name = createHash('sha256')
    .update(`${sourceIdentity(source)}${part}`)
    .digest('hex')
    .slice(0, 16);
  return path.join(folder, 'locks', `${name}.lock`);
}
