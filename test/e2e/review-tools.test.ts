/** The tools of a review, each by real clicks and keys: what the user sees, and what is on disk after it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pictureOfFailure, startSession, type Session } from './session';
import { comparing } from './tools/comparing';
import { deciding } from './tools/deciding';
import { finding } from './tools/finding';
import { bowl, fillBowl, onDisk } from './tools/fruit-bowl';
import { labels } from './tools/labels';
import { rescoring } from './tools/rescoring';
import { tileMenu } from './tools/tile-menu';
import { thresholds } from './tools/thresholds';

const patience = { timeout: 120_000 };

describe('the tools of a review', () => {
  let session: Session;

  beforeAll(async () => {
    session = await startSession({
      name: 'tools',
      settings: { 'anomalyReview.epochs': 8, 'anomalyReview.imageSize': 32 },
    });
    await session.page.context().grantPermissions(['clipboard-read', 'clipboard-write'], {
      origin: session.editor.address,
    });
    fillBowl(session);
  });

  afterEach((context) => pictureOfFailure(session, context));

  afterAll(async () => {
    await session.end();
  });

  it('are there once a folder was scanned, measured by the names of its folders', async () => {
    const { workbench, panel } = session;
    await workbench.contextMenu('fruit', ['Anomaly Review', 'Scan with Options…']);
    const form = workbench.webview.locator('scan-options-page');
    await form.getByText(/measure by the names of the folders/).waitFor(patience);
    await form.getByRole('button', { name: 'Start Scan' }).press('Enter');
    await panel.element.waitFor(patience);
    await panel.untilDone();
    expect(onDisk(session, 'run.json')).toMatchObject({ request: { labels: 'layout' }, status: 'done' });
    await expect.poll(async () => (await panel.shown())[0]?.rank, patience).toBe(1);
    expect(await panel.flaggedCount()).toBeLessThan(bowl.length / 2);
  });

  finding(() => session);
  deciding(() => session);
  tileMenu(() => session);
  thresholds(() => session);
  labels(() => session);
  comparing(() => session);
  rescoring(() => session);

  it('asked nothing of other machines and broke no content policy', async () => {
    expect(session.foreignRequests).toEqual([]);
    expect(await session.panel.policyViolations()).toEqual([]);
  });
});
