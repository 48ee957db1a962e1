/** Scans that do not go through: cancelled by the user, or the engine killed from outside. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pictureOfFailure, startSession, type Session } from './session';

const patience = { timeout: 120_000 };
/** So long that it will not end by itself while these tests look at it. */
const longTraining = { 'anomalyReview.epochs': 3000, 'anomalyReview.imageSize': 96 };

describe('a scan that is stopped', () => {
  let session: Session;

  beforeAll(async () => {
    session = await startSession({ name: 'stop', settings: longTraining });
  });

  afterEach((context) => pictureOfFailure(session, context));

  afterAll(async () => {
    await session.end();
  });

  it('says so in the panel when its engine is killed, and goes on from the checkpoint', async () => {
    const { workbench, panel } = session;
    await workbench.contextMenu('apples', ['Anomaly Review', 'Scan for Outliers']);
    await panel.element.waitFor(patience);
    await expect.poll(() => panel.footer.innerText(), patience).toMatch(/epoch ([3-9]|\d\d+) of 3,?000/);
    const reached = await epoch(session);
    const [engine] = await session.engines();
    if (engine === undefined) throw new Error('There is no engine to kill.');
    process.kill(engine, 'SIGKILL');
    await panel.frame
      .getByText(/started again/)
      .first()
      .waitFor(patience);
    await session.picture('1-killed');
    await expect.poll(() => epoch(session), patience).toBeGreaterThan(reached);
    const [second, ...others] = await session.engines();
    expect(second).not.toBe(engine);
    expect(others).toEqual([]);
    await session.picture('2-resumed');
  });

  it('keeps what was reached when it is cancelled, and offers to resume', async () => {
    const { panel } = session;
    await panel.press('Cancel');
    await expect.poll(() => panel.footer.innerText(), patience).toMatch(/Stopped/);
    expect((await panel.shown())[0]?.rank).toBe(1);
    await session.picture('3-cancelled');
  });

  it('goes on where it was when it is resumed', async () => {
    const { panel } = session;
    await panel.press('Resume');
    await expect.poll(() => panel.footer.innerText(), patience).toMatch(/epoch \d+ of/);
    expect(await epoch(session)).toBeGreaterThan(2);
  });

  it('makes a whole review of the best epoch when told to stop here and use it', async () => {
    const { panel } = session;
    await panel.press('Stop here and use');
    await panel.untilDone();
    expect(await panel.flaggedCount()).toBeGreaterThan(0);
  });

  it('cancels from the notification too', async () => {
    const { workbench, panel } = session;
    await panel.button('Rescan').click();
    await expect.poll(() => panel.footer.innerText(), patience).toMatch(/epoch \d+ of/);
    await workbench.pressInToast(/Scanning/, 'Cancel');
    await expect.poll(() => panel.footer.innerText(), patience).toMatch(/Stopped/);
  });

  it('ends its engine when the extension host dies', async () => {
    const engines = await session.engines();
    expect(engines.length).toBeGreaterThan(0);
    for (const host of await session.extensionHosts()) process.kill(host, 'SIGKILL');
    await expect.poll(() => engines.filter(isAlive), patience).toEqual([]);
  });
});

async function epoch({ panel }: Session): Promise<number> {
  return Number(/epoch (\d+) of/.exec(await panel.footer.innerText())?.[1] ?? 0);
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
