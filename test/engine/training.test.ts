import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/service';
import type { EngineApi, EngineEvents } from '../../src/shared/contracts';
import type { EpochReport, RunRecord } from '../../src/shared/run';
import { defaultSettings, type ScanRequest, type ScanSettings } from '../../src/shared/settings';
import { removeFolder, temporaryFolder, writeBroken, writePictures } from './picture-folders';

let folder: string;
let source: string;
let engine: EngineApi;
let onEpoch: (runFolder: string, report: EpochReport) => void;

beforeEach(async () => {
  folder = await temporaryFolder();
  source = path.join(folder, 'pictures');
  onEpoch = () => undefined;
  const events: EngineEvents = {
    progress: () => undefined,
    changed: () => undefined,
    epoch: ({ runFolder, report }) => {
      onEpoch(runFolder, report);
    },
    log: ({ level, message }) => {
      if (level === 'error') console.error(message);
    },
  };
  engine = createEngine(events);
});

afterEach(async () => {
  await removeFolder(folder);
});

const quick: Partial<ScanSettings> = {
  imageSize: 16,
  batchSize: 8,
  threads: 1,
  epochs: 3,
  patience: 100,
  // Where nothing else is said: graphs without them are made sooner.
  pretext: 'none',
};

function request(settings: Partial<ScanSettings> = {}, more: Partial<ScanRequest> = {}): ScanRequest {
  return { source, withSource: 'auto', settings: { ...defaultSettings, ...quick, ...settings }, ...more };
}

async function scan(settings: Partial<ScanSettings> = {}, more: Partial<ScanRequest> = {}): Promise<RunRecord> {
  const { runFolder } = await engine.start(request(settings, more), 'scan');
  return engine.finished(runFolder);
}

async function completed(settings: Partial<ScanSettings>, more: Partial<ScanRequest> = {}): Promise<string> {
  const { runFolder } = await engine.start(request(settings, more), 'scan');
  const record = await engine.finished(runFolder);
  expect(record.error).toBeUndefined();
  expect(record.status).toBe('done');
  return runFolder;
}

function weightsOf(run: string): string {
  return readFileSync(path.join(run, 'model/weights.tensors')).toString('base64');
}

/** Writes a network specification and returns its file. */
function network(name: string, encoder: object[], decoder: object[]): string {
  const file = path.join(folder, `${name}.network.json`);
  writeFileSync(file, JSON.stringify({ name, input: { channels: 3, height: 12, width: 12 }, encoder, decoder }));
  return file;
}

/** Nothing bounds what it draws, so that too large a rate makes it run away. */
function unboundedNetwork(): string {
  return network(
    'unbounded',
    [{ type: 'conv', out: 8, kernel: 3, stride: 2, padding: 1 }, { type: 'flatten' }, { type: 'linear', out: 8 }],
    [
      { type: 'linear', out: 432 },
      { type: 'reshape', channels: 3, height: 12, width: 12 },
    ],
  );
}

describe('an interrupted training', () => {
  it.each<Partial<ScanSettings>>([
    { optimizer: 'sgd', learningRate: 0.05, schedule: 'plateau', scheduleEvery: 1, momentum: 0.8 },
    {
      optimizer: 'rmsprop',
      learningRate: 1e-3,
      schedule: 'step',
      scheduleEvery: 2,
      warmUpEpochs: 1.5,
      gradientClip: 0.1,
    },
    { optimizer: 'adam', schedule: 'cosine', keepEpoch: 'separation', epochScores: 'all' },
    {
      schedule: 'exponential',
      augment: { rotate: 10, flipHorizontal: true },
      denoise: { kind: 'mask', probability: 0.5, amount: 0.5 },
      pretext: 'both',
    },
  ])('with %o ends, after a stop and a resume, with the bytes of one that was never stopped', async (settings) => {
    await writePictures(source, 40, [7]);
    const wished = { ...settings, epochs: 6 };
    const whole = await completed(wished, { out: path.join(folder, 'whole') });
    // At once, so that no machine is fast enough to end before it.
    onEpoch = (run, { epoch }) => {
      if (epoch === 3) void engine.stop(run, 'save');
    };
    const { runFolder } = await engine.start(request(wished, { out: path.join(folder, 'halved') }), 'scan');
    expect((await engine.finished(runFolder)).status).toBe('stopped');
    await engine.resume(runFolder);
    const record = await engine.finished(runFolder);
    expect(record.status).toBe('done');
    expect(weightsOf(runFolder)).toBe(weightsOf(whole));
    // Heads of pretext tasks are no part of a network.
    expect(readFileSync(path.join(runFolder, 'model/weights.tensors')).includes('pretext')).toBe(false);
    const courseOf = ({ epochs, bestEpoch }: RunRecord) => [
      bestEpoch,
      epochs.map(({ trainLoss, validationLoss, learningRate, scoredSeparation }) => [
        trainLoss,
        validationLoss,
        learningRate,
        scoredSeparation,
      ]),
    ];
    expect(courseOf(record)).toEqual(courseOf((await engine.open(whole)).record));
  });
});

describe('the ranking after an epoch', () => {
  it('is there for every epoch when all are asked for, with NaN for what cannot be read', async () => {
    await writePictures(source, 30, [7]);
    await writeBroken(source);
    const run = await completed({ epochScores: 'all' });
    const { record, paths, unreadable } = await engine.open(run);
    expect(record.epochs.map(({ scoredSeparation }) => typeof scoredSeparation)).toEqual([
      'number',
      'number',
      'number',
    ]);
    const [first, last] = [await engine.epochScores(run, 1), await engine.epochScores(run, 3)];
    expect(first).toHaveLength(paths.length);
    first.forEach((loss, place) => {
      expect(Number.isNaN(loss), paths[place]).toBe(unreadable[place] !== undefined);
    });
    expect(last).not.toEqual(first);
    expect(readdirSync(path.join(run, 'epochs'))).toEqual(['0001.f32', '0002.f32', '0003.f32']);
    await expect(engine.epochScores(run, 4)).rejects.toMatchObject({ code: 'settings-invalid' });
  });

  it('chooses the epoch whose scores stand out most when that is asked for', async () => {
    await writePictures(source, 40, [7]);
    const run = await completed({ epochs: 6, keepEpoch: 'separation' });
    const { epochs, bestEpoch } = (await engine.open(run)).record;
    const separations = epochs.map(({ scoredSeparation }) => scoredSeparation ?? -Infinity);
    expect(separations.filter(Number.isFinite).length).toBeGreaterThan(2);
    expect(separations[(bestEpoch ?? 0) - 1]).toBe(Math.max(...separations));
  });

  it('is not made when nobody wants it, and that is said', async () => {
    await writePictures(source, 20);
    const run = await completed({ epochScores: 'off' });
    expect(readdirSync(run)).not.toContain('epochs');
    await expect(engine.epochScores(run, 3)).rejects.toThrow(/not ranked after epoch 3.*“all”/);
  });
});

describe('a training that diverges', () => {
  it('stops, says at which step and which rate to try, and resumes with it', async () => {
    await writePictures(source, 40);
    const settings = {
      modelFile: unboundedNetwork(),
      optimizer: 'sgd',
      schedule: 'constant',
      learningRate: 10,
    } as const;
    let record = await scan(settings);
    expect(record.status).toBe('failed');
    expect(record.error?.code).toBe('training-diverged');
    expect(record.error?.message).toMatch(
      /in step \d+ of epoch 1, at a learning rate of up to 10.*learning rate of 1 or less/,
    );
    const { runFolder } = (await engine.listRuns(source))[0] ?? { runFolder: '' };
    for (let attempt = 0; attempt < 4 && record.status === 'failed'; attempt++) {
      await engine.resume(runFolder);
      record = await engine.finished(runFolder);
    }
    expect(record.status).toBe('done');
    expect(record.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(record.epochs[0]?.learningRate).toBeLessThan(2);
  });
});

describe('images beside the source', () => {
  it('that are only scored change nothing in what is learned', async () => {
    await writePictures(source, 30);
    const cats = path.join(folder, 'cats');
    await writePictures(cats, 3, [0, 1, 2]);
    const alone = await completed({}, { out: path.join(folder, 'alone') });
    const joined = await completed({}, { out: path.join(folder, 'joined'), scoreAlso: [cats] });
    expect(weightsOf(joined)).toBe(weightsOf(alone));
    const { scores, paths } = await engine.open(joined);
    expect(paths).toHaveLength(33);
    const column = [...(scores['anomaly'] ?? [])];
    const odd = column.slice(30).map((score) => column.filter((other) => other > score).length);
    expect(Math.max(...odd)).toBeLessThan(3);
  });

  it('that watch the training let all of the source be trained on', async () => {
    await writePictures(source, 40);
    const others = path.join(folder, 'others');
    await writePictures(others, 5);
    const run = await completed({ keepEpoch: 'loss', schedule: 'plateau' }, { validation: others });
    const { epochs, bestEpoch } = (await engine.open(run)).record;
    const losses = epochs.map(({ validationLoss }) => validationLoss ?? NaN);
    expect(losses).toHaveLength(3);
    expect(losses[(bestEpoch ?? 0) - 1]).toBe(Math.min(...losses));
    expect(readdirSync(path.join(run, 'cache'))).toContain('validation.u8');
  });
});

describe('a network with batch normalisation', () => {
  it.each([1, 2, 65])('learns from %i images, and leaves no number undefined', async (count) => {
    await writePictures(source, count);
    const modelFile = network(
      'normalised',
      [
        { type: 'conv', out: 4, kernel: 3, stride: 2, padding: 1 },
        { type: 'batchNorm' },
        { type: 'relu' },
        { type: 'flatten' },
        { type: 'linear', out: 6 },
        { type: 'batchNorm' },
      ],
      [
        { type: 'linear', out: 432 },
        { type: 'batchNorm' },
        { type: 'reshape', channels: 3, height: 12, width: 12 },
        { type: 'sigmoid' },
      ],
    );
    const run = await completed({ modelFile, batchSize: 64, validationFraction: 0 });
    const { record, scores } = await engine.open(run);
    expect(record.epochs.every(({ trainLoss }) => Number.isFinite(trainLoss))).toBe(true);
    expect([...(scores['reconstruction'] ?? [])].every(Number.isFinite)).toBe(true);
  });
});

it('a training that its minutes end has brought its rate down by then, and says why it ended', async () => {
  await writePictures(source, 40, []);
  const { epochs, notes, status } = await scan({ epochs: 10_000, patience: 10_000, minutes: 0.02 });
  expect(status).toBe('done');
  expect(notes.join()).toContain('The 0.02 minutes that training may take were over in epoch');
  const rates = epochs.map(({ learningRate }) => learningRate);
  expect(rates.at(-1)).toBeLessThan(0.05 * defaultSettings.learningRate);
});

it('a run whose process died is told from another one of the same source that is at work', async () => {
  await writePictures(source, 30);
  const dead = await completed({ epochs: 1 }, { out: path.join(folder, 'dead') });
  const file = path.join(dead, 'run.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"status": "done"', '"status": "running"'));
  const { runFolder } = await engine.start(request({ epochs: 500 }, { out: path.join(folder, 'alive') }), 'scan');
  expect((await engine.open(dead)).record.status).toBe('interrupted');
  expect((await engine.open(runFolder)).record.status).toBe('running');
  await engine.stop(runFolder, 'save');
  await engine.finished(runFolder);
});
