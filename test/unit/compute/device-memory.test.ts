import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceMemory, deviceMemoryFile, memoryKey } from '../../../src/engine/compute/device-memory';

let folder: string;
let file: string;
let now: number;
const day = 24 * 3600 * 1000;
const open = () => new DeviceMemory(file, () => now);
const run = promisify(execFile);

/** A program of its own that knows DeviceMemory; its first argument is the file. */
async function programOf(body: string): Promise<string> {
  const outfile = path.join(folder, 'program.cjs');
  await build({
    stdin: {
      contents: `import { DeviceMemory } from './src/engine/compute/device-memory'; ${body}`,
      resolveDir: path.join(import.meta.dirname, '../../..'),
    },
    outfile,
    bundle: true,
    platform: 'node',
    logLevel: 'error',
  });
  return outfile;
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'anomaly-review-memory-'));
  file = path.join(folder, 'some', 'place', 'devices.json');
  now = Date.UTC(2026, 0, 1);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('what is remembered of devices', () => {
  it('is there for the next process, and added to', () => {
    open().measured('a', 'net, batch 64', { cpu: 120, webgpu: 20 });
    now += day;
    open().refuse('a', 'net, batch 64', 'webgpu', 'out of memory', 1000);
    expect(open().find('a')).toEqual({
      title: 'net, batch 64',
      at: now,
      milliseconds: { cpu: 120, webgpu: 20 },
      refused: { webgpu: { reason: 'out of memory', until: now + 1000 } },
    });
    expect(open().find('b')).toBeUndefined();
    expect(readdirSync(path.dirname(file))).toEqual(['devices.json']);
  });

  it('lets a device be tried again when its refusal is over, without forgetting how fast it was', () => {
    open().measured('a', 'net', { cpu: 120, webgpu: 20 });
    open().refuse('a', 'net', 'webgpu', 'out of memory', 1000);
    open().refuse('a', 'net', 'dml', 'computes wrongly', day);
    now += 1000;
    expect(open().find('a')).toMatchObject({ milliseconds: { cpu: 120, webgpu: 20 } });
    expect(Object.keys(open().find('a')?.refused ?? {})).toEqual(['dml']);
  });

  it('no longer refuses a device that was measured meanwhile', () => {
    open().refuse('a', 'net', 'webgpu', 'failed', day);
    open().refuse('a', 'net', 'dml', 'failed', day);
    open().measured('a', 'net', { cpu: 120, webgpu: 20 });
    expect(Object.keys(open().find('a')?.refused ?? {})).toEqual(['dml']);
  });

  it('is forgotten after a month, or when that is asked for', () => {
    open().measured('a', 'old', { cpu: 1 });
    now += 31 * day;
    expect(open().find('a')).toBeUndefined();
    open().measured('b', 'new', { cpu: 1 });
    expect(
      open()
        .all()
        .map(({ title }) => title),
    ).toEqual(['new']);
    expect(open().forget()).toBe(true);
    expect(open().all()).toEqual([]);
    expect(open().forget()).toBe(false);
  });

  it.each([
    '',
    '{"version":1',
    'null',
    '{"version":1,"testing":{},"found":{}}',
    '{"version":2,"testing":[{"device":"gpu"}],"found":{}}',
  ])('is nothing in a damaged file (%s), and is written anew', (content) => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    expect(open().all()).toEqual([]);
    open().measured('a', 'net', { cpu: 1 });
    expect(open().all()).toHaveLength(1);
  });

  it('lasts as long as the process where nothing can be written', () => {
    writeFileSync(path.join(folder, 'some'), 'a file where the folder should be');
    const memory = open();
    memory.measured('a', 'net', { cpu: 1 });
    expect(memory.find('a')).toBeDefined();
    expect(open().find('a')).toBeUndefined();
  });

  it('keeps a bounded number, the newest', () => {
    const memory = open();
    for (let count = 0; count < 220; count++) {
      now += 1000;
      memory.measured(String(count), String(count), { cpu: 1 });
    }
    expect(memory.all()).toHaveLength(200);
    expect(memory.all()[0]?.title).toBe('219');
  });

  it('loses nothing when several processes remember at once', async () => {
    const program = await programOf(`
      const memory = new DeviceMemory(process.argv[2]);
      for (let count = 0; count < 20; count++) memory.measured(process.pid + ' ' + count, 'net', { cpu: 1 });
    `);
    await Promise.all([1, 2, 3].map(() => run(process.execPath, [program, file])));
    expect(new DeviceMemory(file).all()).toHaveLength(60);
    expect(readdirSync(path.dirname(file))).toEqual(['devices.json']);
  });

  it('waits for no process that ended while it wrote', () => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.turn`, '');
    utimesSync(`${file}.turn`, 0, 0);
    open().measured('a', 'net', { cpu: 1 });
    expect(open().all()).toHaveLength(1);
    expect(readdirSync(path.dirname(file))).toEqual(['devices.json']);
  });

  it('has another key for another batch, network or version', () => {
    const keys = [
      memoryKey(['1.0', { batch: 64 }]),
      memoryKey(['1.0', { batch: 32 }]),
      memoryKey(['1.1', { batch: 64 }]),
    ];
    expect(new Set(keys).size).toBe(3);
    expect(memoryKey(['1.0', { batch: 64 }])).toBe(keys[0]);
  });

  it.skipIf(process.platform !== 'linux')('lies in the cache folder that the environment names', () => {
    expect(deviceMemoryFile({ XDG_CACHE_HOME: '/somewhere' })).toBe('/somewhere/anomaly-review/devices.json');
    expect(deviceMemoryFile({ XDG_CACHE_HOME: 'relative' })).toMatch(/\/\.cache\/anomaly-review\/devices\.json$/);
  });
});

describe('a device under test', () => {
  it('is marked while it is tested, and no longer, also when the test fails', async () => {
    const memory = open();
    const seen = await memory.whileTesting('webgpu', () => Promise.resolve(readFileSync(file, 'utf8')));
    expect(JSON.parse(seen)).toMatchObject({ testing: [{ device: 'webgpu', processId: process.pid }] });
    await expect(memory.whileTesting('dml', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ testing: [] });
    expect(memory.endedWhileTesting('webgpu')).toBeUndefined();
  });

  it('is not blamed for a process that was ended on purpose, but for one that was killed', async () => {
    const test = (end: string) =>
      programOf(`void new DeviceMemory(process.argv[2]).whileTesting('webgpu', () => new Promise(() => { ${end} }));`);
    await run(process.execPath, [await test('process.exit(0)'), file]);
    expect(new DeviceMemory(file).endedWhileTesting('webgpu')).toBeUndefined();
    await expect(run(process.execPath, [await test('process.abort()'), file])).rejects.toThrow();
    expect(new DeviceMemory(file).endedWhileTesting('webgpu')).toBeDefined();
    // Whoever asks for the device by name tests it again.
    await new DeviceMemory(file).whileTesting('webgpu', () => Promise.resolve());
    expect(new DeviceMemory(file).endedWhileTesting('webgpu')).toBeUndefined();
  });

  it('is known to have ended the process that tested it', () => {
    mkdirSync(path.dirname(file), { recursive: true });
    const testing = [
      { device: 'webgpu', processId: 2 ** 30, at: now - day },
      { device: 'dml', processId: process.pid, at: now },
    ];
    writeFileSync(file, JSON.stringify({ version: 2, testing, found: {} }));
    expect(open().endedWhileTesting('webgpu')).toBe(now - day);
    expect(open().endedWhileTesting('dml')).toBeUndefined();
    expect(open().endedWhileTesting('cuda')).toBeUndefined();
  });
});
