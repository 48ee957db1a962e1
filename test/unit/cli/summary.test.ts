import { describe, expect, it } from 'vitest';
import { knownAnomalies } from '../../../src/cli/known-thresholds';
import { evaluateRun, outcome } from '../../../src/cli/outcome';
import { summary } from '../../../src/cli/summary';
import { judge } from '../../../src/shared/judgement';
import type { RunSnapshot } from '../../../src/shared/run';
import { defaultSettings } from '../../../src/shared/settings';

/** Twelve images of which the last is unreadable and two stand out. */
const snapshot: RunSnapshot = {
  runFolder: '/data/.anomaly-review/apples 1',
  record: {
    version: 1,
    request: { source: '/data/apples', withSource: 'auto', settings: defaultSettings },
    createdAt: '2026-01-01T00:00:00.000Z',
    versions: {},
    status: 'done',
    phase: 'done',
    images: 12,
    unreadable: 1,
    backend: 'onnx',
    device: 'cpu',
    epochs: [],
    scores: [{ name: 'anomaly' }],
    seconds: { read: 1, train: 62, total: 75 },
    imagesPerSecond: { train: 1234, score: 5000 },
    peakMemoryBytes: 250_000_000,
    notes: ['Two files are no images.'],
  },
  paths: Array.from({ length: 12 }, (_, index) => `image ${index}.png`),
  hashes: Array.from({ length: 12 }, (_, index) => `${index}`),
  unreadable: { 11: 'the file is cut off' },
  scores: { anomaly: Float32Array.of(0, 1, 0, 9, 1, 0, 8, 0, 1, 0, 0.5, NaN) },
  leftOut: new Uint32Array(),
  review: {
    version: 1,
    score: 'anomaly',
    threshold: { method: 'value', parameter: 5 },
    unreadable: 'flag',
    decisions: {},
  },
};
const judgement = judge(snapshot);
const labels = Int8Array.of(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, -1);
if (!judgement) throw new Error('The snapshot has scores.');

describe('the summary', () => {
  const text = summary(snapshot, judgement, evaluateRun(snapshot, judgement, labels));

  it('lists the ten strangest images with the strangest first', () => {
    const ranked = text.split('\n').filter((line) => /^ +\d+ /.test(line) && line.includes('image'));
    expect(ranked).toHaveLength(10);
    expect(ranked[0]).toMatch(/^ +1 +⚑ +9\.00 +█+ +image 3\.png$/);
    expect(ranked[1]).toMatch(/^ +2 +⚑ +8\.00 +█+·+ +image 6\.png$/);
    expect(ranked[2]).not.toContain('⚑');
  });

  it('counts the flagged, an unreadable image among them', () => {
    expect(text).toContain(
      '3 of 12 images flagged (25%): anomaly at or above 5.00 (value)\n  1 of them cannot be read\n',
    );
  });

  it('spells out what a name would do to a terminal', () => {
    const paths = snapshot.paths.map((path, index) => (index === 3 || index === 11 ? `red\u001b[31m\n${path}` : path));
    const hostile = summary({ ...snapshot, paths }, judgement);
    expect(hostile).toMatch(/9\.00 +█+ +red\\u001b\[31m\\nimage 3\.png\n/);
    expect(hostile).toContain('  red\\u001b[31m\\nimage 11.png: the file is cut off');
    expect(hostile).not.toContain('\u001b');
  });

  it('names unreadable images with the reason', () => {
    expect(text).toContain('1 could not be read:\n  image 11.png: the file is cut off');
  });

  it('says times, rates and notes', () => {
    expect(text).toContain('1:15 in all · training 1:02 (0 epochs, 1,234 images/s) · scoring 5,000 images/s · CPU');
    expect(text).toContain('Note: Two files are no images.');
  });

  it('compares with the labels', () => {
    expect(text).toContain(
      'Against 11 labels: AUROC 1.0000, average precision 1.0000, TPR 1.0000, FPR 0.1000, TNR 0.9000',
    );
  });

  it.skipIf(process.platform === 'win32')('ends with commands that can be copied', () => {
    expect(text).toContain("export '/data/.anomaly-review/apples 1' --format binary --out flags.txt");
  });
});

describe('known anomalies', () => {
  const withKnown = { ...snapshot, labels, knownScores: { anomaly: Float32Array.of(0.5, 8, 6.5) } };
  const known = knownAnomalies(withKnown, judgement);

  it('give a threshold at their minimum, mean and maximum, each with its rates', () => {
    // Images 1, 3, 4, 6, 8 and 10 are at 0.5 or above; the unreadable one is flagged and has no label.
    expect(known).toMatchObject({
      images: 3,
      minimum: { value: 0.5, flagged: 7, tpr: 1, fpr: 0.5 },
      mean: { value: 5, flagged: 3, tpr: 1, fpr: 0.1 },
      maximum: { value: 8, flagged: 3, tpr: 1, fpr: 0.1 },
    });
  });

  it('are shown as a table', () => {
    const text = summary(withKnown, judgement, undefined, known);
    expect(text).toContain('A threshold by the 3 known anomalies:');
    expect(text).toMatch(/^ +minimum +0\.50 +7 +1\.0000 +0\.5000$/m);
  });

  it('are shown without rates where there are no labels', () => {
    const unlabelled = { ...snapshot, knownScores: withKnown.knownScores };
    const text = summary(unlabelled, judgement, undefined, knownAnomalies(unlabelled, judgement));
    expect(text).toMatch(/^ +minimum +0\.50 +7$/m);
    expect(knownAnomalies(snapshot, judgement)).toBeUndefined();
  });
});

describe('the last line of --json', () => {
  it('has what applies', () => {
    const line: unknown = JSON.parse(
      JSON.stringify(outcome(snapshot, judgement, evaluateRun(snapshot, judgement, labels))),
    );
    expect(line).toMatchObject({
      run: '/data/.anomaly-review/apples 1',
      images: 12,
      unreadable: 1,
      flagged: 3,
      threshold: { method: 'value', value: 5, score: 'anomaly' },
      auroc: 1,
      averagePrecision: 1,
      tpr: 1,
      tnr: 0.9,
      perScore: { anomaly: { auroc: 1, averagePrecision: 1 } },
      backend: 'onnx',
      device: 'cpu',
      seconds: { read: 1, train: 62, total: 75 },
      imagesPerSecond: { train: 1234, score: 5000 },
      peakMemoryBytes: 250_000_000,
    });
  });

  it('leaves out what does not', () => {
    const line: unknown = JSON.parse(JSON.stringify(outcome({ ...snapshot, scores: {} })));
    for (const absent of ['flagged', 'threshold', 'auroc', 'tpr', 'perScore']) expect(line).not.toHaveProperty(absent);
  });
});
