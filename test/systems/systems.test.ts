/** Each of docs/systems.md's commands, run as it stands there on data of the same kind, only smaller. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommandLine, cliJson } from '../engine/cli-process';
import { documented, documentedCommands, unusedCommands } from './documented-commands';
import {
  apples,
  cats,
  digitTests,
  faceTests,
  spillTests,
  writeApples,
  writeDigits,
  writeFaces,
  writeSpills,
} from './small-data';

let work = '';

beforeAll(async () => {
  buildCommandLine();
  work = mkdtempSync(join(tmpdir(), 'anomaly-review-systems-'));
  writeApples(work);
  await writeSpills(work);
  writeFaces(work);
  writeDigits(work);
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

const run = (start: string, more?: Readonly<Record<string, string>>) => documented(start, work, more);
const record = (name: string): unknown => JSON.parse(readFileSync(join(work, 'runs', name, 'run.json'), 'utf8'));
const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : []);

describe('system A, cats among apples', () => {
  it('scores the cats with the apples and ranks all of them after every epoch', async () => {
    const { done, named } = await run('scan apples --also cats', { '--epochs': '2' });
    expect(done).toMatchObject({ event: 'done', images: apples + cats, unreadable: 0, labelled: apples + cats });
    expect(done['auroc']).toBeTypeOf('number');
    expect(named('epoch').map(({ scoredSeparation }) => typeof scoredSeparation)).toEqual(['number', 'number']);
    expect(record('a')).toMatchObject({ model: { preset: 'cats-among-apples', parameters: 309_807, latent: 64 } });
  });

  it('shows how the cats stood out, and the ranking of an epoch', async () => {
    const { events } = await run('epochs runs/a');
    expect(events).toHaveLength(2);
    for (const event of events) expect(event['auroc']).toBeTypeOf('number');
    const ranking = await run('epochs runs/a --epoch 1');
    expect(ranking.events).toHaveLength(10);
    const losses = ranking.events.map(({ loss }) => Number(loss));
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
  });
});

describe('system B, three networks for the same images', () => {
  it.each([
    ['scan apples --preset strided-100', 'b1', 51_073],
    ['scan apples --preset strided-100-plain', 'b1-plain', 50_757],
    ['scan apples --preset strided-100 --denoise', 'b2', 51_073],
    ['scan apples --preset resize-100', 'b3', 25_697],
  ])('%s', async (start, name, parameters) => {
    const { done } = await run(name === 'b1' ? `${start} --out runs/b1` : start);
    expect(done).toMatchObject({ event: 'done', images: apples });
    expect(record(name)).toMatchObject({ model: { parameters, latent: 32 }, inputShape: [3, 100, 100] });
  });

  it('shows the noise before anything is trained', async () => {
    const { done } = await run('preview apples');
    expect(done).toMatchObject({ event: 'preview', images: 12 });
    const { width, height } = await sharp(join(work, 'noise.png')).metadata();
    expect(width).toBeGreaterThan(12 * 100);
    expect(height).toBeGreaterThan(3 * 100);
  });
});

describe('system C, metal spills', () => {
  it('is recognised by its folders', async () => {
    const { done } = await run('inspect metal-spill');
    expect(done).toMatchObject({ event: 'inspected', layout: 'known-anomalies' });
    expect(done['suggestion']).toEqual({
      source: join(work, 'metal-spill/test/imgs'),
      trainOn: join(work, 'metal-spill/train'),
      knownAnomalies: join(work, 'metal-spill/proliv'),
      labels: join(work, 'metal-spill/test/test_annotation.txt'),
    });
  });

  it('trains, takes the threshold from the known spills and measures, in one command', async () => {
    const { done, named } = await run('scan metal-spill --layout auto --preset metal-spill-1');
    expect(named('layout')).toHaveLength(1);
    expect(done).toMatchObject({
      images: spillTests,
      labelled: spillTests,
      threshold: { method: 'known-mean', score: 'anomaly' },
      knownAnomalies: { images: 5 },
    });
    for (const field of ['auroc', 'averagePrecision', 'tpr', 'fpr']) expect(done[field], field).toBeTypeOf('number');
    for (const at of ['minimum', 'mean', 'maximum']) {
      for (const field of ['value', 'tpr', 'fpr']) expect(done).toHaveProperty(`knownAnomalies.${at}.${field}`);
    }
    expect(record('c1')).toMatchObject({ model: { parameters: 527_715 }, inputShape: [3, 32, 32] });
  });

  it('works as well with every place named', async () => {
    const { done } = await run('scan metal-spill/test/imgs');
    expect(done).toMatchObject({ images: spillTests, threshold: { method: 'known-max' } });
    expect(record('c2')).toMatchObject({ model: { parameters: 53_235 } });
  });

  it('prints what the known spills say, before the score was made comparable too', async () => {
    const { done } = await run('scan metal-spill --layout auto --threshold known-min');
    expect(done).toMatchObject({ threshold: { method: 'known-min', score: 'reconstruction' } });
    for (const at of ['minimum', 'mean', 'maximum']) expect(done).toHaveProperty(`knownAnomalies.${at}.raw`);
    expect(record('c3')).toMatchObject({ model: { parameters: 380_131 } });
  });

  it('has its threshold moved while the rates follow', async () => {
    const lowest = (await run('threshold runs/c1 known-min')).done;
    const moved = (await run('threshold runs/c1 value:12.5')).done;
    expect(lowest).toMatchObject({ threshold: { method: 'known-min' } });
    expect(moved).toMatchObject({ threshold: { method: 'value', value: 12.5 } });
    for (const line of [lowest, moved]) expect(line).toMatchObject({ labelled: spillTests });
    const evaluated = (await run('evaluate runs/c1')).done;
    expect(evaluated).toMatchObject({ flagged: moved['flagged'], tpr: moved['tpr'], fpr: moved['fpr'] });
  });
});

describe('system D, faces', () => {
  it.each([
    ['faces-linear', 'scan faces --layout auto --with-source no --labels faces/test.txt --preset', 'd-linear'],
    ['faces-convolutional', 'scan faces/test.npy', 'd-convolutional'],
    ['faces-variational', 'scan faces --layout auto --with-source no --preset', 'd-variational'],
    ['faces-resnet', 'scan faces --layout auto --with-source no --preset', 'd-resnet'],
    ['faces-three-linear', 'scan faces --layout auto --with-source no --preset', 'd-three-linear'],
    ['faces-three-convolutional', 'scan faces --layout auto --with-source no --preset', 'd-three-convolutional'],
    ['faces-mixed', 'scan faces --layout auto --with-source no --preset', 'd-mixed'],
  ])('%s', async (preset, start, name) => {
    const { done } = await run(start.endsWith('--preset') ? `${start} ${preset}` : start);
    expect(done).toMatchObject({ event: 'done', images: faceTests, unreadable: 0 });
    expect(record(name)).toMatchObject({ model: { preset }, inputShape: [3, 64, 64] });
  });

  it('is measured by the area under the ROC curve', async () => {
    const { done } = await run('evaluate runs/d-variational');
    expect(done).toMatchObject({ labelled: faceTests });
    expect(done['auroc']).toBeTypeOf('number');
  });

  it('has codes whose elements are multiplied and moved, with a picture of what becomes of it', async () => {
    const { done } = await run('latent runs/d-variational');
    const [before, after] = [numbers(done['before']), numbers(done['after'])];
    expect(after[1]).toBeCloseTo(3 * (before[1] ?? NaN), 4);
    expect(after[4]).toBeCloseTo((before[4] ?? NaN) + 1, 4);
    expect(after.filter((value, element) => value !== before[element])).toHaveLength(2);
    const { width, height } = await sharp(join(work, 'edited.png')).metadata();
    expect(width / height).toBeGreaterThan(2.5);
  });

  it('has its codes written as an array', async () => {
    await run('export runs/d-variational');
    const file = readFileSync(join(work, 'latents.npy'));
    const length = numbers(
      (await cliJson(['latent', 'runs/d-variational', '--image', '0', '--out', 'a.png'], work)).last['before'],
    ).length;
    expect(file.subarray(0, 128).toString('latin1')).toContain(`'shape': (${faceTests}, ${length})`);
    expect(file.length).toBe(128 + 4 * faceTests * length);
  });
});

describe('system E, corrupted digits', () => {
  it('gives one 0 or 1 an image of x_test, in its order, and nothing else', async () => {
    const { done } = await run(
      'scan digits.npz --layout auto --with-source no --preset corrupted-digits --resize bilinear',
    );
    expect(done).toMatchObject({ images: digitTests });
    expect(record('e')).toMatchObject({
      model: { parameters: 7_193_505, latent: 256 },
      request: { source: join(work, 'digits.npz#x_test'), trainOn: join(work, 'digits.npz#x_train') },
    });
    await run('export runs/e');
    const flags = readFileSync(join(work, 'flags.txt'), 'latin1');
    expect(flags).toMatch(new RegExp(`^[01]{${digitTests}}$`));
    expect(flags.replaceAll('0', '')).toHaveLength(Number(done['flagged']));
  });

  it('has codes of two numbers, a focal loss and bicubic maps', async () => {
    const { done } = await run('scan digits.npz#x_test');
    expect(done).toMatchObject({ images: digitTests });
    expect(record('e-2')).toMatchObject({ model: { latent: 2 }, request: { settings: { loss: 'focal' } } });
  });

  it('has codes of one number', async () => {
    await run('scan digits.npz --layout auto --with-source no --preset corrupted-digits --resize nearest');
    expect(record('e-1')).toMatchObject({ model: { latent: 1 } });
    await run('export runs/e-1');
    const header = readFileSync(join(work, 'latents-1.npy')).subarray(0, 128).toString('latin1');
    expect(header).toContain(`'shape': (${digitTests}, 1)`);
  });
});

describe('what cannot work', () => {
  it.each([
    ['focal loss of a network with tanh', ['--preset', 'faces-linear', '--loss', 'focal'], /sigmoid/],
    ['binary cross-entropy of numbers from −1 to 1', ['--preset', 'faces-resnet', '--loss', 'bce'], /sigmoid/],
    ['a size that a network has not', ['--preset', 'strided-100', '--size', '64'], /100/],
    ['a code whose length is fixed', ['--preset', 'metal-spill-1', '--latent', '8'], /latent/i],
    ['a KL divergence without chance', ['--preset', 'faces-linear', '--beta', '2'], /variational/],
  ])('%s is refused before anything is made', async (_what, options, message) => {
    const result = await cliJson(['scan', 'apples', '--out', 'runs/never', ...options], work);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(message);
    expect(() => record('never')).toThrow();
  });
});

describe('docs/systems.md', () => {
  it('has no command that is not run here', () => {
    expect(documentedCommands.length).toBeGreaterThan(20);
    expect(unusedCommands()).toEqual([]);
  });
});
