/** Moves the flagged files of a run to a folder, keeping their places below it. Deletes and replaces nothing. */
import { lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { LeftFile, MoveReport } from '../../shared/moves';
import type { ManifestEntry } from '../../shared/run';
import { splitLocation } from '../../shared/source-location';
import { systemCode } from '../runs/atomic';
import { lockSource, type Lock } from '../runs/lock';
import { realPlace } from '../runs/real-place';
import type { RunFolder } from '../runs/run-folder';
import { flaggedFiles, type FlaggedFile, type FlaggedFiles } from './flagged-files';
import { Journal, lockJournal, type JournaledMove, type PlannedMove } from './journal';
import { atOnce, attempt, duplicate, giveUp, hashOf, Left, linkText, stateOf, syncFolders } from './move-file';
import { journalsOf, movesBy, noteJournal } from './run-journals';

export interface FlaggedImages {
  readonly run: RunFolder;
  readonly manifest: readonly ManifestEntry[];
  /** By image, 1: flagged. */
  readonly flags: ArrayLike<number>;
}

/**
 * Moves what is flagged to `folder`, and goes on where an earlier time was cut off. What cannot go is named and stays.
 * When aborted it ends after the moves it is at. @param dryRun says what would happen; touches nothing
 * @throws UserError `settings-invalid` for a folder that will be scanned, `run-locked`, `not-writable`, `disk-full`,
 * `not-supported` for arrays
 */
export async function quarantine(
  { run, manifest, flags }: FlaggedImages,
  folder: string,
  { dryRun = false, signal = new AbortController().signal }: { dryRun?: boolean; signal?: AbortSignal } = {},
): Promise<MoveReport> {
  const target = path.resolve(folder);
  const { source, scoreAlso = [] } = run.record.request;
  await refuseFile(target);
  for (const location of [source, ...scoreAlso]) await refuseFolderIn(splitLocation(location).path, target);
  const found = await flaggedFiles(run.record, manifest, flags);
  if (dryRun) return rehearse(found, target, movesBy(await journalsOf(run)));
  const lock = await lockSource(source, undefined, run.folder);
  try {
    return await new Moving(run, target, signal).move(found);
  } finally {
    await lock.release();
  }
}

async function rehearse(
  { files, left }: FlaggedFiles,
  target: string,
  earlier: ReadonlyMap<string, JournaledMove>,
): Promise<MoveReport> {
  const report = { moved: 0, movedBefore: 0, left: [...left] };
  for (const file of files) {
    const ready = await readyToMove(file, target, earlier);
    if (ready === 'moved before') report.movedBefore++;
    else if (ready instanceof Left) report.left.push(ready.of(file.path));
    else report.moved++;
  }
  return { folder: target, ...report };
}

/** One time of moving, with the journal that it writes. */
class Moving {
  readonly #left: LeftFile[] = [];
  readonly #finished = new Set<string>();
  #journal: Journal | undefined;
  #lock: Lock | undefined;
  #moved = 0;
  #movedBefore = 0;

  constructor(
    private readonly run: RunFolder,
    private readonly target: string,
    private readonly signal: AbortSignal,
  ) {}

  async move({ files, left }: FlaggedFiles): Promise<MoveReport> {
    this.#left.push(...left);
    const unfinished = (await Journal.inFolder(this.target)).find(
      ({ isEnded, header }) => !isEnded && header.run === this.run.folder,
    );
    try {
      if (unfinished) await this.#goOn(unfinished);
      await this.#moveAll(files.filter(({ path: image }) => !this.#finished.has(image)));
      // Until then the next time goes on with it.
      if (!this.signal.aborted) await this.#journal?.end();
    } finally {
      await this.#journal?.close();
      await this.#lock?.release();
    }
    return {
      folder: this.target,
      ...(this.#journal && { journal: this.#journal.file }),
      moved: this.#moved,
      movedBefore: this.#movedBefore,
      left: this.#left,
      ...(this.signal.aborted && { cancelled: true }),
    };
  }

  /** Brings to an end what was begun; what was only planned is planned again if it is still flagged. */
  async #goOn(journal: Journal): Promise<void> {
    await this.#use(journal);
    await journal.removeParts();
    for (const move of journal.moves) {
      if (move.state !== 'planned') continue;
      if ((await stateOf(move.to, move)) !== 'same') {
        await journal.note('undone', [move]);
        continue;
      }
      const before = await stateOf(move.from, move);
      if (before === 'other') continue;
      if (before === 'same' && !(await this.#try(move, () => giveUp(move.from)))) continue;
      await journal.note('moved', [move]);
      this.#finished.add(move.path);
      this.#moved++;
    }
  }

  async #moveAll(files: readonly FlaggedFile[]): Promise<void> {
    const earlier = movesBy(await journalsOf(this.run));
    for (let start = 0; start < files.length && !this.signal.aborted; start += atOnce) {
      const ready: PlannedMove[] = [];
      for (const file of files.slice(start, start + atOnce)) {
        const move = await readyToMove(file, this.target, earlier);
        if (move === 'moved before') this.#movedBefore++;
        else if (move instanceof Left) this.#left.push(move.of(file.path));
        else ready.push(move);
      }
      if (ready.length > 0) await this.#moveSome(ready);
    }
  }

  async #moveSome(ready: readonly PlannedMove[]): Promise<void> {
    const { folder, record } = this.run;
    const about = { run: folder, source: record.request.source };
    const journal = this.#journal ?? (await this.#use(await Journal.create(this.target, about)));
    const planned = await journal.plan(ready);
    const standing: JournaledMove[] = [];
    for (const move of planned) {
      const content = { sha256: move.sha256, ...linkElsewhere(move) };
      if (await this.#try(move, () => duplicate(move.from, move.to, content, journal))) standing.push(move);
    }
    await syncFolders(standing.map(({ to }) => to));
    const moved: JournaledMove[] = [];
    for (const move of standing) {
      if (await this.#try(move, () => giveUp(move.from, move.to))) moved.push(move);
    }
    await journal.note('moved', moved);
    await journal.note(
      'undone',
      planned.filter((move) => !moved.includes(move)),
    );
    this.#moved += moved.length;
  }

  async #use(journal: Journal): Promise<Journal> {
    this.#journal = journal;
    this.#lock = await lockJournal(journal.file);
    await noteJournal(this.run, journal.file);
    return journal;
  }

  #try({ path: image }: JournaledMove, act: () => Promise<void>): Promise<boolean> {
    return attempt(image, act, this.#left);
  }
}

/** A link that says where to from its own place must say it in full elsewhere. */
function linkElsewhere({ link, from }: PlannedMove): { link?: string } {
  return link === undefined ? {} : { link: path.resolve(path.dirname(from), link) };
}

/** The move of a file that is what was scanned and has nothing in its way; or why it does not go. */
async function readyToMove(
  file: FlaggedFile,
  target: string,
  earlier: ReadonlyMap<string, JournaledMove>,
): Promise<PlannedMove | Left | 'moved before'> {
  try {
    return await checked(file, target);
  } catch (error) {
    if (!(error instanceof Left)) throw error;
    const before = error.reason === 'missing' ? earlier.get(file.path) : undefined;
    return before && (await stateOf(before.to, before)) === 'same' ? 'moved before' : error;
  }
}

/** Throws {@link Left}. */
async function checked(file: FlaggedFile, target: string): Promise<PlannedMove> {
  const { path: image, file: from, sha256, bytes, modifiedMs } = file;
  if (from === undefined) throw new Left('missing');
  const to = path.join(target, ...file.relative.split('/'));
  try {
    const info = await stat(from);
    const nowMs = Math.round(info.mtimeMs);
    if (!info.isFile() || info.size !== bytes) throw new Left('changed');
    const hash = await hashOf(from);
    // Of a TIFF the image was hashed, not the file.
    if (hash !== sha256 && !(nowMs === modifiedMs && /\.tiff?$/i.test(from))) throw new Left('changed');
    if ((await lstat(to).catch(() => undefined)) !== undefined) throw new Left('exists', to);
    const link = await linkText(from);
    return { path: image, from, to, sha256: hash, bytes, modifiedMs: nowMs, ...(link !== undefined && { link }) };
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code) ? new Left('missing') : new Left('refused', `${code}: ${from}`);
  }
}

/** Throws `settings-invalid`. */
async function refuseFile(target: string): Promise<void> {
  const info = await stat(target).catch(() => undefined);
  if (info && !info.isDirectory()) {
    throw new UserError(
      'settings-invalid',
      l10n.t('“{0}” is a file. Name a folder to move the flagged files to.', target),
    );
  }
}

/** Throws `settings-invalid` for a folder in which a next scan would find the images again. */
async function refuseFolderIn(scanned: string, target: string): Promise<void> {
  const root = await stat(scanned).catch(() => undefined);
  if (!root?.isDirectory()) return;
  const below = path.relative(await realPlace(path.resolve(scanned)), await realPlace(target));
  const parts = below.split(path.sep);
  if (path.isAbsolute(below) || parts[0] === '..' || parts.some((part) => part.startsWith('.') && part !== '.')) return;
  throw new UserError(
    'settings-invalid',
    l10n.t(
      '“{0}” is inside of the scanned folder, where the next scan would find the files again. Name a folder outside of it.',
      target,
    ),
  );
}
