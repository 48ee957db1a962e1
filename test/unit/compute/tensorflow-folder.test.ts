/** Folders that are named for TensorFlow and do not hold what can be loaded: told before anything of them is loaded. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { libraryFault } from '../../../src/engine/compute/tensorflow/library-file';
import { loadingFailed, requirePrepared } from '../../../src/engine/compute/tensorflow/prepared';
import { scratchFolder } from '../../fixtures/scratch-folder';

const scratch = scratchFolder();
const packageFolder = 'prepared/node_modules/@tensorflow/tfjs-node';
const addonFile = `${packageFolder}/lib/napi-v8/tfjs_binding.node`;
const libraryPath = `${packageFolder}/deps/lib/libtensorflow_cc.so.2`;

interface Parts {
  readonly version?: string;
  readonly addon?: Buffer;
  readonly library?: Buffer;
}

/** As an installation leaves it, with the parts that are given. */
function prepared({ version = '4.22.0', addon, library }: Parts): string {
  scratch.write(`${packageFolder}/package.json`, JSON.stringify({ version }));
  if (addon) scratch.write(addonFile, addon);
  if (library) scratch.write(libraryPath, library);
  return scratch.path('prepared');
}

/** A library's header, of 100 bytes with a table of sections of `tableBytes` at its end. */
function elf(machine: number, tableBytes = 0): Buffer {
  const bytes = Buffer.alloc(100);
  bytes.writeUInt32BE(0x7f454c46, 0);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(100n, 40);
  bytes.writeUInt16LE(tableBytes, 58);
  bytes.writeUInt16LE(1, 60);
  return bytes;
}

function complaint(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing was wrong';
}

describe('a folder for TensorFlow', () => {
  it('that is not there is named, with what to do', () => {
    const folder = scratch.path('nowhere');
    const said = complaint(() => requirePrepared(folder));
    expect(said).toContain(`There is no TensorFlow in ${folder}: there is no such folder. Install it`);
    expect(said).toContain('anomaly-review backend install tensorflow');
  });

  it('that holds something else is told what it should hold', () => {
    scratch.write('other/readme.txt', '');
    expect(complaint(() => requirePrepared(scratch.path('other')))).toContain(
      'it should hold node_modules/@tensorflow/tfjs-node.',
    );
  });

  it('with another version of TensorFlow.js is told which one works', () => {
    const folder = prepared({ version: '3.21.1' });
    expect(complaint(() => requirePrepared(folder))).toContain(
      `${folder} holds TensorFlow.js 3.21.1; this program works with 4.x`,
    );
  });

  it('without the addon or without the library is half', () => {
    expect(complaint(() => requirePrepared(prepared({})))).toMatch(/is half: its native addon .* is missing/);
    expect(complaint(() => requirePrepared(prepared({ addon: elf(62) })))).toMatch(
      /is half: its native library .* is missing/,
    );
  });
});

describe('a native library', () => {
  const fault = (bytes: Buffer | string) => libraryFault(scratch.write('lib.so', bytes), 'linux', 'x64');

  it('of this platform and whole is taken', () => {
    expect(fault(elf(62))).toBeUndefined();
  });

  it('of another processor or system is refused by name', () => {
    expect(fault(elf(183))).toBe('is made for arm64, not for x64');
    expect(fault(Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)]))).toBe('is made for win32, not for linux');
    expect(fault(Buffer.concat([Buffer.from('cffaedfe', 'hex'), Buffer.alloc(100)]))).toBe(
      'is made for darwin, not for linux',
    );
  });

  it('that is half, empty or something else is refused before it is loaded', () => {
    expect(fault(elf(62, 64))).toBe('is cut off: it has 100 of 164 bytes');
    expect(fault('')).toBe('is cut off after 0 bytes');
    expect(fault('x'.repeat(1000))).toBe('is no native library');
  });

  it('is found whole where TensorFlow is installed', ({ skip }) => {
    const installed = path.resolve(
      '.cache/tensorflow/node_modules/@tensorflow/tfjs-node/deps/lib/libtensorflow_cc.so.2',
    );
    if (!existsSync(installed)) skip('TensorFlow was not prepared');
    expect(libraryFault(installed)).toBeUndefined();
  });

  it('that the system cannot load is explained', () => {
    const said = (reason: string) => loadingFailed('/tensorflow', new Error(reason)).message;
    expect(said('x.node: undefined symbol: TF_Foo')).toContain('are of different versions');
    expect(said("libm.so.6: version `GLIBC_2.38' not found")).toContain('was made for a newer system');
    expect(said('libfoo.so: cannot open shared object file')).toContain('cannot be loaded: libfoo.so: cannot open');
  });
});
