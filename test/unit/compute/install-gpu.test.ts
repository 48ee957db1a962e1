/** The variant for CUDA, with small stand-ins of NVIDIA's wheels: which files it takes, and where they must lie. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeCompanions } from '../../../src/engine/compute/install/companions';
import { compileAddon } from '../../../src/engine/compute/install/compile';
import { planInstall } from '../../../src/engine/compute/install/install';
import { packageLock, releaseFor, type Wheel } from '../../../src/engine/compute/install/release';
import { preparedVariant } from '../../../src/engine/compute/tensorflow/prepared';
import { whyNoGpu } from '../../../src/engine/compute/tensorflow/without-gpu';
import { scratchFolder } from '../../fixtures/scratch-folder';
import { served } from '../../fixtures/served';
import { zip } from '../dataset/numpy-files';

const scratch = scratchFolder();
const isSupported = process.platform === 'linux' && process.arch === 'x64';
const hasCompiler = isSupported && spawnSync('g++', ['--version']).status === 0;
const signal = new AbortController().signal;

describe.skipIf(!isSupported)('TensorFlow for CUDA', () => {
  it('tells sizes first, of all wheels together', () => {
    const { companions, wheelBytes } = releaseFor('gpu');
    const all = companions.reduce((sum, one) => sum + one.wheelBytes, wheelBytes);
    const plan = planInstall(scratch.path(), 'gpu');
    expect(plan.downloadBytes).toBeGreaterThan(all);
    expect(plan.downloadBytes).toBeGreaterThan(3.3e9);
    expect(plan.neededBytes).toBeGreaterThan(plan.installedBytes);
  });

  it('takes the version of the one for processors, and NVIDIA’s wheels that pip can be asked for', () => {
    const { companions, version } = releaseFor('gpu');
    expect(version).toBe(releaseFor('cpu').version);
    expect(companions).toHaveLength(11);
    for (const { distribution, version: own, wheel, platform, sha256 } of companions) {
      expect(wheel).toContain(`${distribution.replaceAll('-', '_')}-${own}-py3-none-manylinux`);
      expect(wheel).toContain(platform);
      expect(platform).toMatch(/^manylinux\w+_x86_64$/);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('takes the package for GPUs, held to its own checksum', () => {
    const [cpu, gpu] = [packageLock(releaseFor('cpu')), packageLock(releaseFor('gpu'))];
    const [cpuNames, gpuNames] = [Object.keys(cpu.packages), Object.keys(gpu.packages)];
    expect(cpuNames.filter((name) => !gpuNames.includes(name))).toEqual(['node_modules/@tensorflow/tfjs-node']);
    expect(gpuNames.filter((name) => !cpuNames.includes(name))).toEqual(['node_modules/@tensorflow/tfjs-node-gpu']);
    expect(gpu.packages[''].dependencies).toMatchObject({ '@tensorflow/tfjs-node-gpu': '4.22.0' });
    expect(new Map(Object.entries(gpu.packages)).get('node_modules/@tensorflow/tfjs-node-gpu')).not.toEqual(
      new Map(Object.entries(cpu.packages)).get('node_modules/@tensorflow/tfjs-node'),
    );
  });

  it('puts NVIDIA’s libraries where the library looks for them, and nothing else', async () => {
    const [first, second] = [standIn('nvidia-cuda-nvrtc-cu12', 'cuda_nvrtc'), standIn('nvidia-cublas-cu12', 'cublas')];
    const pages = Object.fromEntries<string | Uint8Array>(
      [first, second].flatMap(({ wheel, content }) => [
        [`/simple/${wheel.distribution}/`, `<a href="/files/${wheel.wheel}">it</a>`] as const,
        [`/files/${wheel.wheel}`, content] as const,
      ]),
    );
    const addon = scratch.path('addon');
    mkdirSync(addon);
    const seen: (readonly [done: number, total: number])[] = [];
    await served(pages, async (address) => {
      await placeCompanions([first.wheel, second.wheel], {
        index: `${address}/simple`,
        addon,
        signal,
        progress: (phase) => (done, total) => phase === 'download' && seen.push([done, total]),
      });
    });
    const total = first.content.length + second.content.length;
    expect(seen.at(-1)).toEqual([total, total]);
    expect(readdirSync(addon)).toEqual(['deps']);
    expect(filesBelow(addon)).toEqual([
      'deps/nvidia/cublas/lib/libcublas.so.12',
      'deps/nvidia/cuda_nvrtc/lib/libcuda_nvrtc.so.12',
    ]);
  });

  it('takes wheels from a folder, and refuses one that is another', async () => {
    const { wheel, content } = standIn('nvidia-cublas-cu12', 'cublas');
    const addon = scratch.path('addon');
    const plan = { file: scratch.path('wheels'), addon, signal, progress: () => () => undefined };
    mkdirSync(addon);
    scratch.write(`wheels/${wheel.wheel}`, content);
    await placeCompanions([wheel], plan);
    expect(filesBelow(addon)).toEqual(['deps/nvidia/cublas/lib/libcublas.so.12']);
    expect(readdirSync(scratch.path('wheels'))).toEqual([wheel.wheel]);
    await expect(placeCompanions([{ ...wheel, sha256: '0'.repeat(64) }], plan)).rejects.toThrow('SHA-256');
  });

  it.skipIf(!hasCompiler)('finds all libraries with no LD_LIBRARY_PATH', { timeout: 30_000 }, async () => {
    const deps = scratch.path('addon', 'deps');
    library('nvidia/cuda_nvrtc/lib', 'libnvrtc.so.12');
    library('nvidia/nvjitlink/lib', 'libnvJitLink.so.12');
    library(
      'nvidia/cusolver/lib',
      'libcusolver.so.11',
      '-Wl,--no-as-needed',
      lookingIn('nvjitlink'),
      '-l:libnvJitLink.so.12',
    );
    library('lib', 'libtensorflow_framework.so.2');
    // As TensorFlow's own is made.
    const runPath = '-Wl,-rpath,$ORIGIN/../nvidia/cusolver/lib';
    library(
      'lib',
      'libtensorflow_cc.so.2',
      '-Wl,--no-as-needed',
      lookingIn('cusolver'),
      '-l:libcusolver.so.11',
      runPath,
    );
    scratch.write('addon/binding/tfjs_backend.cc', '');
    scratch.write('addon/binding/tfjs_binding.cc', 'extern "C" int made(); int called() { return made(); }');
    const addon = scratch.path('addon');
    await compileAddon({ compiler: 'g++', staging: addon, addon, headers: addon, variant: 'gpu', signal });
    const { stdout } = spawnSync('ldd', [path.join(addon, 'lib/napi-v8/tfjs_binding.node')], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    expect(stdout).not.toContain('not found');
    for (const name of ['nvrtc', 'nvJitLink', 'cusolver', 'tensorflow_cc']) expect(stdout).toMatch(`lib${name}.so`);
    function library(folder: string, name: string, ...args: string[]): void {
      const source = scratch.write('library.cc', 'extern "C" int made() { return 0; }');
      mkdirSync(path.join(deps, folder), { recursive: true });
      const output = ['-o', path.join(deps, folder, name), `-Wl,-soname,${name}`, '-Wl,--allow-shlib-undefined'];
      const { status, stderr } = spawnSync('g++', ['-shared', '-fPIC', source, ...output, ...args], {
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      expect(status).toBe(0);
    }
    function lookingIn(name: string): string {
      return `-L${path.join(deps, 'nvidia', name, 'lib')}`;
    }
  });
});

it('is told from the one for processors by its package', () => {
  expect(preparedVariant(scratch.path())).toBeUndefined();
  scratch.write('gpu/node_modules/@tensorflow/tfjs-node-gpu/package.json', '{}');
  scratch.write('cpu/node_modules/@tensorflow/tfjs-node/package.json', '{}');
  expect(preparedVariant(scratch.path('gpu'))).toBe('gpu');
  expect(preparedVariant(scratch.path('cpu'))).toBe('cpu');
});

it('says why no GPU computes', () => {
  expect(whyNoGpu('cpu')).toContain('backend install tensorflow --gpu');
  expect(whyNoGpu('gpu')).toMatch(/installed for CUDA, but lists no GPU/);
});

/** A wheel with one library, and with what a wheel has besides. */
function standIn(distribution: string, name: string): { readonly wheel: Wheel; readonly content: Buffer } {
  const file = `${distribution.replaceAll('-', '_')}-12.0-py3-none-manylinux_2_27_x86_64.whl`;
  const content = zip([
    { name: `nvidia/${name}/lib/lib${name}.so.12`, content: Buffer.from('a library'), deflate: true },
    { name: `nvidia/${name}/include/${name}.h`, content: Buffer.from('a header') },
    { name: `nvidia/${name}/lib/__init__.py`, content: Buffer.alloc(0) },
  ]);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const asked = { platform: 'manylinux_2_27_x86_64', pythonVersion: '3.11' };
  return {
    wheel: { distribution, version: '12.0', wheel: file, wheelBytes: content.length, sha256, ...asked },
    content,
  };
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name))).sort();
}
