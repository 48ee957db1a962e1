/** Marks that teach, groups of alike images and the nearest usual ones, by the engine and on the command line. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/service';
import type { EngineApi } from '../../src/shared/contracts';
import type { Decision, Review, RunSnapshot } from '../../src/shared/run';
import { defaultSettings, type ScanRequest } from '../../src/shared/settings';
import { buildCommandLine, cli, cliJson } from './cli-process';
import { completed, silentEvents } from './engine-child';
import { removeFolder, temporaryFolder, writePictures } from './picture-folders';

const odd = [7, 23, 31];
const broken = 4;
let folder: string;
let pictures: string;
let engine: EngineApi;
let run: string;
let snapshot: RunSnapshot;

beforeAll(async () => {
  folder = await temporaryFolder();
  pictures = path.join(folder, 'pictures');
  engine = createEngine(silentEvents);
  await writePictures(pictures, 48, odd);
  await writeFile(path.join(pictures, `picture ${broken + 1}.png`), 'no picture');
  run = await scanned();
  snapshot = await engine.open(run);
});

afterAll(async () => {
  await removeFolder(folder);
});

async function scanned(): Promise<string> {
  const settings = { ...defaultSettings, threads: 1, epochs: 8, batchSize: 8, learningRate: 5e-3 };
  const request: ScanRequest = { source: pictures, withSource: 'auto', settings };
  const { runFolder } = await engine.start(request, 'scan');
  await completed(engine, runFolder);
  return runFolder;
}

function marks(decision: Decision, ...indexes: readonly number[]): Review['decisions'] {
  return Object.fromEntries(indexes.map((index) => [snapshot.hashes[index] ?? '', decision]));
}

function composite(): Float32Array {
  return snapshot.scores['anomaly'] ?? new Float32Array();
}

function rankOf(scores: Float32Array, index: number): number {
  return scores.filter((score) => score > (scores[index] ?? NaN)).length + 1;
}

describe('marks that teach', () => {
  it('change nothing when there are none', async () => {
    expect(await engine.teach(run, {})).toEqual(composite());
  });

  it('lower what is like a false alarm, whatever its rank', async () => {
    const taught = await engine.teach(run, marks('good', 7, 23));
    expect(taught[31]).toBeLessThan((composite()[31] ?? NaN) - 1);
  });

  it('lift what is like an image marked bad, and leave usual images usual', async () => {
    const taught = await engine.teach(run, marks('bad', 7));
    expect(rankOf(taught, 23)).toBeLessThanOrEqual(3);
    expect(rankOf(taught, 31)).toBeLessThanOrEqual(3);
    expect(taught[23]).toBeGreaterThan(composite()[23] ?? NaN);
    expect(taught[broken]).toBeNaN();
  });

  it('give the same scores each time, bit by bit', async () => {
    const decisions = { ...marks('bad', 7), ...marks('good', 1, 2) };
    expect(await engine.teach(run, decisions)).toEqual(await engine.teach(run, decisions));
  });

  it('say of a run without what they are learned from that it is to be scanned again', async () => {
    const copy = await scanned();
    await rm(path.join(copy, 'scores', 'features.npy'));
    await expect(engine.teach(copy, marks('bad', 7))).rejects.toMatchObject({ code: 'run-invalid' });
    await expect(engine.groups(copy, odd)).rejects.toThrow(/Scan again; the decisions come along/);
    await engine.saveReview(copy, { ...snapshot.review, decisions: marks('bad', 7), learn: true, score: 'taught' });
    expect(Object.keys((await engine.open(copy)).scores)).not.toContain('taught');
    expect(await engine.nearest(copy, 7)).toEqual([]);
    await removeFolder(copy); // or its review would be the last
  });
});

describe('groups and neighbours', () => {
  it('have every readable image once, whatever was asked twice or cannot be read', async () => {
    const groups = await engine.groups(run, [...odd, ...odd, broken, 0, 1]);
    expect(groups.flatMap(({ images }) => images).sort((a, b) => a - b)).toEqual([0, 1, ...odd]);
    expect(await engine.groups(run, [broken])).toEqual([]);
  });

  it('are usual images, and not the image itself', async () => {
    const nearest = await engine.nearest(run, 7);
    expect(nearest).toHaveLength(5);
    for (const index of nearest) expect([...odd, broken]).not.toContain(index);
    expect(await engine.nearest(run, 0)).not.toContain(0);
  });
});

describe('marks on the command line', () => {
  it('are made, taught, exported, grouped, and hold for the next scan', async () => {
    buildCommandLine();
    const marked = await cliJson([
      'mark',
      run,
      '--bad',
      'picture 8.png',
      '24',
      '--good',
      'picture 1.png',
      '--learn',
      'on',
    ]);
    expect(marked.last).toMatchObject({ event: 'marked', marks: { bad: 2, good: 1 }, learn: true });
    expect(marked.last['threshold']).toMatchObject({ score: 'taught' });
    expect((await engine.open(run)).record.flagged).toBe(marked.last['flagged']);
    const csv = path.join(folder, 'taught.csv');
    expect((await cli(['export', run, '--format', 'csv', '--out', csv])).status).toBe(0);
    const [header = '', first = ''] = (await readFile(csv, 'utf8')).split('\r\n');
    const column = header.split(',').indexOf('taught');
    expect(column).toBeGreaterThan(3);
    expect(first.split(',')[column]).toBe(first.split(',')[3]);
    const grouped = await cliJson(['groups', run]);
    expect(grouped.last['flagged']).toBe(marked.last['flagged']);

    const again = await engine.open(await scanned());
    expect(again.review).toMatchObject({ learn: true, score: 'taught' });
    expect(Object.keys(again.review.decisions)).toHaveLength(3);
    expect(again.record.notes.join(' ')).toMatch(/^3 decisions of the earlier review in “.+” came along/);
    expect(Object.keys(again.scores)).toContain('taught');

    const undone = await cliJson(['mark', run, '--undo', '24', '--learn', 'off']);
    expect(undone.last).toMatchObject({ marks: { bad: 1, good: 1 }, learn: false, threshold: { score: 'anomaly' } });
    // What a panel saves that was open all the while takes nothing of it back.
    const stale = { ...snapshot.review, decisions: marks('good', 2) };
    const saved = await engine.saveReview(run, stale, undefined, snapshot.review);
    expect(saved.decisions).toEqual({ ...marks('bad', 7), ...marks('good', 0, 2) });
    expect((await cli(['mark', run, '--learn', 'maybe'])).stderr).toContain('on or off');
    expect((await cli(['mark', run, '--bad', 'no such picture.png'])).stderr).toContain('no such picture.png');
  });
});
