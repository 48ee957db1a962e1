import assert from 'node:assert/strict';
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ScanRequest } from '../../../src/shared/settings';
import { closePanels, extensionApi, folderOfImages, openPanels, until, withSettings } from './scene';

/** The layout of a casting line: training images, known spills, and labelled images to test on. */
async function castingLine(images: string): Promise<string> {
  const root = path.join(path.dirname(images), 'casting');
  const names = (await readdir(images)).sort();
  const parts = { train: names.slice(0, 12), proliv: names.slice(12, 14), 'test/imgs': names.slice(14, 20) };
  for (const [folder, members] of Object.entries(parts)) {
    await mkdir(path.join(root, folder), { recursive: true });
    for (const name of members) await cp(path.join(images, name), path.join(root, folder, name));
  }
  const labels = parts['test/imgs'].map((name, index) => `${name} ${index < 2 ? 1 : 0}\n`).join('');
  await writeFile(path.join(root, 'test/test_annotation.txt'), labels);
  return root;
}

/** Labels of the open pages of options. */
function openPages(): string[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('anomalyReview.options'))
    .map(({ label }) => label);
}

suite('a scan with options', () => {
  let source: vscode.Uri;
  let cleanUp: (() => Promise<void>)[] = [];

  setup(async () => {
    const folder = await folderOfImages(20);
    source = folder.source;
    cleanUp = [closePanels, folder.remove];
  });
  teardown(async () => {
    for (const clean of cleanUp) await clean();
  });

  test('opens one page for a folder, starts nothing by itself, and shows the page again when asked again', async () => {
    await vscode.commands.executeCommand('anomalyReview.scanWithOptions', source);
    await until('the page is open', () => openPages().includes('Scan: fruits'));
    await vscode.commands.executeCommand('anomalyReview.scanWithOptions', source);
    await vscode.commands.executeCommand('anomalyReview.train', source);
    await until('the other page is open', () => openPages().includes('Train: fruits'));
    assert.deepEqual(openPages().sort(), ['Scan: fruits', 'Train: fruits']);
    assert.deepEqual(openPanels(), []);
  });

  test('is estimated while the engine is free for others, and no longer once nobody waits', async () => {
    cleanUp.unshift(await withSettings({ imageSize: 16, epochs: 1 }));
    const page = (await extensionApi()).scanOptions({ mode: 'scan', source: source.fsPath });
    const { defaults } = await page.ready();
    const request: ScanRequest = { source: source.fsPath, withSource: 'auto', settings: defaults };
    const estimate = await page.estimate(request);
    assert.deepEqual([estimate.images, estimate.epochs, estimate.besideOthers], [20, 1, false]);
    const given = page.estimate(request);
    await Promise.all([assert.rejects(given, { code: 'cancelled' }), page.cancelEstimate()]);
  });

  test('of a casting line is filled in from its folders, and makes a run of just that request', async () => {
    const root = await castingLine(source.fsPath);
    cleanUp.unshift(await withSettings({ imageSize: 16, epochs: 1, augment: { rotate: 1 } }));
    const api = await extensionApi();
    const page = api.scanOptions({ mode: 'scan', source: root });
    const { defaults, models } = await page.ready();
    assert.equal(defaults.imageSize, 16);
    assert.deepEqual(defaults.augment, { rotate: 1 });
    assert.ok(models.some(({ name }) => name === 'convolutional'));

    const { layout, suggestion } = await page.inspect(root);
    assert.equal(layout, 'known-anomalies');
    assert.deepEqual(suggestion, {
      source: path.join(root, 'test/imgs'),
      trainOn: path.join(root, 'train'),
      knownAnomalies: path.join(root, 'proliv'),
      labels: path.join(root, 'test/test_annotation.txt'),
    });

    const settings = { ...defaults, threshold: { method: 'known-min' as const } };
    const request: ScanRequest = { ...suggestion, withSource: 'no', settings };
    const samples = await page.preview(request);
    assert.equal(samples.length, 12);
    assert.match(samples[0]?.augmented ?? '', /^data:image\/png;base64,/);

    const command = await page.copyCommand(request);
    assert.equal(await vscode.env.clipboard.readText(), command);
    assert.match(command, /^anomaly-review scan .*test.imgs.* --train-on .*train.* --threshold known-min/);

    const runFolder = await page.start(request);
    await until('the review is open', () => openPanels().includes('casting/test/imgs'));
    const engine = await api.engine();
    const record = await engine.finished(runFolder);
    assert.equal(record.status, 'done', record.error?.message);
    assert.deepEqual({ ...record.request, out: undefined }, { ...request, out: undefined });
    const snapshot = await engine.open(runFolder);
    assert.equal(snapshot.paths.length, 6);
    assert.equal(snapshot.knownScores?.['anomaly']?.length, 2);
  });
});
