import { describe, expect, it } from 'vitest';
import { EngineProcess } from '../../src/extension/engine-process';
import { ScanMeasure } from '../../src/extension/scan-measure';
import { defaultSettings, type ScanRequest } from '../../src/shared/settings';
import { builtPretendEngine } from '../fixtures/built-pretend-engine';

const engineProgram = builtPretendEngine();
const started: EngineProcess[] = [];

const engine = {
  startApart: async (): Promise<EngineProcess> => {
    const process_ = await EngineProcess.start({
      executable: { path: process.execPath, env: process.env },
      script: engineProgram.script,
      events: { progress: () => undefined, changed: () => undefined, epoch: () => undefined, log: () => undefined },
      onOutput: () => undefined,
      onDefect: () => undefined,
      describeEnd: (end) => `ended: ${JSON.stringify(end)}`,
    });
    started.push(process_);
    return process_;
  },
};

/** The pretended engine measures `quick` at once, and hangs in everything else as native code does. */
const requestOf = (source: string): ScanRequest => ({ source, withSource: 'auto', settings: defaultSettings });

describe('an estimate', () => {
  it('comes from a process of its own, which is gone then', async () => {
    const measure = new ScanMeasure(engine);
    expect(await measure.estimate(requestOf('quick'))).toMatchObject({ images: 3 });
    expect(await started.at(-1)?.ended).toBeUndefined();
  });

  it('that nobody waits for any more ends at once, in the middle of native code', async () => {
    const measure = new ScanMeasure(engine);
    const first = measure.estimate(requestOf('endless'));
    const refused = expect(first).rejects.toMatchObject({ code: 'cancelled' });
    const before = started.length;
    const second = measure.estimate(requestOf('quick'));
    await refused;
    expect((await second).images).toBe(3);
    measure.dispose();
    for (const { ended } of started.slice(before - 1)) expect(await ended).toBeUndefined();
  });
});
