import { afterEach, describe, expect, it } from 'vitest';
import { OnnxBackend } from '../../../src/engine/compute/onnx/backend';
import type { NamedTensors, Trainer } from '../../../src/engine/compute/backend';
import type { TensorCache } from '../../../src/engine/dataset/dataset';
import { initialWeights } from '../../../src/engine/model/initial';
import { checkNetwork } from '../../../src/engine/model/shapes';
import type { NetworkSpec } from '../../../src/engine/model/spec';
import { train, type Observation, type TrainingContext } from '../../../src/engine/training/loop';
import { BatchMaker } from '../../../src/engine/training/images/batch-maker';
import { ImagesBetweenSteps } from '../../../src/engine/training/images/images-between-steps';
import type { ImageFeed } from '../../../src/engine/training/images/image-feed';
import { planTraining } from '../../../src/engine/training/plan';
import { freshState } from '../../../src/engine/training/state';
import { randomStream } from '../../../src/shared/random';
import { defaultSettings, type ScanSettings } from '../../../src/shared/settings';

const shape = [1, 4, 4] as const;
const valuesPerImage = 16;
/** Nothing bounds what it draws. */
const spec: NetworkSpec = {
  name: 'linear',
  input: { channels: 1, height: 4, width: 4 },
  encoder: [{ type: 'flatten' }, { type: 'linear', out: 4 }],
  decoder: [
    { type: 'linear', out: 16 },
    { type: 'reshape', channels: 1, height: 4, width: 4 },
  ],
};

function imagesInMemory(count: number): TensorCache {
  const stream = randomStream(1, 'loop');
  const pixels = Float32Array.from({ length: count * valuesPerImage }, () => stream.below(256) / 255);
  return {
    count,
    shape,
    valuesPerImage,
    read(indexes, out) {
      for (let row = 0; row < indexes.length; row++) {
        const start = (indexes[row] ?? 0) * valuesPerImage;
        out.set(pixels.subarray(start, start + valuesPerImage), row * valuesPerImage);
      }
    },
    close: () => Promise.resolve(),
  };
}

const trainers: Trainer[] = [];
afterEach(async () => {
  for (const trainer of trainers.splice(0)) await trainer.dispose();
});

interface Wish extends Partial<ScanSettings> {
  /** What is observed after each watched epoch. */
  readonly observe?: (epoch: number) => Observation;
  readonly ranked?: readonly number[];
  readonly validateEvery?: number;
  /** Looks at what is taken for each step, and may change it. */
  readonly through?: (images: ImageFeed) => ImageFeed;
  /** A clock by which every step takes a second stops training after so many. */
  readonly seconds?: number;
}

/** Trains on 24 images in batches of 8, none of which is held out. */
async function trainOn({
  observe = () => ({}),
  ranked = [],
  validateEvery = 1,
  through = (images) => images,
  seconds,
  ...more
}: Wish) {
  const settings: ScanSettings = {
    ...defaultSettings,
    schedule: 'constant',
    optimizer: 'sgd',
    learningRate: 0.01,
    batchSize: 8,
    patience: 100,
    validationFraction: 0,
    ...more,
  };
  const plan = { ...planTraining(24, settings), validateEvery };
  const weights = initialWeights(checkNetwork(spec), 0);
  const { loss, optimizer } = settings;
  const backend = new OnnxBackend('cpu');
  const options = { batchSize: plan.batchSize, loss, optimizer, weightDecay: 0, threads: 1, weights };
  const trainer = await backend.createTrainer(spec, options);
  trainers.push(trainer);
  const seen = new Map<number, NamedTensors>();
  const maker = new BatchMaker(imagesInMemory(24), { plan, settings });
  const images = new ImagesBetweenSteps(maker, plan.batchSize * valuesPerImage);
  let taken = 0;
  const context: TrainingContext = {
    trainer,
    plan,
    images: through(timed(images, () => (taken += 1))),
    ...(seconds !== undefined && { budget: { leftMs: () => 1000 * (seconds - taken) } }),
    settings,
    rankedEpochs: new Set(ranked),
    signal: new AbortController().signal,
    isEnough: () => false,
    watch: (current, epoch) => {
      seen.set(epoch, current);
      return Promise.resolve(observe(epoch));
    },
    onStep: () => undefined,
    onEpoch: () => undefined,
  };
  const state = freshState(plan.training.length);
  return { state, seen, run: () => train(context, state), stepsMade: () => taken };
}

function timed(images: ImageFeed, onTaken: () => void): ImageFeed {
  return {
    mostSteps: images.mostSteps,
    ready: (step, count) => images.ready(step, count),
    take: (step) => {
      onTaken();
      return images.take(step);
    },
    close: () => images.close(),
  };
}

describe('training', () => {
  it('keeps the weights of the epoch with the lowest validation loss', async () => {
    const losses = [3, 1, 2];
    const { run, seen } = await trainOn({
      epochs: 3,
      observe: (epoch) => ({ validationLoss: losses[epoch - 1] ?? 0 }),
    });
    const result = await run();
    expect(result.bestEpoch).toBe(2);
    expect(result.weights).toBe(seen.get(2));
  });

  it('keeps, when told to, the weights of the ranked epoch whose scores stand out most', async () => {
    const { run, state } = await trainOn({
      epochs: 4,
      keepEpoch: 'separation',
      ranked: [1, 2, 4],
      observe: (epoch) => ({
        validationLoss: 1 / epoch,
        ...(epoch !== 3 && { scoredSeparation: epoch === 2 ? 9 : 4 }),
      }),
    });
    expect((await run()).bestEpoch).toBe(2);
    expect(state.watched.epoch).toBe(4);
    expect(state.reports.map(({ scoredSeparation }) => scoredSeparation)).toEqual([4, 9, undefined, 4]);
  });

  it('chooses by the training losses when nothing is ranked', async () => {
    const { run, state } = await trainOn({ epochs: 4, keepEpoch: 'separation' });
    const { bestEpoch } = await run();
    const separations = state.reports.map(({ separation = NaN }) => separation);
    expect(separations[bestEpoch - 1]).toBe(Math.max(...separations));
  });

  it('stops when patience is over, and drops the rate of a plateau before', async () => {
    const { run, state } = await trainOn({
      epochs: 50,
      patience: 6,
      schedule: 'plateau',
      scheduleEvery: 2,
      observe: (epoch) => ({ validationLoss: epoch < 3 ? 1 / epoch : 1 }),
    });
    expect((await run()).bestEpoch).toBe(2);
    const rates = state.reports.map(({ learningRate }) => Number(learningRate.toPrecision(6)));
    expect(rates).toEqual([0.01, 0.01, 0.01, 0.01, 0.01, 1e-3, 1e-3, 1e-3]);
  });

  it('looks once more before patience ends it between two looks', async () => {
    const { run, seen } = await trainOn({
      epochs: 12,
      patience: 3,
      ranked: [1],
      validateEvery: 50,
      observe: (epoch) => ({ validationLoss: 1 / Math.min(epoch, 7) }),
    });
    const { bestEpoch } = await run();
    expect([...seen.keys()]).toEqual([1, 4, 7, 10]);
    expect(bestEpoch).toBe(7);
  });

  it('takes the batches of all steps in their order, and learns from what their images were changed to', async () => {
    const taken: number[] = [];
    const { run, state } = await trainOn({
      epochs: 2,
      learningRate: 1e-6,
      through: (images) => ({
        mostSteps: images.mostSteps,
        ready: (step, count) => images.ready(step, count),
        take: (step) => {
          taken.push(step);
          const { input } = images.take(step);
          return { input, target: new Float32Array(input.length).fill(5) };
        },
        close: () => images.close(),
      }),
    });
    await run();
    expect(taken).toEqual([0, 1, 2, 3, 4, 5]);
    expect(state.reports[0]?.trainLoss).toBeGreaterThan(15);
  });

  it('reports the mean over images', async () => {
    const { run, state } = await trainOn({ epochs: 1 });
    await run();
    expect([...state.losses].every(Number.isFinite)).toBe(true);
    const mean = [...state.losses].reduce((sum, loss) => sum + loss, 0) / state.losses.length;
    expect(state.reports[0]?.trainLoss).toBeCloseTo(mean, 10);
  });
});

describe('training for so many minutes', () => {
  const oneCycle: Wish = { schedule: 'one-cycle', learningRate: 0.01, epochs: 40 };

  it('goes through the whole schedule in the time there is', async () => {
    const { run, state, stepsMade } = await trainOn({ ...oneCycle, seconds: 30 });
    expect(await run()).toMatchObject({ isOutOfTime: true });
    expect(stepsMade()).toBe(30);
    const rates = state.reports.map(({ learningRate }) => learningRate);
    expect(Math.max(...rates)).toBeGreaterThan(0.009);
    expect(rates.at(-1)).toBeLessThan(1e-4);
  });

  it('leaves time for looking at what was held out', async () => {
    const { run, stepsMade } = await trainOn({ ...oneCycle, validationFraction: 0.5, seconds: 30 });
    await run();
    expect(stepsMade()).toBeGreaterThan(25);
    expect(stepsMade()).toBeLessThan(30);
  });

  it('begins to leave out the worst after a sixth of the time', async () => {
    const { run, state } = await trainOn({ ...oneCycle, seconds: 12 });
    await run();
    expect(state.epoch).toBeLessThan(6);
    expect(state.leftOut).toContain(1);
  });

  it('changes nothing when there is time enough', async () => {
    const [limited, free] = [await trainOn({ ...oneCycle, seconds: 500 }), await trainOn(oneCycle)];
    const result = await limited.run();
    expect(result.isOutOfTime).toBe(false);
    expect(result.weights).toEqual((await free.run()).weights);
    expect(limited.state.ahead).toBe(0);
  });

  it('ends a schedule that has no end of its own where it stands', async () => {
    const { run, state, stepsMade } = await trainOn({ schedule: 'exponential', epochs: 40, seconds: 30 });
    await run();
    expect(stepsMade()).toBe(30);
    expect(state.reports.at(-1)?.learningRate).toBeCloseTo(0.01 * 0.95 ** 9);
  });

  it('is looked at where it ended when the epochs are compared by their rankings', async () => {
    const ranked = { keepEpoch: 'separation', ranked: [1, 40], seconds: 31 } as const;
    const { run, state } = await trainOn({
      ...oneCycle,
      ...ranked,
      observe: (epoch) => ({ scoredSeparation: epoch }),
    });
    expect((await run()).bestEpoch).toBe(state.epoch);
    expect(state.epoch).toBe(11);
  });
});

describe('training at a huge rate', () => {
  it('stops at the step whose loss is no finite number', async () => {
    const { run, state } = await trainOn({ epochs: 5, learningRate: 1e6 });
    const failure = run();
    await expect(failure).rejects.toMatchObject({ code: 'training-diverged' });
    await expect(failure).rejects.toThrow(/in step \d of epoch \d, .* 1000000: .* 100000 or less/);
    expect(state.stepInEpoch).toBeLessThan(3);
  });

  it('stops when the weights overflow although every loss was a number', async () => {
    const { run, state } = await trainOn({ epochs: 1, batchSize: 24, learningRate: 1e39 });
    await expect(run()).rejects.toThrow(/^The weights became infinite in step 1 of epoch 1/);
    expect([...state.losses].every(Number.isFinite)).toBe(true);
    expect(state.kept).toBeUndefined();
  });

  it('stops when only the validation loss is no finite number, with what was kept before', async () => {
    const { run, state } = await trainOn({
      epochs: 5,
      observe: (epoch) => ({ validationLoss: epoch < 3 ? 1 / epoch : Infinity }),
    });
    await expect(run()).rejects.toThrow(/^The validation loss became Infinity in step 3 of epoch 3.*after epoch 2/);
    expect(state.kept?.epoch).toBe(2);
  });
});
