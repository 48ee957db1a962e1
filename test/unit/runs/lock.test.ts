import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import { acquireLock, isLockHeld, lockSource } from '../../../src/engine/runs/lock';
import { scratchFolder } from '../../fixtures/scratch-folder';

const scratch = scratchFolder();
const file = () => scratch.path('locks', 'a.lock');
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const owner = (more: object) =>
  JSON.stringify({ pid: process.pid, host: os.hostname(), since: '2026-01-01T00:00:00.000Z', token: 'x', ...more });

async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  const { pid = 0 } = child;
  await new Promise((resolve) => child.on('exit', resolve));
  return pid;
}

describe('a lock', () => {
  it('is held by one at a time, and says by whom since when', async () => {
    const lock = await acquireLock(file(), 'images');
    await expect(acquireLock(file(), 'images')).rejects.toMatchObject({
      code: 'run-locked',
      message: expect.stringMatching(
        new RegExp(`^These images are being worked on already \\(by this process, ${process.pid}, since 20.*Z\\)`),
      ) as string,
    });
    await lock.release();
    await lock.release();
    const next = await acquireLock(file(), 'images');
    // The first owner's second release must not take the lock of the second.
    await lock.release();
    await expect(acquireLock(file(), 'images')).rejects.toMatchObject({ code: 'run-locked' });
    await next.release();
    expect(readdirSync(scratch.path('locks'))).toEqual([]);
  });

  it('says what it keeps others from', async () => {
    const lock = await acquireLock(file(), 'review');
    await expect(acquireLock(file(), 'review')).rejects.toThrow(/^The review of this run is being saved already/);
    await expect(acquireLock(file(), 'moves')).rejects.toThrow(/^Files of this folder are being moved already/);
    await lock.release();
  });

  it('of a dead process is taken over', async () => {
    scratch.write('locks/a.lock', owner({ pid: await deadProcess() }));
    const lock = await acquireLock(file(), 'images');
    expect(readFileSync(file(), 'utf8')).toContain(`"pid":${process.pid}`);
    await lock.release();
  });

  it.skipIf(process.platform !== 'linux')('of a process whose id another has now is taken over', async () => {
    scratch.write('locks/a.lock', owner({ processStart: '1' }));
    await (await acquireLock(file(), 'images')).release();
  });

  it('of another machine is taken over when it has been silent for minutes', async () => {
    scratch.write('locks/a.lock', owner({ host: 'elsewhere', pid: 1 }));
    await expect(acquireLock(file(), 'images')).rejects.toThrow(
      /by process 1 on elsewhere, since 2026-01-01T00:00:00.000Z\)/,
    );
    const before = new Date(Date.now() - 10 * 60_000);
    utimesSync(file(), before, before);
    await (await acquireLock(file(), 'images')).release();
  });

  it('that is damaged is taken over, unless it is being written right now', async () => {
    scratch.write('locks/a.lock', '{"pid":');
    await expect(acquireLock(file(), 'images')).rejects.toThrow(/by another process/);
    const before = new Date(Date.now() - 60_000);
    utimesSync(file(), before, before);
    await (await acquireLock(file(), 'images')).release();
  });

  it('is got by exactly one of several processes that find it stale', async () => {
    const stale = owner({ pid: await deadProcess() });
    const program = scratch.path('contender.cjs');
    await build({
      stdin: {
        contents: `import { acquireLock } from './src/engine/runs/lock';
          process.stdin.once('data', () => acquireLock(process.argv[2] ?? '').then(() => 'got', (error) => error.code).then(console.log));
          process.stdin.once('end', () => process.exit());
          console.log('ready');`,
        loader: 'ts',
        resolveDir: process.cwd(),
      },
      bundle: true,
      platform: 'node',
      outfile: program,
      logLevel: 'error',
    });
    const contenders = Array.from({ length: 4 }, () => {
      const child = spawn(process.execPath, [program, file()]);
      ends.push(() => child.kill());
      const lines: string[] = [];
      let wake: (() => void) | undefined;
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        lines.push(...text.trim().split('\n'));
        wake?.();
      });
      const line = async (index: number) => {
        while (lines[index] === undefined) await new Promise<void>((resolve) => (wake = resolve));
        return lines[index];
      };
      return { child, line };
    });
    await Promise.all(contenders.map(({ line }) => line(0)));
    scratch.write('locks/a.lock', stale);
    for (const { child } of contenders) child.stdin.write('go\n');
    const answers = await Promise.all(contenders.map(({ line }) => line(1)));
    expect(answers.sort()).toEqual(['got', 'run-locked', 'run-locked', 'run-locked']);
  });
});

describe('the lock of a source', () => {
  it('lies beside it, keeps a second scan out, and can be asked for', async () => {
    mkdirSync(scratch.path('apples'));
    const source = scratch.path('apples');
    const state = scratch.path('state');
    expect(await isLockHeld(source, state)).toBe(false);
    expect(existsSync(scratch.path('.anomaly-review'))).toBe(false);
    const lock = await lockSource(source, state);
    expect(path.dirname(lock.file)).toBe(scratch.path('.anomaly-review', 'locks'));
    expect(await isLockHeld(`${source}/`, state)).toBe(true);
    await expect(lockSource(source, state)).rejects.toMatchObject({ code: 'run-locked' });
    await lock.release();
    expect(await isLockHeld(source, state)).toBe(false);
  });

  it('is held for one run of the source, by whatever path the run is named', async () => {
    for (const name of ['apples', 'first', 'second']) mkdirSync(scratch.path(name));
    symlinkSync(scratch.path('second'), scratch.path('link'));
    const [source, state] = [scratch.path('apples'), scratch.path('state')];
    const lock = await lockSource(source, state, scratch.path('second'));
    expect(await isLockHeld(source, state)).toBe(true);
    expect(await isLockHeld(source, state, scratch.path('second'))).toBe(true);
    expect(await isLockHeld(source, state, scratch.path('link'))).toBe(true);
    expect(await isLockHeld(source, state, scratch.path('first'))).toBe(false);
    await lock.release();
  });

  it('is another for each array of an archive', async () => {
    const archive = scratch.write('digits.npz', 'x');
    const train = await lockSource(`${archive}#x_train`, scratch.path('state'));
    const test = await lockSource(`${archive}#x_test`, scratch.path('state'));
    await train.release();
    await test.release();
  });

  it('lies in the user’s folder where nothing can be written beside the source', async () => {
    mkdirSync(scratch.path('apples'));
    writeFileSync(scratch.path('.anomaly-review'), 'in the way');
    const state = scratch.path('state');
    const lock = await lockSource(scratch.path('apples'), state);
    expect(lock.file.startsWith(state)).toBe(true);
    expect(await isLockHeld(scratch.path('apples'), state)).toBe(true);
    await lock.release();
  });

  it('is not made for a source that does not exist', async () => {
    await expect(lockSource(scratch.path('nowhere', 'x'))).rejects.toMatchObject({ code: 'source-missing' });
    expect(existsSync(scratch.path('nowhere'))).toBe(false);
  });
});
