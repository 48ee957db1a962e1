import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunSnapshot } from '../../src/shared/run';
import { defaultSettings, type ScanRequest, type ScanSettings } from '../../src/shared/settings';
import { completed, startEngineChild, type EngineChild } from './engine-child';
import { removeFolder, temporaryFolder, writeBroken, writePictures } from './picture-folders';

let folder: string;
let source: string;
let engine: EngineChild;

beforeEach(async () => {
  folder = await temporaryFolder();
  source = path.join(folder, 'pictures');
  engine = startEngineChild();
});

afterEach(async () => {
  await engine.kill();
  await removeFolder(folder);
});

function request(settings: Partial<ScanSettings> = {}, more: Partial<ScanRequest> = {}): ScanRequest {
  return { source, withSource: 'auto', settings: { ...defaultSettings, threads: 1, ...settings }, ...more };
}

/** Places in order of the score, strangest first. */
function ranking({ scores }: RunSnapshot, name = 'anomaly'): number[] {
  const column = scores[name] ?? new Float32Array();
  return [...column.keys()].sort((a, b) => (column[b] ?? 0) - (column[a] ?? 0));
}

async function contentsOf(place: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(place)).sort()) {
    hash
      .update(name)
      .update(await readFile(path.join(place, name)))
      .update(String((await stat(path.join(place, name))).mtimeMs));
  }
  return hash.digest('hex');
}

describe('a scan', () => {
  it('ranks the odd pictures first and leaves the source as it was', async () => {
    await writePictures(source, 80, [17, 58]);
    const before = await contentsOf(source);
    const { runFolder } = await engine.api.start(request(), 'scan');
    expect(path.dirname(path.dirname(runFolder))).toBe(folder);
    const record = await completed(engine.api, runFolder);
    const snapshot = await engine.api.open(runFolder);
    expect(new Set(ranking(snapshot).slice(0, 2))).toEqual(new Set([17, 58]));
    expect(record.scores.map(({ name }) => name)).toContain('reconstruction');
    expect(record.epochs.length).toBeGreaterThan(10);
    expect(record.bestEpoch).toBeGreaterThan(10);
    expect(snapshot.paths[9]).toBe('picture 10.png');
    expect(await contentsOf(source)).toBe(before);
  });

  it('keeps unreadable files in their place, with reasons, and goes on without them', async () => {
    await writePictures(source, 30);
    const broken = await writeBroken(source);
    const { runFolder } = await engine.api.start(request({ epochs: 2 }), 'scan');
    const record = await completed(engine.api, runFolder);
    const { paths, unreadable, scores } = await engine.api.open(runFolder);
    expect(record.unreadable).toBe(broken.length);
    for (const name of broken) {
      const place = paths.indexOf(name);
      expect(unreadable[place]).toMatch(/\w+/);
      expect(scores['anomaly']?.[place]).toBeNaN();
    }
    expect(paths).toEqual([...paths].sort(new Intl.Collator('en', { numeric: true }).compare));
  });

  it.each([1, 2, 3, 21])('works with %i images', async (count) => {
    await writePictures(source, count);
    const { runFolder } = await engine.api.start(request({ epochs: 2 }), 'scan');
    await completed(engine.api, runFolder);
    const { scores } = await engine.api.open(runFolder);
    for (const [name, column] of Object.entries(scores)) {
      expect([...column].every(Number.isFinite), name).toBe(true);
    }
  });

  it('says what was looked for when there is no image', async () => {
    await writePictures(path.join(folder, 'elsewhere'), 1);
    const empty = path.join(folder, 'elsewhere-empty');
    await writePictures(empty, 0);
    const { runFolder } = await engine.api.start(request({}, { source: empty }), 'scan');
    const record = await engine.api.finished(runFolder);
    expect(record.status).toBe('failed');
    expect(record.error?.code).toBe('source-empty');
    expect(record.error?.message).toContain(empty);
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    await writePictures(source, 40, [3]);
    const column = async (seed: number): Promise<string> => {
      const { runFolder } = await engine.api.start(request({ epochs: 2, seed }), 'scan');
      await completed(engine.api, runFolder);
      return (await readFile(path.join(runFolder, 'scores/anomaly.f32'))).toString('base64');
    };
    const first = await column(0);
    expect(await column(0)).toBe(first);
    expect(await column(1)).not.toBe(first);
  });

  it('refuses a second one of the same folder while the first is at work', async () => {
    await writePictures(source, 30);
    const { runFolder } = await engine.api.start(request(), 'scan');
    await expect(engine.api.start(request(), 'scan')).rejects.toMatchObject({ code: 'run-locked' });
    await engine.api.stop(runFolder, 'save');
    expect((await engine.api.finished(runFolder)).status).toBe('stopped');
  });

  it('ends training early when told that it is enough, and scores with what was reached', async () => {
    await writePictures(source, 60, [5]);
    const begun = engine.waitFor(({ phase, done }) => phase === 'training' && done > 0);
    const { runFolder } = await engine.api.start(request({ epochs: 500, patience: 500 }), 'scan');
    await begun;
    await engine.api.stop(runFolder, 'use');
    const record = await completed(engine.api, runFolder);
    expect(record.epochs.length).toBeLessThan(500);
    expect((await engine.api.open(runFolder)).scores['reconstruction']).toHaveLength(60);
  });
});

describe('an interrupted scan', () => {
  it('ends, after a stop and a resume, with the bytes of one that was never stopped', async () => {
    await writePictures(source, 60, [5]);
    const settings = { epochs: 40 };
    const whole = await engine.api.start(request(settings, { out: path.join(folder, 'whole') }), 'scan');
    await completed(engine.api, whole.runFolder);

    const underWay = engine.waitFor(({ phase, epoch = 0 }) => phase === 'training' && epoch > 1);
    const halved = await engine.api.start(request(settings, { out: path.join(folder, 'halved') }), 'scan');
    await underWay;
    await engine.api.stop(halved.runFolder, 'save');
    expect((await engine.api.finished(halved.runFolder)).status).toBe('stopped');
    await engine.api.resume(halved.runFolder);
    await completed(engine.api, halved.runFolder);

    const bytes = (run: string) => readFile(path.join(run, 'scores/anomaly.f32'));
    expect((await bytes(halved.runFolder)).equals(await bytes(whole.runFolder))).toBe(true);
  });

  it('resumes in a new process after kill -9', async () => {
    await writePictures(source, 60, [5]);
    const begun = engine.waitFor(({ phase, done }) => phase === 'training' && done > 0);
    const { runFolder } = await engine.api.start(request({ epochs: 40, patience: 40 }), 'scan');
    await begun;
    await engine.kill();

    engine = startEngineChild();
    expect((await engine.api.open(runFolder)).record.status).toBe('interrupted');
    await engine.api.resume(runFolder);
    const record = await completed(engine.api, runFolder);
    expect(record.epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 40 }, (_, place) => place + 1));
    expect(ranking(await engine.api.open(runFolder))[0]).toBe(5);
  });
});

describe('a finished run', () => {
  it('explains an image by pictures and by shares of its score that add up to one', async () => {
    await writePictures(source, 40, [12]);
    const { runFolder } = await engine.api.start(request({ epochs: 3 }), 'scan');
    await completed(engine.api, runFolder);
    const comparison = await engine.api.compare(runFolder, 12);
    const { original, seen, reconstruction, errorMap, ownErrorMap } = comparison;
    expect(comparison.ownErrorScale).toBeGreaterThan(0);
    expect(comparison.ownErrorScale).toBeLessThanOrEqual(comparison.largestSquaredError ?? 0);
    for (const name of [original, seen, reconstruction, errorMap, ownErrorMap]) {
      expect((await stat(path.join(runFolder, 'compare', name ?? 'absent'))).size).toBeGreaterThan(0);
    }
    expect(comparison.contributions.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    expect(comparison.contributions.filter(({ score, share }) => score === 'too-easy' && share === 0)).toEqual([]);
    const [first, second] = await engine.api.thumbnails(runFolder, [3, 12]);
    expect([first?.index, second?.index]).toEqual([3, 12]);
    expect(first).toHaveProperty('file');
  });

  it('lends its model to other images, whose scores mean the same', async () => {
    await writePictures(source, 60);
    const trained = await engine.api.start(request({ epochs: 6 }), 'scan');
    await completed(engine.api, trained.runFolder);
    const others = path.join(folder, 'others');
    await writePictures(others, 20, [4]);
    const { runFolder } = await engine.api.start(request({}, { source: others, model: trained.runFolder }), 'score');
    const record = await completed(engine.api, runFolder);
    expect(record.scores).toEqual((await engine.api.open(trained.runFolder)).record.scores);
    expect(ranking(await engine.api.open(runFolder))[0]).toBe(4);
  });

  it('keeps a review and exports by it', async () => {
    await writePictures(source, 30, [7]);
    const { runFolder } = await engine.api.start(request({ epochs: 2 }), 'scan');
    await completed(engine.api, runFolder);
    const { review, hashes } = await engine.api.open(runFolder);
    await engine.api.saveReview(runFolder, {
      ...review,
      threshold: { method: 'contamination', parameter: 0.1 },
      decisions: { [hashes[0] ?? '']: 'bad', [hashes[7] ?? '']: 'good' },
    });
    const file = path.join(folder, 'flags.txt');
    const answer = await engine.api.exportRun(runFolder, 'binary', file, false);
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/^[01]{30}$/);
    expect(text[0]).toBe('1');
    expect(text[7]).toBe('0');
    expect(text.replaceAll('0', '')).toHaveLength(answer.flagged);
    await expect(engine.api.exportRun(runFolder, 'binary', file, false)).rejects.toMatchObject({
      code: 'settings-invalid',
    });
  });
});
