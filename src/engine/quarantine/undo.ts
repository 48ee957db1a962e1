/** Brings back what a journal says was moved away: those files that are as they were, to places that are free. */
import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { LeftFile, UndoReport } from '../../shared/moves';
import { isFolder } from '../runs/is-there';
import { Journal, lockJournal, type JournaledMove } from './journal';
import { atOnce, attempt, duplicate, giveUp, Left, stateOf, syncFolders } from './move-file';

/**
 * What has changed in between is named and left. Can be asked again, after a crash too.
 * @param place the journal, or the folder it lies in: then the newest that has something to undo
 * @throws UserError `settings-invalid` for what is no journal, `run-locked`, `not-writable`, `disk-full`
 */
export async function undoMoves(place: string): Promise<UndoReport> {
  const file = await journalAt(path.resolve(place));
  const lock = await lockJournal(file);
  try {
    const journal = await Journal.read(file);
    try {
      return await undoAll(journal);
    } finally {
      await journal.close();
    }
  } finally {
    await lock.release();
  }
}

async function journalAt(place: string): Promise<string> {
  if (!(await isFolder(place))) return place;
  const journals = await Journal.inFolder(place);
  const [newest] = journals.filter(({ moves }) => moves.some(({ state }) => state !== 'undone'));
  if (newest) return newest.file;
  throw new UserError(
    'settings-invalid',
    journals.length > 0
      ? l10n.t('Nothing to undo in “{0}”: all that was moved there is back.', place)
      : l10n.t('Nothing to undo in “{0}”: there is no journal of moved files in it.', place),
  );
}

async function undoAll(journal: Journal): Promise<UndoReport> {
  await journal.removeParts();
  const left: LeftFile[] = [];
  const counts = { restored: 0, inPlace: 0 };
  // The last first, so that a file that was moved twice comes back to where it was in the beginning.
  const moves = journal.moves.reverse();
  for (let start = 0; start < moves.length; start += atOnce) {
    /** With the duplicate to take away again when it cannot go. */
    const standing = new Map<JournaledMove, string | undefined>();
    const back: JournaledMove[] = [];
    for (const move of moves.slice(start, start + atOnce)) {
      const bringBack = async (): Promise<void> => {
        const what = await wayBack(move);
        if (what === 'never moved') return;
        if (what === 'in place') {
          if (move.state !== 'undone') back.push(move);
          counts.inPlace++;
          return;
        }
        const { sha256, link } = move;
        if (what === 'move') {
          await duplicate(move.to, move.from, { sha256, ...(link !== undefined && { link }) }, journal);
        }
        standing.set(move, what === 'move' ? move.from : undefined);
      };
      await attempt(move.path, bringBack, left);
    }
    await syncFolders([...standing.keys()].map(({ from }) => from));
    for (const [move, duplicated] of standing) {
      if (!(await attempt(move.path, () => giveUp(move.to, duplicated), left))) continue;
      back.push(move);
      counts.restored++;
    }
    await journal.note('undone', back);
  }
  await removeEmptyFolders(
    journal.folder,
    moves.map(({ to }) => path.dirname(to)),
  );
  await journal.end();
  return { journal: journal.file, ...counts, left };
}

/** Folders that were made for what is gone again. */
async function removeEmptyFolders(root: string, folders: readonly string[]): Promise<void> {
  const deepestFirst = [...new Set(folders)].sort((a, b) => b.length - a.length);
  for (const deepest of deepestFirst) {
    for (let folder = deepest; folder.startsWith(root + path.sep); folder = path.dirname(folder)) {
      // It is not empty, or gone already.
      if (
        !(await rmdir(folder).then(
          () => true,
          () => false,
        ))
      )
        break;
    }
  }
}

/**
 * `move`: bring it back. `stands at both`: it was cut off on the way, there or back. Throws {@link Left} when either
 * place is not as it was left.
 */
async function wayBack(move: JournaledMove): Promise<'move' | 'stands at both' | 'in place' | 'never moved'> {
  const [here, there] = [await stateOf(move.from, move), await stateOf(move.to, move)];
  if (move.state === 'undone') return here === 'same' && there === 'missing' ? 'in place' : 'never moved';
  if (there === 'same') {
    if (here === 'missing') return 'move';
    if (here === 'same') return 'stands at both';
    throw new Left('exists', move.from);
  }
  // What stands there may be somebody else's: it is not known that ours ever came to stand there.
  if (move.state === 'planned') return 'never moved';
  if (there === 'other') throw new Left('changed');
  if (here === 'same') return 'in place';
  throw new Left('missing');
}
