/** Ways out of a review that touch files: moving the flagged ones away and back, and the report in one page. */
import { createHash } from 'node:crypto';
import { existsSync, watch } from 'node:fs';
import { mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isPartOfRun } from '../../src/extension/run-list/run-parts';
import { defaultSettings, type ScanRequest } from '../../src/shared/settings';
import { buildCommandLine, cli, cliJson } from './cli-process';
import { completed, startEngineChild, type EngineChild } from './engine-child';
import { removeFolder, temporaryFolder, writePictures } from './picture-folders';

const images = 240;
const oddOnes = ['picture 4.png', 'picture 90.png'];
const hostile = '<img src=x onerror=alert(1)> "&amp;".png';

let folder: string;
let source: string;
let away: string;
let runFolder: string;
let engine: EngineChild;

/** Every file's name and content. */
async function contents(place: string): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const lines = files.map(async (file) => {
    const hash = createHash('sha256').update(await readFile(file));
    return `${path.relative(place, file)} ${hash.digest('hex')}`;
  });
  return (await Promise.all(lines)).sort();
}

async function flagAbove(value: number): Promise<void> {
  const { review } = await engine.api.open(runFolder);
  await engine.api.saveReview(runFolder, { ...review, threshold: { method: 'value', parameter: value } });
}

beforeAll(async () => {
  buildCommandLine();
  folder = await temporaryFolder();
  [source, away] = [path.join(folder, 'pictures'), path.join(folder, 'away')];
  await writePictures(source, images, [3, 89]);
  await mkdir(path.join(source, 'more'));
  await writeFile(path.join(source, 'more', hostile), await readFile(path.join(source, 'picture 4.png')));
  await writeFile(path.join(source, 'broken.png'), 'no picture');
  engine = startEngineChild();
  const settings = { ...defaultSettings, threads: 1, epochs: 2, imageSize: 16 };
  const request: ScanRequest = { source, withSource: 'auto', settings };
  ({ runFolder } = await engine.api.start(request, 'scan'));
  await completed(engine.api, runFolder);
});

afterAll(async () => {
  await engine.stop();
  await removeFolder(folder);
});

it('writes a page that needs nothing else, escapes every name, and is the same each time', async () => {
  const { hashes, paths, review } = await engine.api.open(runFolder);
  const decided = hashes[paths.indexOf('picture 7.png')] ?? '';
  await engine.api.saveReview(runFolder, { ...review, decisions: { [decided]: 'bad' } });
  const file = path.join(folder, 'report.html');
  const { flagged } = await engine.api.exportRun(runFolder, 'report', file, false);
  const page = await readFile(file, 'utf8');
  expect(page.startsWith('<!doctype html>')).toBe(true);
  expect(page.endsWith('</html>\n')).toBe(true);
  expect(page).not.toMatch(/<script|https?:|src="(?!data:image\/webp;base64,)/);
  expect(page).not.toContain(hostile);
  expect(page).toContain('more/&#60;img src=x onerror=alert(1)&#62; &#34;&#38;amp;&#34;.png');
  for (const name of oddOnes) expect(page).toContain(`>${name}</bdi>`);
  expect(page).toContain('marked bad');
  // The broken one is flagged as well, and has no pictures.
  expect(page.match(/<figure>/g)).toHaveLength(3 * (flagged - 1));
  expect(page).toContain('broken.png');
  expect(page).toMatch(/<pre>anomaly-review scan .*--epochs 2/);
  const again = path.join(folder, 'again.html');
  await engine.api.exportRun(runFolder, 'report', again, false);
  expect(await readFile(again, 'utf8')).toBe(page);
  await expect(engine.api.exportRun(runFolder, 'report', again, false)).rejects.toMatchObject({
    code: 'settings-invalid',
  });
});

it('writes the card beside a model, and replaces nothing but an earlier card', async () => {
  const readme = path.join(folder, 'README.md');
  await writeFile(readme, 'mine');
  const model = path.join(folder, 'README.onnx');
  const first = await engine.api.exportRun(runFolder, 'onnx', model, false);
  expect(first.card).toBe(path.join(folder, 'README (2).md'));
  expect((await engine.api.exportRun(runFolder, 'onnx', model, true)).card).toBe(first.card);
  expect(await readFile(readme, 'utf8')).toBe('mine');
});

it('moves the flagged files away while the review goes on showing them, and back', async () => {
  const before = await contents(source);
  const { paths } = await engine.api.open(runFolder);
  const index = paths.indexOf(oddOnes[0] ?? '');
  const report = await engine.api.quarantine(runFolder, away);
  expect(report.left).toEqual([]);
  expect(existsSync(path.join(source, 'picture 4.png'))).toBe(false);
  const place = path.join(away, 'picture 4.png');
  expect(await engine.api.movedTo(runFolder, index)).toBe(place);
  const compared = await engine.api.compare(runFolder, index);
  expect(compared.movedTo).toBe(place);
  expect(existsSync(path.join(runFolder, 'compare', compared.original))).toBe(true);
  const [thumbnail] = await engine.api.thumbnails(runFolder, [index]);
  expect(thumbnail && 'file' in thumbnail).toBe(true);
  const list = await engine.api.exportRun(runFolder, 'list', path.join(folder, 'list.txt'), true);
  expect(list.flagged).toBe(report.moved);
  expect(await engine.api.filesAway(runFolder)).toEqual([
    { journal: report.journal, folder: away, files: report.moved },
  ]);
  const undone = await engine.api.undoMoves(report.journal ?? '');
  expect(await engine.api.filesAway(runFolder)).toEqual([]);
  // So that the run can be deleted without asking whose this is.
  expect((await readdir(runFolder)).filter((name) => !isPartOfRun(name))).toEqual([]);
  expect(undone).toMatchObject({ restored: report.moved, left: [] });
  expect(await engine.api.movedTo(runFolder, index)).toBeUndefined();
  expect(await contents(source)).toEqual(before);
});

it('killed in the middle of a move, loses nothing: undo restores all, and moving again goes on', async () => {
  const before = await contents(source);
  await flagAbove(-1000);
  for (const after of ['undo', 'go on'] as const) {
    const begun = new Promise<void>((resolve) => {
      const watcher = watch(folder, { recursive: true }, () => {
        if (!existsSync(path.join(away, 'picture 30.png'))) return;
        watcher.close();
        resolve();
      });
    });
    const move = engine.api.quarantine(runFolder, away).catch(() => 'killed');
    await begun;
    await engine.kill();
    engine = startEngineChild();
    void move;
    if (after === 'go on') {
      const { moved, movedBefore, left } = await engine.api.quarantine(runFolder, away);
      expect(left).toEqual([]);
      expect(moved + movedBefore).toBe(images + 2);
      expect(await contents(source)).toEqual([]);
    }
    expect((await engine.api.undoMoves(away)).left).toEqual([]);
    expect(await contents(source)).toEqual(before);
    expect((await contents(away)).every((line) => line.includes('.jsonl '))).toBe(true);
  }
});

it('as commands: says what it would do, does it, names what it left, and undoes it', async () => {
  await flagAbove(1000);
  await unlink(path.join(source, 'broken.png'));
  // One was decided, and those of the same content with it.
  const { flagged } = await engine.api.exportRun(runFolder, 'list', path.join(folder, 'list.txt'), true);
  expect(flagged).toBeGreaterThan(1);
  const args = ['quarantine', runFolder, '--to', path.join(folder, 'out')];
  const rehearsal = await cliJson([...args, '--dry-run']);
  expect(rehearsal.last).toMatchObject({ event: 'quarantined', dryRun: true, moved: flagged - 1 });
  expect(rehearsal.last).toMatchObject({ left: [{ path: 'broken.png', reason: 'missing' }] });
  expect(existsSync(path.join(folder, 'out'))).toBe(false);
  const moved = await cli(args);
  expect(moved.status).toBe(1);
  expect(moved.stdout).toContain(`Moved ${flagged - 1} files to`);
  expect(moved.stdout).toContain('broken.png: it is no longer there');
  const journal = /Undo: .* undo (\S+)/.exec(moved.stdout)?.[1] ?? '';
  expect((await cliJson(['undo', journal])).last).toMatchObject({ event: 'undone', restored: flagged - 1, left: [] });
  expect((await cli(['undo', path.join(folder, 'report.html')])).status).toBe(2);
  expect((await cli(['quarantine', runFolder, '--to', source])).status).toBe(2);
});
