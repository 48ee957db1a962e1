import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEngineExecutable, type HostProcess } from '../../src/extension/engine-executable';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-executable-'));
  await writeFile(join(folder, 'node'), '#!/bin/sh\necho 18.19.0\n');
  await writeFile(join(folder, 'chatty'), '#!/bin/sh\necho hello\n');
  await Promise.all(['node', 'chatty'].map((name) => chmod(join(folder, name), 0o755)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const host = (changes: Partial<HostProcess> = {}): HostProcess => ({
  execPath: '/opt/editor/electron',
  platform: 'linux',
  electron: true,
  env: { PATH: process.env['PATH'], NODE_OPTIONS: '--inspect', ELECTRON_RUN_AS_NODE: '1', VSCODE_PID: '1', HOME: '/h' },
  ...changes,
});

describe('the program that runs the engine', () => {
  it('is the one of the setting when it runs and is recent enough', async () => {
    expect(await findEngineExecutable(process.execPath, host())).toMatchObject({ path: process.execPath });
  });

  it('is the host itself when that is Node', async () => {
    const found = await findEngineExecutable('', host({ electron: false, execPath: '/usr/bin/node' }));
    expect(found).toMatchObject({ path: '/usr/bin/node' });
  });

  it.each(['darwin', 'win32'] as const)('is the editor in Node mode on %s', async (platform) => {
    const found = await findEngineExecutable('', host({ platform }));
    expect(found).toMatchObject({ path: '/opt/editor/electron', env: { ELECTRON_RUN_AS_NODE: '1' } });
  });

  it('is node on the PATH on Linux desktops', async () => {
    expect(await findEngineExecutable('', host())).toMatchObject({ path: 'node' });
  });

  it('does not inherit what the editor set for its own processes', async () => {
    const found = await findEngineExecutable('', host());
    expect(found).toHaveProperty('env', { PATH: process.env['PATH'], HOME: '/h' });
  });

  it.each([
    ['a relative path', 'bin/node', { problem: 'configured-relative' }],
    ['a missing program', '/nowhere/node', { problem: 'configured-broken', path: '/nowhere/node' }],
  ])('is refused for %s in the setting', async (_title, configured, problem) => {
    expect(await findEngineExecutable(configured, host())).toMatchObject(problem);
  });

  it('is refused when the setting names something that is not Node, or an old one', async () => {
    expect(await findEngineExecutable(join(folder, 'chatty'), host())).toMatchObject({ problem: 'configured-broken' });
    expect(await findEngineExecutable(join(folder, 'node'), host())).toMatchObject({
      problem: 'configured-old',
      version: '18.19.0',
    });
  });

  it('is missed when the PATH has no node, or an old one', async () => {
    expect(await findEngineExecutable('', host({ env: { PATH: join(folder, 'empty') } }))).toEqual({
      problem: 'node-missing',
    });
    expect(await findEngineExecutable('', host({ env: { PATH: `${folder}:/bin` } }))).toEqual({
      problem: 'node-old',
      version: '18.19.0',
    });
  });
});
