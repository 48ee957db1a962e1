import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceMemory, deviceMemoryFile, memoryKey } from '../../../src/engine/compute/device-memory';

let folder: string;
let file: string;
let now: number;
const day = 24 * 3600 * 1000;
const open = () => new DeviceMemory(file, () => now);

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
    open().remember('a', 'net, batch 64', { milliseconds: { cpu: 120, webgpu: 20 } });
    now += day;
    open().remember('a', 'net, batch 64', { refused: { webgpu: 'out of memory' } });
    expect(open().find('a')).toEqual({
      title: 'net, batch 64',
      at: now,
      milliseconds: { cpu: 120, webgpu: 20 },
      refused: { webgpu: 'out of memory' },
    });
    expect(open().find('b')).toBeUndefined();
    expect(readdirSync(path.dirname(file))).toEqual(['devices.json']);
  });

  it('is forgotten after a month, or when that is asked for', () => {
    open().remember('a', 'old', { milliseconds: { cpu: 1 } });
    now += 31 * day;
    expect(open().find('a')).toBeUndefined();
    open().remember('b', 'new', { milliseconds: { cpu: 1 } });
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
    '{"version":2,"testing":{},"found":{}}',
    '{"version":1,"testing":{"gpu":1},"found":[]}',
  ])('is nothing in a damaged file (%s), and is written anew', (content) => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    expect(open().all()).toEqual([]);
    open().remember('a', 'net', { milliseconds: { cpu: 1 } });
    expect(open().all()).toHaveLength(1);
  });

  it('lasts as long as the process where nothing can be written', () => {
    writeFileSync(path.join(folder, 'some'), 'a file where the folder should be');
    const memory = open();
    memory.remember('a', 'net', { milliseconds: { cpu: 1 } });
    expect(memory.find('a')).toBeDefined();
    expect(open().find('a')).toBeUndefined();
  });

  it('keeps a bounded number, the newest', () => {
    const memory = open();
    for (let count = 0; count < 220; count++) {
      now += 1000;
      memory.remember(String(count), String(count), { milliseconds: { cpu: 1 } });
    }
    expect(memory.all()).toHaveLength(200);
    expect(memory.all()[0]?.title).toBe('219');
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
    expect(JSON.parse(seen)).toMatchObject({ testing: { webgpu: { processId: process.pid } } });
    await expect(memory.whileTesting('dml', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ testing: {} });
    expect(memory.endedWhileTesting('webgpu')).toBeUndefined();
  });

  it('is known to have ended the process that tested it', () => {
    mkdirSync(path.dirname(file), { recursive: true });
    const testing = { webgpu: { processId: 2 ** 30, at: now - day }, dml: { processId: process.pid, at: now } };
    writeFileSync(file, JSON.stringify({ version: 1, testing, found: {} }));
    expect(open().endedWhileTesting('webgpu')).toBe(now - day);
    expect(open().endedWhileTesting('dml')).toBeUndefined();
    expect(open().endedWhileTesting('cuda')).toBeUndefined();
  });
});
