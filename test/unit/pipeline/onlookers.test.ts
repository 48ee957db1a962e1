import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Onlookers } from '../../../src/engine/pipeline/onlookers';

/** What a call does to everybody else in the process. */
function work(ms: number): void {
  for (const started = performance.now(); performance.now() - started < ms;);
}

/** An answer that takes many turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate();
}

describe('Onlookers', () => {
  it('has an answer of many turns given between two calls', async () => {
    const onlookers = new Onlookers(1000);
    let answered = false;
    void onlookers.serve(() => turns(50)).then(() => (answered = true));
    work(50);
    await onlookers.giveWay();
    expect(answered).toBe(true);
  });

  it('hears what was asked while it computed', async () => {
    const onlookers = new Onlookers(1000);
    let answered = false;
    void setImmediate().then(() => onlookers.serve(() => turns(50)).then(() => (answered = true)));
    work(50);
    await onlookers.giveWay();
    expect(answered).toBe(true);
  });

  it('gives at most a third of the time that was worked to answers that take long', async () => {
    const onlookers = new Onlookers();
    const answer = new AbortController();
    const asked = onlookers.serve(() => setTimeout(60_000, undefined, { signal: answer.signal }));
    work(90);
    const started = performance.now();
    await onlookers.giveWay();
    const given = performance.now() - started;
    expect(given).toBeGreaterThan(25);
    expect(given).toBeLessThan(20_000);
    answer.abort();
    await expect(asked).rejects.toThrow();
  });

  it('does not wait for what failed', async () => {
    const onlookers = new Onlookers();
    await expect(onlookers.serve(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    work(60);
    const turn = onlookers.giveWay().then(() => 'given');
    expect(await Promise.race([turn, turns(20).then(() => 'waiting')])).toBe('given');
  });
});
