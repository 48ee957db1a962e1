/** What the editor's commands start to install and remove TensorFlow: the real program, with an index on this machine. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { releaseFor } from '../../src/engine/compute/install/release';
import type { Variant } from '../../src/engine/compute/install/variant';
import { type BackendEvent, runBackendProgram } from '../../src/extension/backend-program';
import { scratchFolder } from '../fixtures/scratch-folder';
import { served } from '../fixtures/served';
import { buildCommandLine } from './cli-process';

const isSupported = process.platform === 'linux' && process.arch === 'x64';
const script = path.resolve('dist/cli.js');
/** util-linux' `script` runs a program at a terminal of its own. */
const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;
const scratch = scratchFolder();

describe.skipIf(!isSupported)('the program behind the commands for TensorFlow', () => {
  beforeAll(() => buildCommandLine());

  it('tells sizes first, and that nothing is installed', async () => {
    const { result } = await run(['list', '--to', scratch.path('tensorflow')]);
    expect(result).toMatchObject({ event: 'backends', tensorflow: null, install: { possible: true } });
    if (result.event !== 'backends' || !result.install.possible) throw new Error('It cannot be installed.');
    expect(result.install.downloadBytes).toBeGreaterThan(270e6);
    expect(result.install.neededBytes).toBeGreaterThan(result.install.installedBytes);
    if (!result.installGpu.possible) throw new Error('The one with CUDA cannot be installed.');
    expect(result.installGpu.downloadBytes).toBeGreaterThan(3e9);
    expect(result.installGpu.missing).toBe(existsSync('/dev/nvidiactl') ? undefined : 'no NVIDIA driver was found');
  });

  it('asks for the library with CUDA where that is wished, and for nothing of the other', async () => {
    const folder = scratch.path('backends', 'tensorflow');
    const asked: string[] = [];
    const work = async (index: string) => {
      const running = run(['install', 'tensorflow', '--gpu', '--to', folder, '--index', index]);
      await expect(running).rejects.toThrow(/it has 14 of 572440367 bytes/);
    };
    await withIndex('something else', work, { variant: 'gpu', onAsked: (address) => asked.push(address) });
    expect(asked).toEqual(['/simple/tensorflow/', `/${releaseFor('gpu').wheel}`]);
    expect(readdirSync(scratch.path('backends'))).toEqual([]);
  });

  it('lists which of the two is installed', () => {
    const folder = scratch.path('backends', 'tensorflow');
    const note = { backend: 'tensorflow', tensorflow: '2.21.0', tfjs: '4.22.0', variant: 'gpu' };
    scratch.write('backends/tensorflow/anomaly-review-backend.json', JSON.stringify(note));
    const { stdout } = spawnSync(process.execPath, [script, 'backend', 'list', '--to', folder]);
    expect(stdout.toString()).toContain('tensorflow (gpu, CUDA 12) — TensorFlow 2.21.0');
  });

  it('shows the download, refuses what is not the wheel it knows, and leaves nothing', async () => {
    await withIndex('something else', async (index) => {
      const seen: BackendEvent[] = [];
      const folder = scratch.path('backends', 'tensorflow');
      const running = run(['install', 'tensorflow', '--to', folder, '--index', index], {
        onEvent: (e) => seen.push(e),
      });
      await expect(running).rejects.toMatchObject({ code: 'backend-unavailable' });
      expect(seen.some((event) => event.event === 'progress' && event.phase === 'download')).toBe(true);
      expect(readdirSync(scratch.path('backends'))).toEqual([]);
    });
  });

  it('stops when it is cancelled in the middle, and leaves nothing', async () => {
    await withIndex('endless', async (index) => {
      const abort = new AbortController();
      const folder = scratch.path('backends', 'tensorflow');
      const running = run(['install', 'tensorflow', '--to', folder, '--index', index], {
        signal: abort.signal,
        onEvent: (event) => {
          if (event.event === 'progress' && (event.done ?? 0) > 0) abort.abort();
        },
      });
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
      expect(readdirSync(scratch.path('backends'))).toEqual([]);
    });
  });

  it('killed in the middle leaves nothing that counts as installed, and the next one tidies up', async () => {
    await withIndex('endless', async (index) => {
      const folder = scratch.path('backends', 'tensorflow');
      const args = [script, 'backend', 'install', 'tensorflow', '--json', '--to', folder, '--index', index];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
      await new Promise<void>((resolve) => {
        child.stdout.on('data', (text: Buffer) => text.toString().includes('"done"') && resolve());
      });
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(readdirSync(scratch.path('backends'))).toEqual([`tensorflow.installing-${String(child.pid)}`]);
      expect((await run(['list', '--to', folder])).result).toMatchObject({ tensorflow: null });
      const file = scratch.write('some.whl', 'not a wheel');
      await expect(run(['install', 'tensorflow', '--to', folder, '--wheel', file])).rejects.toThrow('it has 11 of');
      expect(readdirSync(scratch.path('backends'))).toEqual([]);
    });
  });

  it('is not ended, but told by the doctor, when what is in the folder crashes as it is loaded', () => {
    const place = 'crashing/node_modules/@tensorflow/tfjs-node';
    scratch.write(`${place}/package.json`, JSON.stringify({ version: '4.22.0', main: 'index.js' }));
    scratch.write(`${place}/index.js`, 'process.abort();');
    for (const file of ['lib/napi-v8/tfjs_binding.node', 'deps/lib/libtensorflow_cc.so.2']) {
      symlinkSync(process.execPath, scratch.write(`${place}/${file}.program`, '').replace(/\.program$/, ''));
    }
    const args = [script, 'doctor', '--tensorflow-path', scratch.path('crashing')];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stdout).toContain('✗ tensorflow on cpu: the process that tested it crashed (SIGABRT)');
    expect(stdout).toContain('Images can be scanned here.');
    expect(status).toBe(0);
  });

  it.skipIf(!hasTerminal).each([
    ['Ctrl-C', '\u0003'],
    ['no', 'n\n'],
  ])('asks at a terminal first, and takes %s for a stop', async (_, keys) => {
    const words = [process.execPath, script, 'backend', 'install', 'tensorflow', '--to', scratch.path('backends')];
    const child = spawn('script', ['-qec', words.join(' '), '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
    let shown = '';
    child.stdout.on('data', (text: Buffer) => {
      const wasAsked = shown.includes('[y/N]');
      shown += text.toString();
      if (!wasAsked && shown.includes('[y/N]')) child.stdin.write(keys);
    });
    await once(child, 'close');
    expect(shown).toContain('Nothing was downloaded.');
    expect(child.exitCode).toBe(3);
    expect(existsSync(scratch.path('backends'))).toBe(false);
  });

  it('removes all of what was installed, and nothing else', async () => {
    const folder = scratch.path('backends', 'tensorflow');
    mkdirSync(folder, { recursive: true });
    await expect(run(['remove', 'tensorflow', '--to', folder])).rejects.toThrow('nothing was removed');
    const note = { backend: 'tensorflow', tensorflow: '2.21.0', tfjs: '4.22.0' };
    writeFileSync(path.join(folder, 'anomaly-review-backend.json'), JSON.stringify(note));
    expect((await run(['remove', 'tensorflow', '--to', folder])).result).toMatchObject({ event: 'removed', folder });
    expect(readdirSync(scratch.path('backends'))).toEqual([]);
  });
});

async function run(
  args: readonly string[],
  {
    onEvent = () => undefined,
    signal = new AbortController().signal,
  }: {
    readonly onEvent?: (event: BackendEvent) => void;
    readonly signal?: AbortSignal;
  } = {},
): Promise<{ readonly result: BackendEvent }> {
  const program = {
    executable: { path: process.execPath, env: process.env },
    script,
    environment: {},
    onOutput: () => undefined,
  };
  return { result: await runBackendProgram(program, args, onEvent, signal) };
}

/** A package index on this machine, whose wheel is `content`, or begins and never ends. */
async function withIndex(
  content: string,
  work: (index: string) => Promise<void>,
  {
    variant = 'cpu',
    onAsked = () => undefined,
  }: { readonly variant?: Variant; readonly onAsked?: (address: string) => void } = {},
): Promise<void> {
  const { distribution, wheel } = releaseFor(variant);
  const answer: RequestListener = (request, response) => {
    onAsked(request.url ?? '');
    if (request.url === `/simple/${distribution}/`) response.end(`<a href="/${wheel}">it</a>`);
    else if (content === 'endless') response.write('x'.repeat(100_000));
    else response.end(content);
  };
  await served(answer, (address) => work(`${address}/simple`));
}
