/** A scan's life around its panel: closed, reloaded, queued, listed, opened from elsewhere; in restricted mode. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inRoot } from '../editor/places';
import { pictureOfFailure, startSession, type Session } from './session';

const recordSchema = v.object({
  request: v.object({ source: v.string(), model: v.optional(v.string()), settings: v.record(v.string(), v.unknown()) }),
});
const patience = { timeout: 120_000 };
const images = 24;

describe('the life of a scan', () => {
  let session: Session;

  beforeAll(async () => {
    session = await startSession({ name: 'runs', restricted: true });
    const { workspace } = session.editor;
    const names = readdirSync(inRoot('samples/apples')).sort();
    for (const [place, folder] of ['pears', 'plums', 'quinces'].entries()) {
      mkdirSync(path.join(workspace, folder));
      const some = names.slice(place * images, (place + 1) * images);
      for (const name of some) cpSync(inRoot('samples/apples', name), path.join(workspace, folder, name));
    }
    mkdirSync(path.join(workspace, 'texts'));
    writeFileSync(path.join(workspace, 'texts', 'read me.md'), 'No picture.');
    mkdirSync(path.join(workspace, '.vscode'));
    // So long that no training ends by itself; and a network file, which nobody vouches for.
    writeFileSync(
      path.join(workspace, '.vscode/settings.json'),
      JSON.stringify({
        'anomalyReview.epochs': 5000,
        'anomalyReview.imageSize': 32,
        'anomalyReview.backbone': 'net.onnx',
      }),
    );
  });

  afterEach((context) => pictureOfFailure(session, context));

  afterAll(async () => {
    await session.end();
  });

  /** An entry of the runs view. */
  const listed = (name: RegExp): Locator =>
    session.page.locator('.tree-explorer-viewlet-tree-view').getByRole('treeitem', { name });
  const statusBar = (): Locator => session.page.locator('.statusbar').getByRole('button', { name: /Scanning “/ });
  const epoch = async (): Promise<number> =>
    Number(/epoch ([\d,]+) of 5,?000/.exec(await session.panel.footer.innerText())?.[1]?.replace(',', '') ?? 0);
  const runsOf = (folder: string): string[] =>
    readdirSync(path.join(session.editor.workspace, '.anomaly-review'))
      .filter((name) => name.startsWith(`${folder}-`))
      .map((name) => path.join(session.editor.workspace, '.anomaly-review', name));
  const requestOf = (folder: string) =>
    v.parse(recordSchema, JSON.parse(readFileSync(path.join(runsOf(folder)[0] ?? '', 'run.json'), 'utf8'))).request;
  const openView = async (name: string): Promise<void> =>
    session.page.locator('.activitybar').getByRole('tab', { name }).click();
  const untilTraining = async (folder: string): Promise<void> => {
    const epochs = () => readFileSync(path.join(runsOf(folder)[0] ?? '', 'run.json'), 'utf8').includes('"epoch": 1,');
    await expect.poll(() => runsOf(folder).length === 1 && epochs(), patience).toBe(true);
  };
  /** Of the panel that has just come. */
  const shownEpoch = async (): Promise<number> => {
    await expect.poll(epoch, patience).toBeGreaterThan(0);
    return epoch();
  };

  it('has a view that says how to begin, and leads to the walkthrough', async () => {
    const { page, workbench } = session;
    await openView('Anomaly Review');
    await page.getByText(/No images of this workspace have been scanned yet/).waitFor(patience);
    await session.picture('1-welcome');
    await page.getByText('See how it works').click();
    await page.locator('.gettingStartedContainer').getByText('Review the strangest first').first().waitFor(patience);
    await session.picture('2-walkthrough');
    await workbench.command('View: Close All Editors');
  });

  it('says of a folder without images what was looked for', async () => {
    const { workbench, panel } = session;
    await openView('Explorer');
    await workbench.contextMenu('texts', ['Anomaly Review', 'Scan for Outliers']);
    await workbench.toast(/No images in .*Looked for/).waitFor(patience);
    await panel.frame
      .getByText(/No images in .*Looked for .*jpg/)
      .first()
      .waitFor(patience);
    await session.picture('3-no-images');
    await workbench.command('View: Close All Editors');
    await workbench.command('Notifications: Clear All Notifications');
  });

  it('begins in a workspace that nobody trusts, with the settings of its folder but for a network file', async () => {
    const { workbench, panel } = session;
    await workbench.contextMenu('pears', ['Anomaly Review', 'Scan for Outliers']);
    await panel.element.waitFor(patience);
    await expect.poll(epoch, patience).toBeGreaterThan(0);
    const { settings } = requestOf('pears');
    expect(settings).toMatchObject({ epochs: 5000, imageSize: 32 });
    expect(settings).not.toHaveProperty('backbone');
  });

  it('comes back and goes on when the window is reloaded at once', async () => {
    const { workbench } = session;
    const reached = await epoch();
    await workbench.reload();
    await expect.poll(epoch, patience).toBeGreaterThan(reached);
    expect(runsOf('pears')).toHaveLength(1);
    await session.picture('4-reloaded');
  });

  it('goes on when its panel is closed, and is shown again from the status bar', async () => {
    const { workbench, panel, page } = session;
    await workbench.command('View: Close All Editors');
    await panel.element.waitFor({ state: 'detached' });
    await statusBar().waitFor(patience);
    await session.picture('5-status-bar');
    await statusBar().click();
    const reached = await shownEpoch();
    await expect.poll(epoch, patience).toBeGreaterThan(reached);
    expect(await page.getByRole('tab', { name: 'pears' }).count()).toBe(1);
  });

  it('lets others wait, of which one is taken out of the list again', async () => {
    const { workbench, page } = session;
    for (const folder of ['plums', 'quinces']) {
      await workbench.contextMenu(folder, ['Anomaly Review', 'Scan for Outliers']);
      await workbench.quickRow('Scan it afterwards').click();
    }
    await openView('Anomaly Review');
    await listed(/^quinces, waits for the scan before it/).waitFor(patience);
    await session.picture('6-waiting');
    const plums = listed(/^plums, waits/);
    // The rows around are drawn anew while a scan goes on, and a click in that moment gets lost.
    const remove = async (): Promise<number> => {
      await plums.hover({ timeout: 2_000 }).catch(() => undefined);
      const button = plums.getByRole('button', { name: 'Do Not Scan' });
      await button.click({ timeout: 2_000 }).catch(() => undefined);
      return plums.count();
    };
    await expect.poll(remove, patience).toBe(0);
    await page.mouse.move(700, 400);
  });

  it('is followed by the next without opening its panel, which its end offers', async () => {
    const { workbench, panel } = session;
    await panel.press('Stop here and use');
    await statusBar()
      .getByText(/quinces/)
      .waitFor(patience);
    await panel.untilDone();
    await untilTraining('quinces');
    await session.picture('7-next');
    await workbench.command('Stop Here and Use');
    await workbench.pressInToast(/“quinces” is ready: 24 images/, 'Review');
    await panel.untilDone();
  });

  it('is listed with its count', async () => {
    await listed(/\d+ of 24 flagged/)
      .nth(1)
      .waitFor(patience);
    await session.picture('8-listed');
    expect(await listed(/\d+ of 24 flagged/).count()).toBe(2);
  });

  it('leaves a model that scores another folder', async () => {
    const { workbench, panel } = session;
    await openView('Explorer');
    await workbench.contextMenu('plums', ['Anomaly Review', 'Score with Model…']);
    await workbench.quickRow('pears').click();
    await session.page.getByRole('tab', { name: 'plums', exact: true }).waitFor(patience);
    await panel.untilDone();
    expect(requestOf('plums').model).toBe(runsOf('pears')[0]);
    expect((await panel.shown())[0]?.rank).toBe(1);
  });

  it('ends at a model of its own when that is all that was asked for', async () => {
    const { workbench, panel } = session;
    await workbench.contextMenu('apples', ['Anomaly Review', 'Train Model…']);
    const form = workbench.webview.locator('scan-options-page');
    await form.getByRole('button', { name: 'Start Training' }).waitFor(patience);
    await form.getByLabel('Epochs', { exact: true }).fill('1');
    await form.getByRole('button', { name: 'Start Training' }).press('Enter');
    await panel.untilDone();
    expect(requestOf('apples').settings).toMatchObject({ epochs: 1, imageSize: 32 });
  });

  it('is opened by its folder, wherever that is', async () => {
    const { workbench, panel, page } = session;
    await workbench.command('View: Close All Editors');
    await workbench.command('Open Run Folder…');
    await workbench.quickRow('..').waitFor(patience);
    await workbench.quickInput.fill(`${runsOf('quinces')[0] ?? ''}/`);
    await page.locator('.quick-input-widget').getByRole('button', { name: 'Open Review' }).click();
    await page.getByRole('tab', { name: 'quinces', exact: true }).waitFor(patience);
    await panel.untilDone();
  });

  it('is deleted only after asking, and again where there is no trash', async () => {
    const { workbench, page } = session;
    const kept = () => ['pears', 'plums', 'quinces', 'apples'].flatMap(runsOf).length;
    const before = kept();
    await openView('Anomaly Review');
    const run = listed(/\d+ of 24 flagged/).first();
    const remove = async (last: string): Promise<void> => {
      await run.click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Delete Run…' }).waitFor(patience);
      // It is the last one.
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      await workbench.pressInDialog('Move to Trash');
      await page.getByText(/There is no trash for/).waitFor(patience);
      await workbench.pressInDialog(last);
    };
    await remove('Cancel');
    expect(kept()).toBe(before);
    await remove('Delete for Good');
    await expect.poll(kept, patience).toBe(before - 1);
  });
});
