import { afterEach, describe, expect, it, vi } from 'vitest';
import { EngineProcess, type EngineEnd, type EngineProcessOptions } from '../../src/extension/engine-process';
import { builtPretendEngine } from '../fixtures/built-pretend-engine';

const engineProgram = builtPretendEngine();
const started: EngineProcess[] = [];
const told: string[] = [];
const printed: string[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((engine) => engine.stop()));
  told.length = printed.length = 0;
});

type Heartbeat = NonNullable<EngineProcessOptions['heartbeat']>;
async function start(pretend = '', path = process.execPath, heartbeat?: Heartbeat): Promise<EngineProcess> {
  const engine = await EngineProcess.start({
    executable: { path, env: { ...process.env, PRETEND: pretend } },
    script: engineProgram.script,
    events: {
      progress: () => undefined,
      changed: () => undefined,
      epoch: () => undefined,
      log: ({ message }) => void told.push(message),
    },
    onOutput: (line) => void printed.push(line),
    onDefect: () => undefined,
    describeEnd: sentence,
    ...(heartbeat && { heartbeat }),
  });
  started.push(engine);
  return engine;
}
const sentence = (end: EngineEnd): string => `ended: ${JSON.stringify(end)}`;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("the engine's process", () => {
  it('answers once it has started, without the debugging flags of its parent', async () => {
    const engine = await start();
    const { processId, backends } = await engine.api.describe();
    expect(processId).toBe(engine.processId);
    expect(backends[0]?.backend).toBe('');
  });

  it('hands over what the engine reports and what its libraries print', async () => {
    const telling = await start('tell');
    await telling.api.models();
    await vi.waitFor(() => expect(told).toEqual(['told']));
    const printing = await start('print');
    await printing.api.models();
    await vi.waitFor(() => expect(printed).toEqual(['a native library says hello']));
  });

  it('rethrows what the engine refuses with its code', async () => {
    const engine = await start();
    await expect(engine.api.open('nowhere')).rejects.toMatchObject({
      code: 'run-missing',
      message: 'There is no run here.',
    });
  });

  it('rejects open calls when the process exits by itself, and says how it ended', async () => {
    const engine = await start('exit');
    await expect(engine.api.models()).rejects.toMatchObject({ code: 'engine-stopped' });
    expect(await engine.ended).toEqual({ exitCode: 7, signal: null, silent: false });
    await expect(engine.api.ping()).rejects.toMatchObject({ code: 'engine-stopped' });
  });

  it('notices a kill from outside', async () => {
    const engine = await start();
    process.kill(engine.processId ?? NaN, 'SIGKILL');
    expect(await engine.ended).toEqual({ exitCode: null, signal: 'SIGKILL', silent: false });
  });

  it('ends a process whose event loop no longer turns', async () => {
    const engine = await start('hang', process.execPath, { everyMs: 100, missedAllowed: 3 });
    await expect(engine.api.models()).rejects.toMatchObject({ code: 'engine-stopped' });
    expect(await engine.ended).toMatchObject({ silent: true });
  });

  it('goes without being forced when it is stopped, and calls that as intended', async () => {
    const engine = await start();
    const pid = engine.processId ?? NaN;
    await engine.stop();
    expect(await engine.ended).toBeUndefined();
    expect(isAlive(pid)).toBe(false);
  });

  it('is forced to go when it stays after its channel closed', async () => {
    const engine = await start('ignore disconnect');
    const pid = engine.processId ?? NaN;
    await engine.stop();
    expect(isAlive(pid)).toBe(false);
  });

  it('refuses to start when the process dies before it answers', async () => {
    await expect(start('dead on arrival')).rejects.toMatchObject({ code: 'engine-stopped' });
  });

  it('refuses to start when there is no such program', async () => {
    await expect(start('', engineProgram.beside('no-node'))).rejects.toMatchObject({ code: 'engine-stopped' });
  });
});
