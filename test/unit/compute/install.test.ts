/** What can go wrong before anything is in place. The whole of it runs in tensorflow.test.ts, when that prepares one. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  install,
  type InstallOptions,
  installedIn,
  planInstall,
  remove,
} from '../../../src/engine/compute/install/install';
import { folderVariable, storageVariable, tensorFlowFolder } from '../../../src/engine/compute/install/place';
import { releaseFor } from '../../../src/engine/compute/install/release';
import { getWheel } from '../../../src/engine/compute/install/wheel';
import { scratchFolder } from '../../fixtures/scratch-folder';
import { served } from '../../fixtures/served';
import { canMakeSmallDisk, withSmallDisk } from '../../fixtures/small-disk';

const scratch = scratchFolder();
const isSupported = process.platform === 'linux' && process.arch === 'x64';

function installing(options: Partial<InstallOptions>) {
  return install({
    folder: scratch.path('backends', 'tensorflow'),
    signal: new AbortController().signal,
    progress: () => undefined,
    selfTest: () => Promise.reject(new Error('There is nothing to test.')),
    ...options,
  });
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.skipIf(!isSupported)('installing TensorFlow', () => {
  it('tells the sizes first', () => {
    const plan = planInstall(scratch.path());
    expect(plan.downloadBytes).toBeGreaterThan(270e6);
    expect(plan.installedBytes).toBeGreaterThan(plan.downloadBytes);
  });

  it('refuses a wheel that is not the one it knows', async () => {
    const file = scratch.write('some.whl', 'not a wheel');
    const wheel = { ...releaseFor(), wheelBytes: 11 };
    const { signal } = new AbortController();
    await expect(getWheel(wheel, { file }, scratch.path(), () => undefined, signal)).rejects.toMatchObject({
      code: 'backend-unavailable',
      message: expect.stringMatching(
        /SHA-256 is [0-9a-f]{64}, expected 2b847d21.* Name the file tensorflow_cpu-/,
      ) as string,
    });
  });

  it('says of a wheel that is cut off how much of it is there, and leaves nothing behind', async () => {
    const file = scratch.write('some.whl', 'not a wheel');
    await expect(installing({ file })).rejects.toThrow(
      `${file} is not what it should be: it has 11 of 273829956 bytes.`,
    );
    expect(readdirSync(scratch.path('backends'))).toEqual([]);
  });

  it('says which wheel is not there before it makes anything', async () => {
    const file = scratch.path('missing.whl');
    const refusal = {
      code: 'settings-invalid',
      message: expect.stringContaining(`There is no file “${file}”`) as string,
    };
    await expect(installing({ file })).rejects.toMatchObject(refusal);
    await expect(installing({ file: scratch.path(), variant: 'gpu' })).rejects.not.toMatchObject(refusal);
    await expect(installing({ file, variant: 'gpu' })).rejects.toThrow(`There is no folder “${file}”`);
    await expect(installing({ file: scratch.path() })).rejects.toThrow('There is no file');
  });

  it('says which compiler does not work, and who named it', async () => {
    vi.stubEnv('CXX', '/bin/false');
    await expect(installing({})).rejects.toMatchObject({
      code: 'backend-unavailable',
      message: expect.stringContaining('The C++ compiler /bin/false, which CXX names, does not work') as string,
    });
  });

  it('says that a compiler is missing before it downloads anything', async () => {
    vi.stubEnv('PATH', scratch.path());
    vi.stubEnv('CXX', '');
    await expect(installing({})).rejects.toThrow('neither g++ nor clang++ was found');
    expect(existsSync(scratch.path('backends'))).toBe(false);
  });

  it('refuses a place that is a file, below one, or denied without end, as /proc is', async () => {
    const file = scratch.write('letter.txt', 'Dear');
    await expect(installing({ folder: file })).rejects.toThrow(`${file} is a file. Name a folder.`);
    for (const folder of [path.join(file, 'tensorflow'), '/proc/anomaly-review/tensorflow']) {
      await expect(installing({ folder })).rejects.toMatchObject({
        code: 'not-writable',
        message: expect.stringContaining('cannot be written to') as string,
      });
    }
  });

  it('sends what an index asks of its visitors as a header, and never shows it', async () => {
    const asked: (string | undefined)[] = [];
    await served(
      (request, response) => {
        asked.push(request.headers.authorization);
        response.writeHead(401).end();
      },
      async (address) => {
        const index = address.replace('http://', 'http://reader:s%40cret@');
        const refused = await installing({ index }).catch((error: unknown) => String(error));
        expect(refused).toContain(`${address}/tensorflow-cpu/ answers 401`);
        expect(refused).not.toContain('cret');
        expect(asked).toEqual([`Basic ${Buffer.from('reader:s@cret').toString('base64')}`]);
      },
    );
    await expect(installing({ index: 'pypi' })).rejects.toMatchObject({ code: 'settings-invalid' });
  });

  it('finds the wheel in a package index, and checks what comes', async () => {
    const { wheel } = releaseFor();
    await served(
      {
        '/simple/tensorflow-cpu/': `<a href="../../files/other.whl">other</a> <a href="../../files/${wheel}#sha256=0">it</a>`,
        [`/files/${wheel}`]: 'something else',
      },
      async (address) => {
        const progress: number[] = [];
        const running = installing({
          index: `${address}/simple/`,
          progress: ({ phase, done = 0 }) => phase === 'download' && progress.push(done),
        });
        await expect(running).rejects.toThrow('is not what it should be');
        expect(progress.at(-1)).toBe('something else'.length);
      },
    );
  });

  it('says what an index lacks', async () => {
    await served({ '/simple/tensorflow-cpu/': '<html></html>' }, async (address) => {
      await expect(installing({ index: `${address}/simple` })).rejects.toThrow(
        /the index has no tensorflow_cpu-.*\.whl/,
      );
      await expect(installing({ index: `${address}/other` })).rejects.toThrow('answers 404');
    });
  });

  it('stops when it is cancelled, and leaves nothing behind', async () => {
    const abort = new AbortController();
    const { wheel } = releaseFor();
    const pages = { '/simple/tensorflow-cpu/': `<a href="/${wheel}">it</a>`, [`/${wheel}`]: 'x'.repeat(10_000_000) };
    await served(pages, async (address) => {
      const running = installing({
        index: `${address}/simple`,
        signal: abort.signal,
        progress: ({ done = 0 }) => {
          if (done > 0) abort.abort();
        },
      });
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    });
    expect(readdirSync(scratch.path('backends'))).toEqual([]);
  });

  it('does not write into a folder with other things', async () => {
    scratch.write('mine/letter.txt', 'Dear');
    const folder = scratch.path('mine');
    await expect(installing({ folder })).rejects.toThrow(`The folder ${folder} is not empty.`);
    await expect(remove(folder)).rejects.toThrow('nothing was removed');
    expect(existsSync(path.join(folder, 'letter.txt'))).toBe(true);
  });

  it('tidies up after installations that were killed', async () => {
    // No process has this number.
    scratch.write('backends/tensorflow.installing-4194305/half', '');
    await expect(installing({ file: scratch.write('some.whl', '') })).rejects.toThrow('is not what it should be');
    expect(readdirSync(scratch.path('backends'))).toEqual([]);
  });

  it('waits for nobody: a second one at the same time is refused, and leaves the first alone', async () => {
    const other = `tensorflow.installing-${String(process.ppid)}`;
    scratch.write(`backends/${other}/half`, '');
    await expect(installing({})).rejects.toMatchObject({
      code: 'run-locked',
      message: expect.stringContaining(`by process ${String(process.ppid)} already`) as string,
    });
    expect(readdirSync(scratch.path('backends'))).toEqual([other]);
  });

  it.skipIf(!canMakeSmallDisk)('says how much room is needed on a full disk, and leaves nothing there', async () => {
    await withSmallDisk(scratch.path('small'), async (disk) => {
      const folder = path.join(disk, 'backends', 'tensorflow');
      await expect(installing({ folder })).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringContaining('takes 1.5 GB for a while') as string,
      });
      expect(readdirSync(path.join(disk, 'backends'))).toEqual([]);
    });
  });

  it('removes what it installed, and does not install over it', async () => {
    const note = { backend: 'tensorflow', tensorflow: '2.21.0', tfjs: '4.22.0' };
    scratch.write('backends/tensorflow/anomaly-review-backend.json', JSON.stringify(note));
    const folder = scratch.path('backends', 'tensorflow');
    // Written before there were variants.
    expect(await installedIn(folder)).toEqual({ ...note, variant: 'cpu' });
    await expect(installing({})).rejects.toThrow('is installed in');
    await remove(folder);
    expect(existsSync(folder)).toBe(false);
  });
});

it('knows no library for other platforms, and says what works there', () => {
  expect(() => releaseFor('cpu', 'win32', 'x64')).toThrow(/not on win32-x64\. The ONNX backend works here/);
  expect(() => releaseFor('gpu', 'linux', 'arm64')).toThrow(/for CUDA .* linux-x64 so far, not on linux-arm64/);
});

it('keeps TensorFlow in the user’s own storage, or where the variable says', () => {
  expect(tensorFlowFolder({ [folderVariable]: '/elsewhere' })).toBe(path.resolve('/elsewhere'));
  if (process.platform === 'linux') {
    expect(tensorFlowFolder({ XDG_DATA_HOME: '/data' })).toBe('/data/anomaly-review/backends/tensorflow');
    expect(tensorFlowFolder({ XDG_DATA_HOME: 'relative' })).toMatch(/^\/.*\.local\/share\/anomaly-review/);
  }
});

it('looks into the editor’s storage first, where something is in it', () => {
  const environment = { XDG_DATA_HOME: '/data', LOCALAPPDATA: '/data', [storageVariable]: scratch.path('stored') };
  expect(tensorFlowFolder(environment)).not.toContain(scratch.path());
  scratch.write('stored/tensorflow/package.json', '{}');
  expect(tensorFlowFolder(environment)).toBe(scratch.path('stored', 'tensorflow'));
  expect(tensorFlowFolder({ ...environment, [folderVariable]: scratch.path('mine') })).toBe(scratch.path('mine'));
});
