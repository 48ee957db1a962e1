/** Scoring a run anew with areas: as a scan would with the same weights, or not at all. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunSnapshot } from '../../src/shared/run';
import { defaultSettings, type Area, type ScanRequest } from '../../src/shared/settings';
import { completed, startEngineChild, type EngineChild } from './engine-child';
import { removeFolder, temporaryFolder, writePictures } from './picture-folders';

/** The blue squares reach from the left edge to beyond the middle, the discs into the lower right. */
const leftHalf: Area = { kind: 'ignore', x0: 0, y0: 0, x1: 0.5, y1: 1 };

let folder: string;
let engine: EngineChild;
let runFolder: string;
let before: RunSnapshot;

beforeEach(async () => {
  folder = await temporaryFolder();
  const source = path.join(folder, 'pictures');
  await writePictures(source, 40, [7]);
  engine = startEngineChild();
  const request: ScanRequest = {
    source,
    withSource: 'auto',
    settings: { ...defaultSettings, threads: 1, epochs: 3 },
  };
  ({ runFolder } = await engine.api.start(request, 'scan'));
  await completed(engine.api, runFolder);
  before = await engine.api.open(runFolder);
});

afterEach(async () => {
  await engine.kill();
  await removeFolder(folder);
});

const scoreFolders = async () => (await readdir(runFolder)).filter((name) => name.startsWith('scores')).sort();

it('ignores what lies in the area, and gives the former bytes when all counts again', async () => {
  await engine.api.saveReview(runFolder, { ...before.review, decisions: { [before.hashes[3] ?? '']: 'good' } });
  const original = await readFile(path.join(runFolder, 'scores', 'anomaly.f32'));
  const review = await readFile(path.join(runFolder, 'review.json'), 'utf8');

  const pictures = await engine.api.compare(runFolder, 7);
  await engine.api.rescore(runFolder, [leftHalf]);
  const record = await completed(engine.api, runFolder);
  expect(record.request.settings.areas).toEqual([leftHalf]);
  expect(record.epochs).toEqual(before.record.epochs);
  const after = await engine.api.open(runFolder);
  expect(after.scores['anomaly']).not.toEqual(before.scores['anomaly']);
  expect(Object.keys(after.scores)).toEqual(Object.keys(before.scores));
  expect(await scoreFolders()).toEqual(['scores-1']);
  expect(await readFile(path.join(runFolder, 'review.json'), 'utf8')).toBe(review);

  const rescored = await engine.api.compare(runFolder, 7);
  // A page keeps pictures by their names: only what has changed has another.
  expect(rescored.errorMap).not.toBe(pictures.errorMap);
  expect(rescored.original).toBe(pictures.original);
  expect(rescored.seen).not.toBe(pictures.seen); // the area is filled
  const means = await engine.api.meanPictures(runFolder, [7]);
  expect(means.flagged?.errors).toMatch(/^data:image\/png;base64,/);

  await engine.api.rescore(runFolder, []);
  await completed(engine.api, runFolder);
  expect((await readFile(path.join(runFolder, 'scores-2', 'anomaly.f32'))).equals(original)).toBe(true);
  expect(await scoreFolders()).toEqual(['scores-2']);
});

it('scores other images by the areas of the trained run, or by others as if that had them', async () => {
  const others = path.join(folder, 'others');
  await writePictures(others, 12, [3]);
  const score = async (areas?: Area[]) => {
    const settings = { ...defaultSettings, threads: 1, ...(areas && { areas }) };
    const request: ScanRequest = { source: others, withSource: 'auto', model: runFolder, settings };
    const started = await engine.api.start(request, 'score');
    const record = await completed(engine.api, started.runFolder);
    return { ...started, record, bytes: await readFile(path.join(started.runFolder, 'scores', 'anomaly.f32')) };
  };
  const whole = await score();
  expect(whole.record.request.settings.areas).toBeUndefined();
  const apart = await score([leftHalf]);
  expect(apart.record.notes.some((note) => note.includes('areas are others'))).toBe(true);
  expect(apart.bytes.equals(whole.bytes)).toBe(false);
  expect(await scoreFolders()).toEqual(['scores']);
  expect((await engine.api.compare(apart.runFolder, 3)).seen).not.toBe(
    (await engine.api.compare(whole.runFolder, 3)).seen,
  );

  await engine.api.rescore(runFolder, [leftHalf]);
  await completed(engine.api, runFolder);
  const inherited = await score();
  expect(inherited.record.request.settings.areas).toEqual([leftHalf]);
  expect(inherited.bytes.equals(apart.bytes)).toBe(true);
  expect((await score([])).bytes.equals(whole.bytes)).toBe(true);
});

it('leaves the former scores when it is stopped, and goes on after kill -9', async () => {
  await engine.api.rescore(runFolder, [leftHalf]);
  await engine.api.stop(runFolder, 'save');
  const stopped = await engine.api.finished(runFolder);
  if (stopped.status === 'stopped') {
    const { record, scores } = await engine.api.open(runFolder);
    expect(record.status).toBe('done');
    expect(scores).toEqual(before.scores);
    expect(await scoreFolders()).toEqual(['scores']);
  }

  const underWay = engine.waitFor(({ phase }) => phase === 'scoring');
  await engine.api.rescore(runFolder, [leftHalf, { ...leftHalf, kind: 'attend', x1: 1 }]);
  await underWay;
  await engine.kill();
  engine = startEngineChild();
  const interrupted = await engine.api.open(runFolder);
  if (interrupted.record.status === 'interrupted') {
    expect(interrupted.scores).toEqual(before.scores);
    await engine.api.resume(runFolder);
  }
  const record = await completed(engine.api, runFolder);
  expect(record.request.settings.areas).toHaveLength(2);
  expect(await scoreFolders()).toEqual([`scores-${record.rescored ?? 0}`]);
});

it('refuses areas that leave nothing, and offers none where one image is odd', async () => {
  const all: Area = { kind: 'ignore', x0: 0, y0: 0, x1: 1, y1: 1 };
  await expect(engine.api.rescore(runFolder, [all])).rejects.toMatchObject({ code: 'settings-invalid' });
  expect(await engine.api.areaOffer(runFolder, [7])).toBeUndefined();
  expect((await engine.api.open(runFolder)).record.status).toBe('done');
});
