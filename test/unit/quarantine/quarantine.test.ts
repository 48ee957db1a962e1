import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../../src/engine/quarantine/journal';
import { quarantine } from '../../../src/engine/quarantine/quarantine';
import { undoMoves } from '../../../src/engine/quarantine/undo';
import { lockSource } from '../../../src/engine/runs/lock';
import { RunFolder } from '../../../src/engine/runs/run-folder';
import { canMakeSmallDisk, withSmallDisk } from '../../fixtures/small-disk';
import { scratchFolder } from '../../fixtures/scratch-folder';
import { filesBelow, scannedRun } from './scene';

const scratch = scratchFolder();
const odd = ['a \'quoted\' "name".png', 'deep/er/ü 😀.png', 'line\nbreak.png'];
const usual = ['kept.png', 'deep/kept.png'];
let source = '';
let away = '';

beforeEach(() => {
  source = scratch.path('pictures');
  away = scratch.path('away');
  for (const name of [...odd, ...usual]) scratch.write(`pictures/${name}`, `content of ${name}`);
});

const flagOdd = (flagged: readonly string[] = odd) => scannedRun(source, scratch.path('run'), flagged);

function journalOf(report: { journal?: string }): string {
  if (report.journal === undefined) throw new Error('there is no journal');
  return report.journal;
}

describe('moving the flagged files away', () => {
  it('is refused into any folder that is scanned, also one that is only scored', async () => {
    scratch.write('more/picture.png', 'one more');
    const images = await flagOdd();
    const { request } = images.run.record;
    await images.run.update({ request: { ...request, scoreAlso: [scratch.path('more')] } });
    for (const folder of [source, path.join(scratch.path('more'), 'odd')]) {
      await expect(quarantine(images, folder)).rejects.toMatchObject({ code: 'settings-invalid' });
    }
    expect(existsSync(path.join(scratch.path('more'), 'odd'))).toBe(false);
  });

  it('keeps their places, their contents and their times, and leaves all others', async () => {
    utimesSync(path.join(source, odd[0] ?? ''), 1000, 2000);
    const report = await quarantine(await flagOdd(), away);
    expect(report).toMatchObject({ folder: away, moved: 3, movedBefore: 0, left: [] });
    expect(filesBelow(source)).toEqual([...usual].sort());
    expect(filesBelow(away)).toEqual([...odd].sort());
    for (const name of odd) expect(readFileSync(path.join(away, name), 'utf8')).toBe(`content of ${name}`);
    expect(statSync(path.join(away, odd[0] ?? '')).mtimeMs).toBe(2_000_000);
  });

  it('is undone to the last byte, and leaves no empty folders behind', async () => {
    const before = filesBelow(source);
    const journal = journalOf(await quarantine(await flagOdd(), away));
    expect(await undoMoves(journal)).toEqual({ journal, restored: 3, inPlace: 0, left: [] });
    expect(filesBelow(source)).toEqual(before);
    for (const name of odd) expect(readFileSync(path.join(source, name), 'utf8')).toBe(`content of ${name}`);
    expect(filesBelow(away)).toEqual([]);
    expect(existsSync(path.join(away, 'deep'))).toBe(false);
    expect(await undoMoves(journal)).toMatchObject({ restored: 0, inPlace: 3, left: [] });
    await expect(undoMoves(away)).rejects.toMatchObject({ code: 'settings-invalid' });
  });

  it('touches nothing when it is only rehearsed', async () => {
    const before = filesBelow(scratch.path());
    const images = await flagOdd();
    const withRun = filesBelow(scratch.path());
    expect(await quarantine(images, away, { dryRun: true })).toEqual({
      folder: away,
      moved: 3,
      movedBefore: 0,
      left: [],
    });
    expect(filesBelow(scratch.path())).toEqual(withRun);
    expect(withRun.filter((name) => name.startsWith('pictures/'))).toEqual(before);
    expect(existsSync(away)).toBe(false);
  });

  it('replaces nothing: what has something in its way is named and stays', async () => {
    const name = odd[0] ?? '';
    scratch.write(`away/${name}`, 'somebody else’s');
    scratch.write('away/deep', 'a file where a folder is needed');
    const report = await quarantine(await flagOdd(), away);
    expect(report.moved).toBe(1);
    expect(report.left.map(({ path: image, reason }) => [image, reason]).sort()).toEqual(
      [
        [name, 'exists'],
        ['deep/er/ü 😀.png', 'exists'],
      ].sort(),
    );
    expect(readFileSync(path.join(away, name), 'utf8')).toBe('somebody else’s');
    expect(readFileSync(path.join(source, name), 'utf8')).toBe(`content of ${name}`);
  });

  it('leaves what has changed since the scan, and names what is gone', async () => {
    const images = await flagOdd();
    writeFileSync(path.join(source, odd[0] ?? ''), `content of ${odd[0]?.toUpperCase()}`);
    unlinkSync(path.join(source, odd[2] ?? ''));
    const report = await quarantine(images, away);
    expect(report.moved).toBe(1);
    expect(report.left).toEqual([
      { path: odd[0], reason: 'changed' },
      { path: odd[2], reason: 'missing' },
    ]);
  });

  it('says of what it moved before that it is there, also when the source is empty by now', async () => {
    const images = await flagOdd([...odd, ...usual]);
    expect(await quarantine(images, away)).toMatchObject({ moved: 5 });
    const again = await quarantine(images, away);
    expect(again).toEqual({ folder: away, moved: 0, movedBefore: 5, left: [] });
  });

  it.skipIf(process.platform === 'win32')('moves a link itself, so that it still leads where it led', async () => {
    const target = scratch.write('elsewhere.png', 'far away');
    symlinkSync('../elsewhere.png', path.join(source, 'link.png'));
    const journal = journalOf(await quarantine(await flagOdd(['link.png']), away));
    expect(readFileSync(target, 'utf8')).toBe('far away');
    expect(lstatSync(path.join(away, 'link.png')).isSymbolicLink()).toBe(true);
    expect(readFileSync(path.join(away, 'link.png'), 'utf8')).toBe('far away');
    expect(await undoMoves(journal)).toMatchObject({ restored: 1 });
    expect(readlinkSync(path.join(source, 'link.png'))).toBe('../elsewhere.png');
  });

  it('refuses a folder that the next scan would look into, and a file', async () => {
    const images = await flagOdd();
    for (const place of [source, path.join(source, 'odd'), path.join(source, 'kept.png')]) {
      await expect(quarantine(images, place)).rejects.toMatchObject({ code: 'settings-invalid' });
    }
    expect(await quarantine(images, path.join(source, '.odd'))).toMatchObject({ moved: 3 });
  });

  it('waits for whoever works on the source', async () => {
    const images = await flagOdd();
    const lock = await lockSource(source);
    await expect(quarantine(images, away)).rejects.toMatchObject({ code: 'run-locked' });
    await lock.release();
    expect(filesBelow(source)).toHaveLength(5);
  });

  it('cannot move rows of an array', async () => {
    const array = scratch.write('digits.npy', 'never looked into');
    const { run } = await flagOdd();
    await run.update({ request: { ...run.record.request, source: array } });
    await expect(quarantine({ run, manifest: [], flags: [] }, away)).rejects.toMatchObject({ code: 'not-supported' });
  });

  it('ends after what it is at when it is cancelled, and goes on with the same journal', async () => {
    const many = Array.from({ length: 300 }, (_, number) => `many/${String(number).padStart(3, '0')}.png`);
    for (const name of many) scratch.write(`pictures/${name}`, name);
    const images = await flagOdd(many);
    const controller = new AbortController();
    const watcher = watch(scratch.path(), () => {
      if (existsSync(away)) controller.abort();
    });
    const first = await quarantine(images, away, { signal: controller.signal });
    watcher.close();
    expect(first).toMatchObject({ cancelled: true, left: [] });
    expect(first.moved % 64).toBe(0);
    const second = await quarantine(images, away);
    expect(first.moved + second.moved).toBe(300);
    expect(second.journal).toBe(first.journal);
    expect(second.movedBefore).toBe(first.moved);
  });
});

describe('undoing', () => {
  it('names and leaves what changed in between, and brings back the rest', async () => {
    const journal = journalOf(await quarantine(await flagOdd(), away));
    writeFileSync(path.join(away, odd[0] ?? ''), 'edited');
    writeFileSync(path.join(source, odd[2] ?? ''), 'a new one');
    const report = await undoMoves(journal);
    expect(report).toMatchObject({ restored: 1, inPlace: 0 });
    expect(report.left.map(({ path: image, reason }) => [image, reason]).sort()).toEqual(
      [
        [odd[0], 'changed'],
        [odd[2], 'exists'],
      ].sort(),
    );
    expect(readFileSync(path.join(away, odd[0] ?? ''), 'utf8')).toBe('edited');
    expect(readFileSync(path.join(source, odd[2] ?? ''), 'utf8')).toBe('a new one');
    expect(readFileSync(path.join(away, odd[2] ?? ''), 'utf8')).toBe(`content of ${odd[2]}`);
  });

  it('works after the folder they were moved to was moved itself, and after the source’s folders were removed', async () => {
    scratch.write('pictures/gone/only.png', 'only');
    await quarantine(await flagOdd(['gone/only.png']), away);
    renameSync(path.join(source, 'gone'), scratch.path('unused'));
    renameSync(away, scratch.path('archive'));
    expect(await undoMoves(scratch.path('archive'))).toMatchObject({ restored: 1, left: [] });
    expect(readFileSync(path.join(source, 'gone/only.png'), 'utf8')).toBe('only');
  });

  it('believes no journal that leads out of its folder or is none', async () => {
    const journal = journalOf(await quarantine(await flagOdd(), away));
    const text = readFileSync(journal, 'utf8');
    const kept = scratch.write('precious.txt', 'precious');
    for (const line of [
      JSON.stringify({ part: kept }),
      text.split('\n')[1]?.replace(/"to":"[^"]*"/, '"to":"../precious.txt"') ?? '',
      'nonsense',
    ]) {
      writeFileSync(journal, `${text}${line}\n`);
      await expect(undoMoves(journal)).rejects.toMatchObject({ code: 'settings-invalid' });
    }
    writeFileSync(journal, 'something else\n');
    await expect(undoMoves(journal)).rejects.toMatchObject({ code: 'settings-invalid' });
    expect(readFileSync(kept, 'utf8')).toBe('precious');
    expect(filesBelow(away)).toHaveLength(3);
  });
});

describe('after a crash', () => {
  /** The three ways a move can be cut off: only said, standing at both places, done but not said. */
  async function cutOff(): Promise<string> {
    const images = await flagOdd();
    const { run } = images;
    const journal = await Journal.create(away, { run: run.folder, source });
    const planned = images.manifest.filter((_, index) => images.flags[index] === 1);
    await journal.plan(
      planned.map(({ path: name, sha256, bytes, modifiedMs }) => ({
        path: name,
        from: path.join(source, name),
        to: path.join(away, name),
        sha256,
        bytes,
        modifiedMs,
      })),
    );
    await journal.close();
    mkdirSync(path.join(away, 'deep/er'), { recursive: true });
    writeFileSync(path.join(away, odd[1] ?? ''), readFileSync(path.join(source, odd[1] ?? '')));
    renameSync(path.join(source, odd[2] ?? ''), path.join(away, odd[2] ?? ''));
    // The line that was being written.
    writeFileSync(journal.file, '{"moved":', { flag: 'a' });
    return journal.file;
  }

  it('undo restores everything', async () => {
    const before = filesBelow(source);
    const report = await undoMoves(await cutOff());
    expect(report).toMatchObject({ restored: 2, left: [] });
    expect(filesBelow(source)).toEqual(before);
    expect(filesBelow(away)).toEqual([]);
  });

  it('the next time brings it to an end, in the same journal', async () => {
    const journal = await cutOff();
    const images = await scannedAgain();
    const report = await quarantine(images, away);
    expect(report).toMatchObject({ moved: 3, movedBefore: 0, left: [], journal });
    expect(filesBelow(away)).toEqual([...odd].sort());
    expect(filesBelow(source)).toEqual([...usual].sort());
    expect(await undoMoves(journal)).toMatchObject({ restored: 3, left: [] });
    expect(filesBelow(source)).toEqual([...odd, ...usual].sort());
  });

  /** The run that was cut off, opened by another process: its manifest is that of the whole folder. */
  async function scannedAgain() {
    const whole = scratch.path('whole');
    for (const name of [...odd, ...usual]) scratch.write(`whole/${name}`, `content of ${name}`);
    const images = await scannedRun(whole, scratch.path('other-run'), odd);
    return { ...images, run: await RunFolder.open(scratch.path('run')) };
  }
});

describe.skipIf(!canMakeSmallDisk)('between file systems', () => {
  it('copies, verifies and only then gives up the file', async () => {
    const images = await flagOdd();
    chmodSync(path.join(source, odd[0] ?? ''), 0o440);
    utimesSync(path.join(source, odd[0] ?? ''), 1000, 2000);
    await withSmallDisk(scratch.path('disk'), async (disk) => {
      const report = await quarantine(images, path.join(disk, 'away'));
      expect(report).toMatchObject({ moved: 3, left: [] });
      expect(filesBelow(path.join(disk, 'away'))).toEqual([...odd].sort());
      expect(statSync(path.join(disk, 'away', odd[0] ?? ''))).toMatchObject({ mtimeMs: 2_000_000, mode: 0o100440 });
      expect(await undoMoves(path.join(disk, 'away'))).toMatchObject({ restored: 3, left: [] });
      expect(filesBelow(source)).toEqual([...odd, ...usual].sort());
    });
  });

  it('a full disk ends it with all files whole, and what went is undone', async () => {
    scratch.write('pictures/z-large.png', Buffer.alloc(60_000, 'x'));
    const images = await flagOdd([...odd, 'z-large.png']);
    await withSmallDisk(scratch.path('disk'), async (disk) => {
      await expect(quarantine(images, path.join(disk, 'away'))).rejects.toMatchObject({ code: 'disk-full' });
      expect(statSync(path.join(source, 'z-large.png')).size).toBe(60_000);
      const report = await undoMoves(path.join(disk, 'away'));
      expect(report.left).toEqual([]);
      expect(filesBelow(source)).toEqual([...odd, ...usual, 'z-large.png'].sort());
      expect(filesBelow(path.join(disk, 'away'))).toEqual([]);
    });
  });
});
