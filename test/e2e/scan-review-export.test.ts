/** The main job, as a user does it: right-click, wait, drag the threshold, flip, export, read the file back. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inRoot } from '../editor/places';
import { pictureOfFailure, startSession, type Session } from './session';
import { isRemembered } from './stored-state';

const odd = readFileSync(inRoot('samples/apples-labels.txt'), 'utf8')
  .split('\n')
  .filter((line) => line.endsWith(' 1'))
  .map((line) => line.slice(0, -2));
/** Data-set order: natural order, which for these names is the plain one. */
const names = readdirSync(inRoot('samples/apples')).sort();
const patience = { timeout: 120_000 };

describe('scanning, reviewing and exporting a folder', () => {
  let session: Session;

  beforeAll(async () => {
    session = await startSession({ name: 'scan' });
  });

  afterEach((context) => pictureOfFailure(session, context));

  afterAll(async () => {
    await session.end();
  });

  it('opens the panel at once when a folder is scanned from the explorer', async () => {
    const { workbench, panel } = session;
    await workbench.contextMenu('apples', ['Anomaly Review', 'Scan for Outliers']);
    await panel.element.waitFor({ timeout: 20_000 });
    await session.picture('1-opened');
  });

  it('shows a first ranking before the network has been trained', async () => {
    const { panel } = session;
    await expect.poll(async () => (await panel.shown())[0]?.rank, patience).toBe(1);
    expect(await panel.footer.innerText()).not.toMatch(/^\s*Done/);
    await session.picture('2-baseline');
  });

  it('ends with the pictures that are no apples among the first', async () => {
    const { panel } = session;
    await panel.untilDone();
    const first = (await panel.shown()).slice(0, 8);
    expect(first.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(odd.filter((name) => first.some((image) => image.name === name))).toEqual(odd);
    await session.picture('3-ranked');
  });

  it('keeps only the tiles in view in the page', async () => {
    const { panel } = session;
    const count = await panel.tiles.count();
    expect(count).toBeGreaterThan(5);
    expect(count).toBeLessThan(names.length);
  });

  it('loads the thumbnails by address', async () => {
    const { panel } = session;
    const picture = panel.tiles.first().locator('img');
    await picture.waitFor(patience);
    await expect
      .poll(() => picture.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth), patience)
      .toBeGreaterThan(0);
    expect(await picture.getAttribute('src')).toMatch(/^https:\/\/.*vscode-resource/);
  });

  it('counts anew while the threshold is dragged', async () => {
    const { panel } = session;
    const before = { value: await panel.thresholdValue(), count: await panel.flaggedCount() };
    await panel.dragThreshold(-0.15);
    await expect.poll(() => panel.thresholdValue()).toBeLessThan(before.value);
    await expect.poll(() => panel.flaggedCount()).toBeGreaterThanOrEqual(before.count);
    const value = await panel.thresholdValue();
    for (const image of await panel.shown()) {
      if (Math.abs(image.score - value) > 0.1) expect(image.flagged, image.name).toBe(image.score >= value);
    }
    await session.picture('4-dragged');
  });

  it('flips the flag of the strangest image by key, against the threshold', async () => {
    const { panel } = session;
    const [strangest] = await panel.shown();
    const count = await panel.flaggedCount();
    await panel.tiles.first().click();
    await session.page.keyboard.press(' ');
    await expect.poll(async () => (await panel.shown())[0]?.flagged).toBe(false);
    expect(await panel.flaggedCount()).toBe(count - 1);
    expect((await panel.shown())[0]?.name).toBe(strangest?.name);
  });

  it('explains an image beside its reconstruction', async () => {
    const { panel, page } = session;
    await panel.tiles.nth(1).click();
    await page.keyboard.press('Enter');
    for (const caption of ['original', 'seen by the network', 'reconstruction', 'error']) {
      const picture = panel.frame.getByRole('img', { name: caption, exact: true });
      await picture.waitFor(patience);
      await expect
        .poll(() => picture.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth), patience)
        .toBeGreaterThan(0);
    }
    await session.picture('5-compared');
  });

  it('draws what the network makes of an edited code, saves it as a picture, and takes it back', async () => {
    const { panel } = session;
    await panel.button('Edit the code').click();
    const edited = panel.frame.getByRole('img', { name: 'edited reconstruction', exact: true });
    await edited.waitFor(patience);
    const drawn = () => edited.getAttribute('src');
    const before = await drawn();
    expect(before).toMatch(/^data:image\/png/);
    for (const element of [1, 2]) {
      await panel.frame.getByRole('slider', { name: `Element ${element}`, exact: true }).press('End');
    }
    await expect.poll(drawn, patience).not.toBe(before);
    expect(await edited.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth)).toBeGreaterThan(
      0,
    );
    await session.picture('6-edited-code');
    const file = path.join(session.editor.folder, 'edited.png');
    await panel.button('Save as picture…').click();
    await session.workbench.saveAs(file);
    await session.workbench.toast(/Saved the pictures of the edited code/).waitFor({ timeout: 60_000 });
    const { format, width, height } = await sharp(file).metadata();
    expect(format).toBe('png');
    expect(width).toBeGreaterThan(2 * height); // three pictures in a row
    await panel.button('Reset all').click();
    await expect.poll(drawn, patience).toBe(before);
    await panel.button('Edit the code').click();
  });

  it('shows the order after the epoch at which the tail stood out most, and leads back', async () => {
    const { panel } = session;
    const first = () => panel.tiles.first().getAttribute('aria-label');
    const reviewed = await first();
    const count = await panel.flaggedCount();
    await panel.press('Show the loss');
    await panel.press('Open its ranking');
    await expect.poll(first, patience).toMatch(/, rank 1 after epoch \d+, /);
    expect(await panel.flaggedCount()).toBe(count);
    await session.picture('7-epoch');
    await panel.press('Back to the review');
    await expect.poll(first, patience).toBe(reviewed);
    await panel.press('Hide the loss');
  });

  it('exports exactly what the panel says', async () => {
    const { workbench, panel, editor } = session;
    const count = await panel.flaggedCount();
    await panel.choose('Show', 'Flagged');
    await expect.poll(async () => (await panel.shown()).length).toBe(count);
    const flagged = new Set((await panel.shown()).map(({ name }) => name));
    await panel.choose('Show', 'All');

    const file = path.join(editor.folder, 'flags.txt');
    await panel.button('Export').click();
    await panel.frame.getByRole('menuitem', { name: '0/1 file' }).click();
    await workbench.saveAs(file);
    await workbench.toast(/Exported 0\/1 File/).waitFor({ timeout: 60_000 });
    const text = readFileSync(file, 'utf8');
    expect(text).toBe(names.map((name) => (flagged.has(name) ? '1' : '0')).join(''));
  });

  it('replaces an earlier export only after asking', async () => {
    const { workbench, panel, editor } = session;
    const file = path.join(editor.folder, 'flags.txt');
    const earlier = readFileSync(file, 'utf8');
    await panel.tiles.first().click();
    await session.page.keyboard.press(' ');
    await expect.poll(async () => (await panel.shown())[0]?.flagged).toBe(true);
    await workbench.command('Export 0/1 File…');
    await workbench.saveAs(file, true);
    await expect.poll(() => readFileSync(file, 'utf8'), patience).not.toBe(earlier);
    expect(readFileSync(file, 'utf8').match(/1/g)?.length).toBe(await panel.flaggedCount());
  });

  it('leaves as a report, one page with the flagged images', async () => {
    const { workbench, panel, editor } = session;
    const file = path.join(editor.folder, 'report.html');
    await workbench.command('Export Report…');
    await workbench.saveAs(file);
    await workbench.toast(/Exported Report/).waitFor({ timeout: 60_000 });
    const page = readFileSync(file, 'utf8');
    expect(page.match(/<li><div class="head">/g)).toHaveLength(await panel.flaggedCount());
    expect(page).not.toContain('<script');
  });

  it('moves the flagged files to a folder, after asking', async () => {
    const { workbench, panel, editor } = session;
    const away = path.join(editor.folder, 'away');
    mkdirSync(away);
    await panel.button('Export').click();
    await panel.frame.getByRole('menuitem', { name: 'Move flagged files…' }).click();
    await workbench.saveAs(away);
    await workbench.pressInDialog('Move');
    await workbench.toast(/Moved \d+ files\./).waitFor({ timeout: 60_000 });
    const moved = readdirSync(away).filter((name) => !name.endsWith('.jsonl'));
    expect(moved).toHaveLength(await panel.flaggedCount());
    const left = readdirSync(path.join(editor.workspace, 'apples'));
    expect([...left, ...moved].sort()).toEqual(names);
    await session.picture('8-moved');
  });

  it('finds the review as it was after the window is reloaded', async () => {
    const { panel, workbench, page } = session;
    const before = { value: await panel.thresholdValue(), count: await panel.flaggedCount() };
    await expect.poll(() => savedThreshold(session), patience).toBeCloseTo(before.value, 1);
    // The editor writes which panels are open a few seconds after they change, into the page's own data base.
    await expect.poll(() => isRemembered(session.page, 'anomalyReview.panel'), patience).toBe(true);
    await workbench.reload();
    await panel.element.waitFor(patience);
    await expect.poll(() => panel.flaggedCount(), patience).toBe(before.count);
    expect(await panel.thresholdValue()).toBeCloseTo(before.value, 1);
    await page.keyboard.press('Escape');
    await session.picture('9-reloaded');
  });

  it('moves the files back after the restart, and shows their pictures all along', async () => {
    const { workbench, panel, page, editor } = session;
    const moved = (await panel.shown()).find(({ flagged }) => flagged)?.name ?? '';
    await panel.tile(moved).locator('img').waitFor(patience);
    await panel.tile(moved).click();
    await page.keyboard.press('Enter');
    await panel.frame.getByText(/Its file was moved away, to .*away/).waitFor(patience);
    await page.keyboard.press('Escape');
    await workbench.command('Undo Last Move');
    await workbench.toast(/Moved \d+ files back/).waitFor({ timeout: 60_000 });
    expect(readdirSync(path.join(editor.workspace, 'apples')).sort()).toEqual(names);
  });

  it('decides by keys, takes it back and does it again, however soon', async () => {
    const { panel, page } = session;
    await panel.tiles.first().click();
    const first = async () => (await panel.tiles.first().getAttribute('aria-label')) ?? '';
    for (const [key, marked] of [
      ['x', true],
      ['u', false],
      ['Shift+U', true],
      ['u', false],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(async () => (await first()).includes('marked bad'), patience).toBe(marked);
    }
  });

  it('decides a group of alike images at once', async () => {
    const { panel, page } = session;
    await panel.frame.getByRole('checkbox', { name: 'Groups' }).check();
    await panel.frame.locator('group-strip .group').nth(1).click();
    const before = await panel.flaggedCount();
    await panel.button('All of them good').click();
    const labels = () => panel.tiles.evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('aria-label') ?? ''));
    await expect
      .poll(async () => (await labels()).every((label) => label.includes('marked good')), patience)
      .toBe(true);
    expect(await panel.flaggedCount()).toBe(before - (await panel.tiles.count()));
    await panel.tiles.first().press('u');
    await expect.poll(() => panel.flaggedCount(), patience).toBe(before);
    await panel.frame.getByRole('checkbox', { name: 'Groups' }).uncheck();
    await page.keyboard.press('Escape');
  });

  it('encloses images on the map with a lasso', async () => {
    const { panel, page } = session;
    await panel.frame.getByRole('radio', { name: 'Map', exact: true }).click();
    const map = panel.frame.getByRole('application');
    await map.waitFor(patience);
    await expect.poll(() => panel.frame.locator('folder-map .progress').count(), patience).toBe(0);
    await panel.frame.getByRole('group', { name: 'Legend' }).waitFor(patience);
    const box = await map.boundingBox();
    if (box === null) throw new Error('The map is not in view.');
    const inset = 5;
    const [left, top] = [box.x + inset, box.y + inset];
    const [right, bottom] = [box.x + box.width - inset, box.y + box.height - inset];
    await page.mouse.move(left, top);
    await page.mouse.down();
    for (const [x, y] of [
      [right, top],
      [right, bottom],
      [left, bottom],
    ] as const)
      await page.mouse.move(x, y, { steps: 4 });
    await page.mouse.up();
    await panel.frame.locator('review-toolbar').getByText(`${names.length} selected`).waitFor(patience);
    await session.picture('10-lasso');
    await page.keyboard.press('Escape');
    await panel.frame.getByRole('radio', { name: 'Grid', exact: true }).click();
  });

  it('never wrote into the folder with the images', () => {
    const { editor } = session;
    expect(readdirSync(path.join(editor.workspace, 'apples')).sort()).toEqual(names);
    expect(existsSync(path.join(editor.workspace, '.anomaly-review'))).toBe(true);
  });

  it('asked nothing of other machines and broke no content policy', async () => {
    expect(session.foreignRequests).toEqual([]);
    expect(await session.panel.policyViolations()).toEqual([]);
  });
});

/** The threshold in review.json of the only run. */
function savedThreshold({ editor }: Session): number | undefined {
  const runs = path.join(editor.workspace, '.anomaly-review');
  const file = readdirSync(runs)
    .map((run) => path.join(runs, run, 'review.json'))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) return undefined;
  const review: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof review !== 'object' || review === null || !('threshold' in review)) return undefined;
  const { threshold } = review;
  if (typeof threshold !== 'object' || threshold === null || !('parameter' in threshold)) return undefined;
  return Number(threshold.parameter);
}
