import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunSnapshot } from '../../../src/shared/run';
import { judge } from '../../../src/shared/judgement';
import { closePanels, extensionApi, folderOfImages, openPanels, until, withSettings } from './scene';

const images = 24;

suite('a scan', () => {
  let source: vscode.Uri;
  let cleanUp: (() => Promise<void>)[] = [];

  setup(async () => {
    const folder = await folderOfImages(images);
    source = folder.source;
    cleanUp = [closePanels, folder.remove];
  });
  teardown(async () => {
    for (const clean of cleanUp) await clean();
  });

  async function scan(settings: Readonly<Record<string, unknown>>): Promise<string> {
    cleanUp.push(await withSettings({ imageSize: 16, ...settings }));
    const runFolder: unknown = await vscode.commands.executeCommand('anomalyReview.scan', source);
    if (typeof runFolder !== 'string') throw new Error('the scan did not start');
    return runFolder;
  }

  async function open(runFolder: string): Promise<RunSnapshot> {
    return (await (await extensionApi()).engine()).open(runFolder);
  }

  function ended(runFolder: string, timeoutMs?: number): Promise<RunSnapshot> {
    const ask = async (): Promise<RunSnapshot | false> => {
      const snapshot = await open(runFolder);
      return snapshot.record.status !== 'running' && snapshot.record.status !== 'interrupted' && snapshot;
    };
    return until('the run ends', ask, timeoutMs).then((snapshot) => snapshot || open(runFolder));
  }

  /** Long enough to interfere with: thousands of epochs, none of which ends training early. */
  async function longScan(): Promise<string> {
    const runFolder = await scan({ epochs: 5000 });
    await until('an epoch is over', async () => (await open(runFolder)).record.epochs.length > 0);
    return runFolder;
  }

  test('opens its panel, ends, and leaves as a 0/1 file that says what the review says', async () => {
    const runFolder = await scan({ epochs: 2 });
    await until('the panel is open', () => openPanels().includes('fruits'));
    const snapshot = await ended(runFolder);
    assert.equal(snapshot.record.status, 'done', snapshot.record.error?.message);
    assert.equal(snapshot.paths.length, images);
    const file = path.join(path.dirname(source.fsPath), 'flags.txt');
    const engine = await (await extensionApi()).engine();
    const written = await engine.exportRun(runFolder, 'binary', file, false);
    const content = await readFile(file, 'utf8');
    assert.match(content, /^[01]{24}$/);
    const judgement = judge(snapshot);
    assert.equal(content, [...(judgement?.flags ?? [])].join(''));
    assert.equal(written.flagged, judgement?.flagged);
    await assert.rejects(engine.exportRun(runFolder, 'binary', file, false), 'it does not overwrite unasked');
  });

  test('writes nothing into the folder it scans', async () => {
    const state = async (): Promise<string[]> => {
      const names = (await readdir(source.fsPath)).sort();
      const times = await Promise.all(names.map(async (name) => (await stat(path.join(source.fsPath, name))).mtimeMs));
      return names.map((name, index) => `${name} ${times[index]}`);
    };
    const before = await state();
    await ended(await scan({ epochs: 1 }));
    assert.deepEqual(await state(), before);
  });

  test('of a folder that is being scanned is refused, and the first one goes on', async () => {
    const runFolder = await longScan();
    assert.equal(await vscode.commands.executeCommand('anomalyReview.scan', source), undefined);
    const engine = await (await extensionApi()).engine();
    const { request } = (await open(runFolder)).record;
    await assert.rejects(engine.start({ ...request, out: `${runFolder}-2` }, 'scan'), { code: 'run-locked' });
    assert.equal((await open(runFolder)).record.status, 'running');
    await vscode.commands.executeCommand('anomalyReview.cancel');
    await ended(runFolder);
  });

  test('that is cancelled keeps what it reached', async () => {
    const runFolder = await longScan();
    await vscode.commands.executeCommand('anomalyReview.cancel');
    const { record, scores } = await ended(runFolder);
    assert.equal(record.status, 'stopped');
    assert.ok(record.epochs.length > 0);
    assert.equal(Object.values(scores)[0]?.length, images);
  });

  test('that is stopped to be used is scored with its best epoch', async () => {
    const runFolder = await longScan();
    await vscode.commands.executeCommand('anomalyReview.stopAndUse');
    const { record, scores } = await ended(runFolder);
    assert.equal(record.status, 'done');
    assert.ok(scores['reconstruction'], 'the network has scored');
  });

  test('goes on when its panel is closed, and is shown again on request', async () => {
    const runFolder = await longScan();
    await closePanels();
    await until('the panel is closed', () => openPanels().length === 0);
    assert.equal((await open(runFolder)).record.status, 'running');
    assert.equal(await vscode.commands.executeCommand('anomalyReview.openLastReview', source), runFolder);
    await until('the panel is open again', () => openPanels().includes('fruits'));
    await vscode.commands.executeCommand('anomalyReview.cancel');
    await ended(runFolder);
  });

  test('goes on from its checkpoint in a new engine when the engine is killed', async () => {
    const runFolder = await scan({ epochs: 400 });
    const snapshot = await until('some epochs are over', async () => {
      const opened = await open(runFolder);
      return opened.record.epochs.length > 2 && opened;
    });
    const before = snapshot ? snapshot.record.epochs.length : 0;
    const killed = (await (await (await extensionApi()).engine()).describe()).processId;
    process.kill(killed, 'SIGKILL');
    const resumed = await until('another engine goes on with the run', async () => {
      const engine = await (await extensionApi()).engine();
      const { record } = await engine.open(runFolder);
      const { processId } = await engine.describe();
      return processId !== killed && record.status === 'running' && record.epochs.length > before && record;
    });
    const epochs = resumed ? resumed.epochs.map(({ epoch }) => epoch) : [];
    assert.deepEqual(
      epochs,
      epochs.map((_epoch, index) => index + 1),
      'no epoch is missing or twice',
    );
    await vscode.commands.executeCommand('anomalyReview.stopAndUse');
    assert.equal((await ended(runFolder)).record.status, 'done');
  });
});
