/** A casting line with its folders and labels, scanned with options as a user does it: by clicks and keys. */
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inRoot } from '../editor/places';
import { pictureOfFailure, startSession, type Session } from './session';
import { isRemembered } from './stored-state';

const patience = { timeout: 120_000 };

/** As the sample's labels say which are odd: `train` and `test/imgs` of usual ones, a few odd ones known and tested. */
function writeCastingLine(root: string): void {
  const labels = new Map(
    readFileSync(inRoot('samples/apples-labels.txt'), 'utf8')
      .split('\n')
      .map((line) => [line.slice(0, -2), line.slice(-1)] as const),
  );
  const names = readdirSync(inRoot('samples/apples')).sort();
  const usual = names.filter((name) => labels.get(name) === '0');
  const odd = names.filter((name) => labels.get(name) === '1');
  const tested = [...usual.slice(40, 60), ...odd.slice(2)];
  const parts = { train: usual.slice(0, 40), proliv: odd.slice(0, 2), 'test/imgs': tested };
  for (const [folder, members] of Object.entries(parts)) {
    mkdirSync(path.join(root, folder), { recursive: true });
    for (const name of members) cpSync(inRoot('samples/apples', name), path.join(root, folder, name));
  }
  const lines = tested.map((name) => `${name} ${labels.get(name) ?? 0}\n`);
  writeFileSync(path.join(root, 'test/test_annotation.txt'), lines.join(''));
}

describe('scanning a casting line with options', () => {
  let session: Session;
  let form: Locator;

  beforeAll(async () => {
    session = await startSession({ name: 'options', settings: { 'anomalyReview.imageSize': 32 } });
    writeCastingLine(path.join(session.editor.workspace, 'casting'));
    form = session.workbench.webview.locator('scan-options-page');
  });

  afterEach((context) => pictureOfFailure(session, context));

  afterAll(async () => {
    await session.end();
  });

  const field = (label: string): Locator => form.getByLabel(label, { exact: true });
  const place = (name: string): Locator => form.locator(`place-field[data-field=${name}] .path`);

  it('opens a page that says what the folder is and has filled in its parts', async () => {
    await session.workbench.contextMenu('casting', ['Anomaly Review', 'Scan with Options…']);
    await form.getByText(/casting can be used so: train on “train”/).waitFor(patience);
    expect(await place('source').innerText()).toBe('casting/test/imgs');
    expect(await place('trainOn').innerText()).toContain('casting/train');
    expect(await place('knownAnomalies').innerText()).toContain('casting/proliv');
    expect(await place('labels').innerText()).toContain('casting/test/test_annotation.txt');
    expect(await field('Image size').inputValue()).toBe('32');
    await session.picture('1-opened');
  });

  it('shows what augmentation does to real images', async () => {
    await form.getByText('Augmentation and denoising').click();
    await field('Rotation').fill('30');
    const picture = form.locator('training-preview img');
    await expect.poll(() => picture.count(), patience).toBe(24);
    const width = () => picture.nth(23).evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth);
    await expect.poll(width, patience).toBe(32);
    await session.picture('2-preview');
    await field('Rotation').fill('1');
  });

  it('takes a folder from the editor’s dialog', async () => {
    const { page, workbench } = session;
    await form.getByRole('button', { name: 'Clear: Known anomalies' }).click();
    await form.locator('place-field[data-field=knownAnomalies]').getByRole('button', { name: 'Folder…' }).click();
    await workbench.quickRow('..').waitFor(patience);
    await workbench.quickInput.fill(`${session.editor.workspace}/casting/proliv/`);
    await page.locator('.quick-input-widget').getByRole('button', { name: 'Choose' }).click();
    await expect.poll(() => place('knownAnomalies').innerText(), patience).toContain('casting/proliv');
  });

  it('keeps what was entered when the page is hidden behind another', async () => {
    await field('Epochs').fill('2');
    await session.workbench.command('Help: Welcome');
    await form.waitFor({ state: 'hidden' });
    await session.page.getByRole('tab', { name: /Scan: casting/ }).click();
    await expect.poll(() => field('Epochs').inputValue(), patience).toBe('2');
    expect(await field('Rotation').inputValue()).toBe('1');
  });

  it('keeps what was entered when the window is reloaded', async () => {
    await field('Minutes').fill('12.5');
    await expect.poll(() => isRemembered(session.page, '12.5'), patience).toBe(true);
    await session.workbench.reload();
    await form.waitFor(patience);
    await expect.poll(() => field('Minutes').inputValue(), patience).toBe('12.5');
    expect(await field('Epochs').inputValue()).toBe('2');
    expect(await place('knownAnomalies').innerText()).toContain('casting/proliv');
    await field('Minutes').fill('');
  });

  it('refuses a wrong number where it stands', async () => {
    await field('Epochs').fill('0');
    await form.getByRole('button', { name: 'Start Scan' }).click();
    await form.getByText('This must be at least 1.').waitFor(patience);
    expect(await form.getByText('1 to correct before it can start').isVisible()).toBe(true);
    await field('Epochs').fill('2');
  });

  it('starts the run that was asked for, measured against the labels, and closes', async () => {
    const { panel, editor } = session;
    await form.getByText('Scoring', { exact: true }).click();
    await field('Threshold').selectOption('known-min');
    await form.getByRole('button', { name: 'Start Scan' }).press('Enter');
    await panel.element.waitFor(patience);
    await panel.untilDone();
    expect(await session.page.getByRole('tab', { name: /Scan: casting/ }).count()).toBe(0);
    await session.picture('3-scanned');
    const casting = path.join(editor.workspace, 'casting');
    const { request } = onlyRun(path.join(casting, 'test/.anomaly-review'));
    expect(request).toMatchObject({
      source: path.join(casting, 'test/imgs'),
      trainOn: path.join(casting, 'train'),
      knownAnomalies: path.join(casting, 'proliv'),
      labels: path.join(casting, 'test/test_annotation.txt'),
      settings: { epochs: 2, imageSize: 32, augment: { rotate: 1 }, threshold: { method: 'known-min' } },
    });
  });

  it('asked nothing of other machines and broke no content policy', async () => {
    expect(session.foreignRequests).toEqual([]);
    expect(await session.panel.policyViolations()).toEqual([]);
  });
});

/** The record of the only run in a folder of runs. */
function onlyRun(folder: string): { request: unknown } {
  const files = readdirSync(folder)
    .map((run) => path.join(folder, run, 'run.json'))
    .filter((file) => existsSync(file));
  expect(files.length).toBe(1);
  const record: unknown = JSON.parse(readFileSync(files[0] ?? '', 'utf8'));
  return { request: typeof record === 'object' && record !== null && 'request' in record ? record.request : undefined };
}
