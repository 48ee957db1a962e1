import { link, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportLines, reportOn, writeCorrectedLabels, writeCurves } from '../../../src/cli/evaluation-report';
import { methodLines, methodRows } from '../../../src/cli/method-table';
import { outcome } from '../../../src/cli/outcome';
import { summary } from '../../../src/cli/summary';
import { judge } from '../../../src/shared/judgement';
import { randomStream } from '../../../src/shared/random';
import type { RunSnapshot } from '../../../src/shared/run';
import { defaultSettings } from '../../../src/shared/settings';

/** 400 usual images and twelve odd ones in two folders; the first is labelled wrongly. */
const random = randomStream(1, 'scores');
const scores = Float32Array.from(
  { length: 412 },
  (_, index) => Math.min(2.5, Math.abs(random.normal())) + (index < 12 ? 9 : 0),
);
const labels = Int8Array.from(scores, (_, index) => Number(index > 0 && index < 12));
const snapshot: RunSnapshot = {
  runFolder: '/data/.anomaly-review/apples',
  record: {
    version: 1,
    request: { source: '/data/apples', withSource: 'auto', settings: defaultSettings },
    createdAt: '2026-01-01T00:00:00.000Z',
    versions: {},
    status: 'done',
    phase: 'done',
    images: 412,
    unreadable: 0,
    epochs: [],
    scores: [{ name: 'anomaly' }],
    seconds: {},
    notes: [],
  },
  paths: Array.from(scores, (_, index) => `all/${index % 2 === 0 ? 'even' : 'odd'}/image "${index}".png`),
  hashes: Array.from(scores, (_, index) => `${index}`),
  unreadable: {},
  scores: { anomaly: scores },
  leftOut: new Uint32Array(),
  labels,
  review: { version: 1, score: 'anomaly', threshold: { method: 'auto' }, unreadable: 'flag', decisions: {} },
};
const judgementOf = (run: RunSnapshot) => judge(run) ?? expect.fail('the run has scores');

describe('the methods side by side', () => {
  it('are those that the run can use, each with count, share and a sentence', () => {
    const rows = methodRows(snapshot);
    expect(rows.map(({ method }) => method)).toEqual([
      ...['auto', 'percentile', 'contamination', 'mad', 'otsu', 'gmm', 'evt', 'tpr', 'fpr', 'f1', 'youden'],
    ]);
    for (const row of rows) {
      expect(row.flagged).toBe(scores.filter((score) => score >= row.value).length);
      expect(row.share).toBeCloseTo(row.flagged / 412, 12);
      expect(row.reason).toMatch(/\.$/);
    }
    expect(rows.filter(({ current }) => current).map(({ method }) => method)).toEqual(['auto']);
    expect(rows.find(({ method }) => method === 'percentile')?.parameter).toBe(95);
  });

  it('include those of known anomalies and usual images where there are some', () => {
    const some = { anomaly: Float32Array.of(1, 2, 3) };
    const methods = methodRows({ ...snapshot, knownScores: some, usualScores: some }).map(({ method }) => method);
    expect(methods).toEqual(expect.arrayContaining(['normals', 'known-min', 'known-tpr']));
  });

  it('count decisions, and are shown as a table', () => {
    const review = { ...snapshot.review, decisions: { 0: 'good', 400: 'bad' } as const };
    const auto = methodRows({ ...snapshot, review }).find(({ method }) => method === 'auto');
    expect(auto?.flagged).toBe(judgementOf({ ...snapshot, review }).flagged);
    const lines = methodLines(methodRows(snapshot));
    expect(lines[1]).toMatch(/^→ auto +\d+\.\d\d +\d+ {2}\(\d(\.\d)?%\), about 12 of \d+ real/);
    expect(lines.some((line) => /^ {2}percentile:95 +\d\.\d\d +21 {2}\(5\.1%\)/.test(line))).toBe(true);
  });
});

describe('the summary', () => {
  it('says why the line lies there and how many are real', () => {
    const text = summary(snapshot, judgementOf(snapshot));
    expect(text).toMatch(/Why there: The scores have a clear gap: none lies between \d\.\d\d and \d+\.\d\d\./);
    expect(text).toMatch(/Estimate: about 12 of 12 real/);
  });

  it('so does the last line of --json', () => {
    const line = outcome(snapshot, judgementOf(snapshot));
    expect(line).toMatchObject({
      threshold: { method: 'auto', reason: expect.stringContaining('clear gap') as unknown },
      estimate: { flagged: 12, real: 12 },
    });
  });
});

describe('the report of an evaluation', () => {
  const report = reportOn(snapshot, judgementOf(snapshot), labels, 5);

  it('says how sure the figures are, and how they differ by folder', () => {
    expect(Object.keys(report.intervals).sort()).toEqual(
      ['auroc', 'averagePrecision', 'f1', 'fpr', 'precision', 'tnr', 'tpr'].sort(),
    );
    expect(report.folders.map(({ folder, images }) => [folder, images])).toEqual([
      ['even', 206],
      ['odd', 206],
    ]);
  });

  it('names the images whose label may be wrong', () => {
    expect(report.disagreements).toMatchObject({ missed: 0, falseAlarms: 1 });
    expect(report.disagreements.plainest[0]).toMatchObject({ path: 'all/even/image "0".png', label: 0 });
    expect(reportLines(report).join('\n')).toContain('labelled good, flagged');
  });

  it('names none that a person has settled', () => {
    const settled = { ...snapshot, review: { ...snapshot.review, decisions: { 0: 'bad' } as const } };
    expect(reportOn(settled, judgementOf(settled), labels, 5).disagreements.plainest).toEqual([]);
  });
});

describe('what an evaluation writes', () => {
  let folder = '';
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'evaluation-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('has a row for each point of the curves, from the strangest image to all', async () => {
    const file = join(folder, 'curves.csv');
    const points = await writeCurves(file, scores, labels);
    const rows = (await readFile(file, 'utf8')).trim().split('\n');
    expect(rows).toHaveLength(points + 1);
    expect(rows[0]).toBe('threshold,true_positives,false_positives,tpr,fpr,precision');
    expect(rows.at(-1)).toMatch(/,11,401,1,1,0\.0266\d*$/);
  });

  it('has the decisions in place of the labels they contradict', async () => {
    const file = join(folder, 'labels.csv');
    const run = { ...snapshot, review: { ...snapshot.review, decisions: { 0: 'bad', 1: 'bad', 2: 'good' } as const } };
    expect(await writeCorrectedLabels(file, run, labels)).toEqual({ corrected: 2, written: 412 });
    const rows = (await readFile(file, 'utf8')).trim().split('\n');
    expect(rows.slice(0, 4)).toEqual([
      'path,label',
      '"all/even/image ""0"".png",1',
      '"all/odd/image ""1"".png",1',
      '"all/even/image ""2"".png",0',
    ]);
  });

  it('takes the place of an earlier file as a whole', async () => {
    const [file, earlier] = [join(folder, 'curves.csv'), join(folder, 'earlier.csv')];
    await writeFile(file, 'before');
    await link(file, earlier);
    await writeCurves(file, scores, labels);
    expect(await readFile(earlier, 'utf8')).toBe('before'); // nothing was written into it
    expect((await readdir(folder)).sort()).toEqual(['curves.csv', 'earlier.csv']);
  });

  it('is refused with a sentence where it cannot be written', async () => {
    await expect(writeCurves(join(folder, 'no', 'such', 'folder.csv'), scores, labels)).rejects.toThrow(
      /cannot be written/,
    );
  });
});
