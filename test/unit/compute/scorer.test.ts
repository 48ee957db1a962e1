import { describe, expect, it } from 'vitest';
import * as ort from 'onnxruntime-node';
import { featureNames } from '../../../src/engine/compute/backend';
import { OnnxBackend } from '../../../src/engine/compute/onnx/backend';
import { planFeatures } from '../../../src/engine/compute/network/feature-plan';
import { OnnxMatrixMultiplier } from '../../../src/engine/compute/onnx/matrix';
import { floatsOf } from '../../../src/engine/compute/onnx/session';
import { checkNetwork } from '../../../src/engine/model/shapes';
import type { Layer, NetworkSpec } from '../../../src/engine/model/spec';
import { randomImages, smallNetwork, smallWeights, valuesPerImage } from './small-network';

const backend = new OnnxBackend('cpu');
const images = randomImages(5);

function open(features: boolean, spec: NetworkSpec = smallNetwork) {
  return backend.createScorer(spec, { batchSize: 5, threads: 1, weights: smallWeights(), features });
}

describe('a scorer', () => {
  it('gives an image the same values alone and in a batch', async () => {
    const scorer = await open(true);
    const batch = await scorer.run(images, 5);
    const alone = await scorer.run(images.subarray(4 * valuesPerImage), 1);
    await scorer.dispose();
    expect(batch.reconstruction).toHaveLength(5 * valuesPerImage);
    expect(batch.latent).toHaveLength(5 * scorer.latentSize);
    const pairs = [
      [alone.reconstruction, batch.reconstruction.subarray(4 * valuesPerImage)],
      [alone.latent, batch.latent.subarray(4 * scorer.latentSize)],
      ...featureNames.map((name) => [
        alone.features?.[name],
        batch.features?.[name]?.subarray(4 * scorer.featureSizes[name]),
      ]),
    ];
    for (const [one, other] of pairs) {
      expect(one?.length).toBe(other?.length);
      one?.forEach((value, index) => expect(value).toBeCloseTo(other?.[index] ?? NaN, 5));
    }
  });

  it('gives the same for many images as for a few at a time', async () => {
    const many = randomImages(40);
    const options = { threads: 1, weights: smallWeights(), features: true };
    const scorer = await backend.createScorer(smallNetwork, { ...options, batchSize: 40 });
    const few = await backend.createScorer(smallNetwork, { ...options, batchSize: 5 });
    const whole = await scorer.run(many, 40);
    for (let start = 0; start < 40; start += 5) {
      const part = await few.run(many.subarray(start * valuesPerImage), 5);
      expect(part.latent).toEqual(whole.latent.subarray(start * few.latentSize, (start + 5) * few.latentSize));
      const size = few.featureSizes.encoder;
      expect(part.features?.encoder).toEqual(whole.features?.encoder?.subarray(start * size, (start + 5) * size));
    }
    const fewer = await scorer.run(many, 39);
    expect(fewer.reconstruction).toHaveLength(39 * valuesPerImage);
    await scorer.dispose();
    await few.dispose();
  });

  it('describes the input and every activation’s map by means, deviations and quarter means', async () => {
    // A network whose only stage shows the image unchanged, so that the features can be worked out by hand.
    const spec: NetworkSpec = {
      ...smallNetwork,
      encoder: [{ type: 'relu' }, ...smallNetwork.encoder],
    };
    const weights = new Map([...smallWeights()].map(([name, tensor]) => [shifted(name), tensor] as const));
    const scorer = await backend.createScorer(spec, { batchSize: 5, threads: 1, weights, features: true });
    const { features } = await scorer.run(images, 5);
    const encoder = features?.encoder ?? new Float32Array();
    await scorer.dispose();
    // input: mean and deviation; relu: with quarters; leakyRelu on 4 channels of 5×4: with quarters
    expect(scorer.featureSizes.encoder).toBe(3 * 2 + 3 * 6 + 4 * 6);
    const row = encoder.subarray(2 * scorer.featureSizes.encoder, 3 * scorer.featureSizes.encoder);
    const channel = images.subarray(2 * valuesPerImage + 72, 2 * valuesPerImage + 144); // the second, 9×8
    const mean = average(channel, () => true);
    const deviation = Math.sqrt(channel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / channel.length);
    expect(row[1]).toBeCloseTo(mean, 5);
    expect(row[3 + 1]).toBeCloseTo(deviation, 5);
    expect(row[6 + 1]).toBeCloseTo(mean, 5);
    expect(row[9 + 1]).toBeCloseTo(deviation, 5);
    const quarters = row.subarray(12 + 4, 12 + 8);
    expect(quarters[0]).toBeCloseTo(
      average(channel, (y, x) => y < 5 && x < 4),
      5,
    );
    expect(quarters[3]).toBeCloseTo(
      average(channel, (y, x) => y >= 4 && x >= 4),
      5,
    );
  });

  it('describes the maps of activations inside of other layers as well', async () => {
    const inner: Layer = { type: 'residual', layers: [{ type: 'relu' }] };
    const spec: NetworkSpec = { ...smallNetwork, encoder: [inner, ...smallNetwork.encoder] };
    const weights = new Map([...smallWeights()].map(([name, tensor]) => [shifted(name), tensor] as const));
    const scorer = await backend.createScorer(spec, { batchSize: 5, threads: 1, weights, features: true });
    const { features } = await scorer.run(images, 5);
    const encoder = features?.encoder ?? new Float32Array();
    await scorer.dispose();
    expect(scorer.featureSizes.encoder).toBe(3 * 2 + 3 * 6 + 4 * 6);
    // Images are not negative: the relu shows them as they are.
    for (const place of [0, 1, 2, 3, 4, 5]) expect(encoder[6 + place]).toBe(encoder[place]);
  });

  it('tells of one map whole how the image differs from the reconstruction, with its sign', async () => {
    const spec: NetworkSpec = {
      name: 'draws the largest of each quarter, greyer',
      input: { channels: 1, height: 8, width: 8 },
      encoder: [{ type: 'maxPool', kernel: 4, padding: 0 }, { type: 'relu' }],
      decoder: [{ type: 'resize', scale: 4 }, { type: 'sigmoid' }],
    };
    const scorer = await backend.createScorer(spec, { batchSize: 1, threads: 1, weights: new Map(), features: true });
    const image = Float32Array.from({ length: 64 }, (_, place) => place / 64);
    const { features } = await scorer.run(image, 1);
    await scorer.dispose();
    expect(scorer.stageShape).toEqual([1, 2, 2]);
    const largest = [27, 31, 59, 63].map((place) => place / 64);
    const expected = largest.map((value) => value - 1 / (1 + Math.exp(-value)));
    expect(Math.sign(expected[0] ?? 0)).not.toBe(Math.sign(expected[3] ?? 0));
    expected.forEach((value, place) => {
      expect(features?.stage?.[place]).toBeCloseTo(value, 5);
    });
  });

  it('tells how the decoder draws, and how the reconstruction looks to the encoder', async () => {
    const spec: NetworkSpec = {
      name: 'halves the light',
      input: { channels: 3, height: 8, width: 8 },
      encoder: [{ type: 'relu' }, { type: 'maxPool', kernel: 4, padding: 0 }, { type: 'relu' }],
      decoder: [{ type: 'resize', scale: 4 }, { type: 'relu' }, { type: 'leakyRelu', slope: 0.5 }],
    };
    const scorer = await backend.createScorer(spec, { batchSize: 2, threads: 1, weights: new Map(), features: true });
    const image = Float32Array.from({ length: 192 }, (_, place) => (place % 64) / 64);
    const { features, reconstruction } = await scorer.run(image, 1);
    await scorer.dispose();
    const mean = average(reconstruction.subarray(0, 64), () => true);
    expect(features?.decoder?.[0]).toBeCloseTo(mean, 5);
    // The first relu shows image and reconstruction as they are; the second sees the same largest values in both.
    const difference = average(
      image.subarray(0, 64).map((value, place) => Math.abs(value - (reconstruction[place] ?? NaN))),
      () => true,
    );
    expect(features?.rebuilt?.[0]).toBeCloseTo(Math.log(1e-4 + difference), 4);
    expect(features?.rebuilt?.at(-1)).toBeCloseTo(Math.log(1e-4), 4);
    expect(scorer.featureSizes).toEqual({ encoder: 6 + 36, decoder: 6, rebuilt: 30, stage: 12 });
  });

  it('describes wide networks in at most 3,000 features, and leaves out the widest stages first', () => {
    const stage = (out: number): Layer[] => [conv(out), { type: 'relu' }];
    const planOf = (encoder: Layer[]) =>
      planFeatures(
        checkNetwork({ name: 'wide', input: { channels: 3, height: 8, width: 8 }, encoder, decoder: [conv(3)] }),
      ).encoder;
    const narrow = planOf([...stage(300), ...stage(199)]);
    expect(narrow).toEqual({ names: ['encoder.1', 'encoder.3'], quarters: true });
    expect(planOf([...stage(300), ...stage(200)])).toEqual({ ...narrow, quarters: false });
    const wide = planOf([...stage(800), ...stage(700), ...stage(100)]);
    expect(wide).toEqual({ names: ['encoder.3', 'encoder.5'], quarters: false });
  });

  it('gives and takes 0..1 where black is −1 to the network', async () => {
    const range = '-1..1';
    const identity: NetworkSpec = {
      name: 'identity',
      input: { channels: 3, height: 9, width: 8, range },
      encoder: [{ type: 'branches', join: 'average', branches: [[], []] }],
      decoder: [{ type: 'leakyRelu', slope: 0.5 }],
    };
    const options = { batchSize: 5, threads: 1, weights: new Map(), features: false };
    const scorer = await backend.createScorer(identity, options);
    const { reconstruction, latent } = await scorer.run(images, 5);
    await scorer.dispose();
    for (const [place, value] of images.entries()) {
      const seen = 2 * value - 1;
      expect(latent[place]).toBeCloseTo(seen, 6);
      expect(reconstruction[place]).toBeCloseTo(((seen > 0 ? seen : seen / 2) + 1) / 2, 6);
    }
    const model = await backend.exportModel(identity, new Map(), {});
    const session = await ort.InferenceSession.create(model);
    const outputs = await session.run({ image: new ort.Tensor('float32', images, [5, 3, 9, 8]) });
    expect(floatsOf(outputs['reconstruction'])).toEqual(reconstruction);
    const error = images.reduce((sum, value, place) => sum + (value - (reconstruction[place] ?? NaN)) ** 2, 0);
    const told = floatsOf(outputs['reconstruction_error']).reduce((sum, one) => sum + one, 0);
    expect(told).toBeCloseTo(error / valuesPerImage, 5);
    await session.release();
  });

  it('leaves the features out unless asked', async () => {
    const scorer = await open(false);
    const output = await scorer.run(images, 5);
    await scorer.dispose();
    expect(scorer.featureSizes).toEqual({ encoder: 0, decoder: 0, rebuilt: 0, stage: 0 });
    expect(output.features).toEqual({});
  });

  it('refuses more images than its batch holds', async () => {
    const scorer = await open(false);
    await expect(scorer.run(images, 6)).rejects.toThrow('1 to 5 images');
    await scorer.dispose();
  });
});

describe('an exported model', () => {
  it('scores any number of images as the scorer does, and adds their errors', async () => {
    const model = await backend.exportModel(smallNetwork, smallWeights(), { preset: 'small', 'made-by': 'test' });
    const session = await ort.InferenceSession.create(model);
    expect(session.inputNames).toEqual(['image']);
    expect(session.outputNames).toEqual(['reconstruction', 'latent', 'reconstruction_error']);
    const scorer = await open(false);
    for (const count of [1, 3, 5]) {
      const batch = images.subarray(0, count * valuesPerImage);
      const outputs = await session.run({ image: new ort.Tensor('float32', batch, [count, 3, 9, 8]) });
      const reconstruction = floatsOf(outputs['reconstruction']);
      const scored = await scorer.run(images, count);
      reconstruction.forEach((value, index) => expect(value).toBeCloseTo(scored.reconstruction[index] ?? NaN, 5));
      const errors = floatsOf(outputs['reconstruction_error']);
      expect(errors).toHaveLength(count);
      const first = batch.subarray(0, valuesPerImage);
      const expected = first.reduce((sum, value, index) => sum + (value - (reconstruction[index] ?? NaN)) ** 2, 0);
      expect(errors[0]).toBeCloseTo(expected / valuesPerImage, 5);
    }
    await scorer.dispose();
    await session.release();
  });

  it('carries its metadata in the file', async () => {
    const model = await backend.exportModel(smallNetwork, smallWeights(), { preset: 'small' });
    const { onnx } = await import('onnx-proto');
    const { metadataProps, opsetImport } = onnx.ModelProto.decode(model);
    expect(metadataProps.map(({ key, value }) => [key, value])).toEqual([['preset', 'small']]);
    expect(opsetImport.map(({ domain }) => domain)).toEqual(['']);
  });
});

describe('a matrix multiplier', () => {
  const a = { rows: 2, columns: 3, data: Float32Array.of(1, 2, 3, 4, 5, 6) };

  it('multiplies, transposing either side', async () => {
    const multiplier = new OnnxMatrixMultiplier('cpu', 1);
    const product = await multiplier.multiply(a, a, { transposeB: true });
    expect(product).toEqual({ rows: 2, columns: 2, data: Float32Array.of(14, 32, 32, 77) });
    const square = await multiplier.multiply(a, a, { transposeA: true });
    expect(square).toEqual({ rows: 3, columns: 3, data: Float32Array.of(17, 22, 27, 22, 29, 36, 27, 36, 45) });
    const back = await multiplier.multiply(a, square);
    expect(back.data[0]).toBe(17 + 2 * 22 + 3 * 27);
    await multiplier.dispose();
  });

  it('refuses matrices that do not fit', async () => {
    const multiplier = new OnnxMatrixMultiplier('cpu', 1);
    await expect(multiplier.multiply(a, a)).rejects.toThrow('[2, 3] times [2, 3]');
    await multiplier.dispose();
  });
});

function conv(out: number): Layer {
  return { type: 'conv', out, kernel: 1, stride: 1, padding: 0, bias: true };
}

/** The weights' names with one layer more at the encoder's head. */
function shifted(name: string): string {
  return name.replace(/^encoder\.(\d+)/, (_, place: string) => `encoder.${String(Number(place) + 1)}`);
}

/** Over the places of a 9×8 map that are chosen. */
function average(map: Float32Array, chosen: (y: number, x: number) => boolean): number {
  const values = map.filter((_, index) => chosen(Math.floor(index / 8), index % 8));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
