import assert from 'node:assert/strict';
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { closePanels, extensionApi, folderOfImages, openPanels, until, withSettings } from './scene';

/** What the side bar's menus hand to commands. */
function entryOf(runFolder: string): unknown {
  return { kind: 'run', run: { runFolder, group: '', title: '' } };
}

async function runsBeside(source: vscode.Uri): Promise<string[]> {
  const parent = path.join(path.dirname(source.fsPath), '.anomaly-review');
  const names = await readdir(parent).catch(() => []);
  return names.filter((name) => name !== 'locks' && !name.startsWith('.')).map((name) => path.join(parent, name));
}

suite('runs', () => {
  let source: vscode.Uri;
  let cleanUp: (() => Promise<void>)[] = [];

  setup(async () => {
    const folder = await folderOfImages(16);
    source = folder.source;
    cleanUp = [closePanels, folder.remove, await withSettings({ imageSize: 16, epochs: 1 })];
  });
  teardown(async () => {
    for (const clean of cleanUp) await clean();
  });

  async function ended(runFolder: string): Promise<void> {
    const engine = await (await extensionApi()).engine();
    const record = await engine.finished(runFolder);
    assert.equal(record.status, 'done', record.error?.message);
  }

  test('of several selected folders follow one another', async () => {
    const others = ['second', 'third'].map((name) => vscode.Uri.joinPath(source, '..', name));
    for (const other of others) await cp(source.fsPath, other.fsPath, { recursive: true });
    const first: unknown = await vscode.commands.executeCommand('anomalyReview.scan', source, [source, ...others]);
    assert.ok(typeof first === 'string');
    await until('all three have a run', async () => (await runsBeside(source)).length === 3);
    const runs = await runsBeside(source);
    for (const runFolder of runs) await ended(runFolder);
    const records = await Promise.all(runs.map((folder) => readFile(path.join(folder, 'run.json'), 'utf8')));
    const times = records.map((text) => /"createdAt": "([^"]+)"/.exec(text)?.[1] ?? '');
    assert.equal(new Set(times).size, 3);
    assert.deepEqual(openPanels(), ['fruits'], 'those that waited open no panel by themselves');
  });

  test('of the list open, are copied as a command line, and go to the trash without their images', async () => {
    const runFolder: unknown = await vscode.commands.executeCommand('anomalyReview.scan', source);
    assert.ok(typeof runFolder === 'string');
    await ended(runFolder);
    assert.match(await readFile(path.join(runFolder, 'run.json'), 'utf8'), /"flagged": \d/);

    await closePanels();
    await vscode.commands.executeCommand('anomalyReview.runs.open', entryOf(runFolder));
    await until('the review is open', () => openPanels().includes('fruits'));
    await closePanels();
    const file = vscode.Uri.file(path.join(runFolder, 'run.json'));
    await vscode.commands.executeCommand('vscode.openWith', file, 'anomalyReview.run');
    await until('run.json opens the review', () => openPanels().includes('fruits'));

    await vscode.commands.executeCommand('anomalyReview.runs.copyCommand', entryOf(runFolder));
    assert.match(await vscode.env.clipboard.readText(), /^anomaly-review scan .*fruits.* --size 16 --epochs 1/);

    await writeFile(path.join(runFolder, 'my notes.txt'), 'kept');
    await vscode.commands.executeCommand('anomalyReview.runs.delete', entryOf(runFolder));
    assert.ok((await stat(runFolder)).isDirectory(), 'a folder with what is no part of a run stays');
    assert.equal((await readdir(source.fsPath)).length, 16);
  });

  test('that cannot be read are told, and open nothing', async () => {
    const opened: unknown = await vscode.commands.executeCommand('anomalyReview.openRun', source);
    assert.equal(opened, undefined);
    assert.deepEqual(openPanels(), []);
  });
});
