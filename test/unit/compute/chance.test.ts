/** Dropout and sampling: chance in training that comes from the seed, and none in evaluation. */
import { describe, expect, it } from 'vitest';
import type { Trainer, TrainerOptions } from '../../../src/engine/compute/backend';
import { OnnxBackend } from '../../../src/engine/compute/onnx/backend';
import { drawNoise, type NoisePlan, planNoise } from '../../../src/engine/compute/network/noise';
import { initialWeights } from '../../../src/engine/model/initial';
import { checkNetwork } from '../../../src/engine/model/shapes';
import type { NetworkSpec } from '../../../src/engine/model/spec';
import { randomImages, smallNetwork, valuesPerImage } from './small-network';

const backend = new OnnxBackend('cpu');
const batchSize = 4;
const images = randomImages(batchSize);

/** With dropout in a residual layer, and sampling. */
const chancy: NetworkSpec = {
  ...smallNetwork,
  name: 'chancy',
  encoder: [
    { type: 'residual', layers: [convolution(3), { type: 'dropout', probability: 0.25 }] },
    { type: 'flatten' },
    { type: 'linear', out: 8 },
    { type: 'sample' },
  ],
};
const plan = checkNetwork(chancy);

function convolution(out: number) {
  return { type: 'conv', out, kernel: 3, stride: 1, padding: 1, bias: true } as const;
}

function open(options: Partial<TrainerOptions> = {}): Promise<Trainer> {
  const weights = initialWeights(plan, 0);
  return backend.createTrainer(chancy, { batchSize, loss: 'mse', weightDecay: 0, threads: 2, weights, ...options });
}

async function train(trainer: Trainer, steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    await trainer.step(images, images, { learningRate: 1e-2, keep: batchSize });
  }
}

describe('a trainer of a network with chance', () => {
  it('gives the same bytes with the same seed, and others with another', async () => {
    const trainers = await Promise.all([open({ seed: 3 }), open({ seed: 3 }), open({ seed: 4 })]);
    for (const trainer of trainers) await train(trainer, 3);
    const [one, same, other] = await Promise.all(trainers.map((trainer) => trainer.weights()));
    for (const trainer of trainers) await trainer.dispose();
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it.each(['adamw', 'adam', 'sgd', 'rmsprop'] as const)(
    'goes on with %s exactly as without the stop',
    async (optimizer) => {
      const [whole, first] = [await open({ optimizer, seed: 5 }), await open({ optimizer, seed: 5 })];
      await train(whole, 5);
      await train(first, 2);
      const [weights, optimizerState] = [await first.weights(), await first.optimizerState()];
      const second = await open({ optimizer, seed: 5, weights, optimizerState });
      await train(second, 3);
      expect(await second.weights()).toEqual(await whole.weights());
      expect(await second.optimizerState()).toEqual(await whole.optimizerState());
      for (const trainer of [whole, first, second]) await trainer.dispose();
    },
  );

  it('draws anew for every step', async () => {
    const trainer = await open();
    const options = { learningRate: 1e-30, keep: batchSize };
    const losses = [await trainer.step(images, images, options), await trainer.step(images, images, options)];
    await trainer.dispose();
    expect(losses[1]).not.toEqual(losses[0]);
  });

  it('adds the divergence, a share of it for each value of the image, to each image’s loss', async () => {
    const lossesWith = async (klWeight: number) => {
      const trainer = await open({ klWeight });
      const losses = await trainer.step(images, images, { learningRate: 1e-3, keep: batchSize });
      await trainer.dispose();
      return losses;
    };
    const [without, once, thrice] = [await lossesWith(0), await lossesWith(1), await lossesWith(3)];
    for (const [image, bare] of without.entries()) {
      const share = (once[image] ?? NaN) - bare;
      expect(share).toBeGreaterThan(0);
      expect((thrice[image] ?? NaN) - bare).toBeCloseTo(3 * share, 6);
      expect(share * valuesPerImage).toBeLessThan(10);
    }
  });
});

describe('a scorer of a network with chance', () => {
  it('has none: the codes are the means', async () => {
    const weights = initialWeights(plan, 0);
    const scorer = await backend.createScorer(chancy, { batchSize, threads: 1, weights, features: false });
    const [one, again] = [await scorer.run(images, batchSize), await scorer.run(images, batchSize)];
    await scorer.dispose();
    // The same without its chance: the first half of the last dense layer makes the means.
    const bare: NetworkSpec = { ...chancy, encoder: chancy.encoder.slice(0, -1), decoder: [...smallNetwork.decoder] };
    const wide = await backend.createScorer(bare, {
      batchSize,
      threads: 1,
      weights: new Map([...weights, ...initialWeights(checkNetwork(bare), 0)]),
      features: false,
    });
    const parameters = await wide.run(images, batchSize);
    await wide.dispose();
    expect(again).toEqual(one);
    expect(scorer.latentSize).toBe(4);
    for (const [place, code] of one.latent.entries()) {
      expect(code).toBeCloseTo(parameters.latent[Math.floor(place / 4) * 8 + (place % 4)] ?? NaN, 5);
    }
  });
});

describe('noise', () => {
  const [dropout, sampling] = planNoise(plan);
  const moments = (values: Float32Array) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length] as const;
  };
  const draw = (noise: NoisePlan | undefined, step: number) =>
    noise === undefined ? new Float32Array() : drawNoise(noise, 100, 1, step);

  it('is planned for layers inside of others', () => {
    expect(planNoise(plan).map(({ layer, shape }) => [layer, shape])).toEqual([
      ['encoder.0.layers.1', [3, 9, 8]],
      ['encoder.3', [4, 1, 1]],
    ]);
  });

  it('drops the wanted share and makes up for it', () => {
    const values = draw(dropout, 1);
    const dropped = values.filter((value) => value === 0).length / values.length;
    expect(dropped).toBeCloseTo(0.25, 1);
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    expect(moments(values)[0]).toBeCloseTo(1, 1);
  });

  it('is standard normal where codes are drawn', () => {
    const [mean, variance] = moments(drawNoise({ layer: 'a', shape: [200, 1, 1], kind: 'normal' }, 100, 0, 1));
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
  });

  it('of one step has nothing to do with that of the next', () => {
    for (const noise of [dropout, sampling]) {
      const [one, next] = [draw(noise, 1), draw(noise, 2)];
      const [[mean, variance], [nextMean]] = [moments(one), moments(next)];
      const covariance = one.reduce((sum, value, place) => sum + (value - mean) * ((next[place] ?? 0) - nextMean), 0);
      expect(Math.abs(covariance / one.length / variance)).toBeLessThan(0.1);
    }
  });
});
