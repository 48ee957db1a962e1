import { describe, expect, it } from 'vitest';
import { OnnxBackend } from '../../../src/engine/compute/onnx/backend';
import { initialWeights } from '../../../src/engine/model/initial';
import { parseNetworkSpec } from '../../../src/engine/model/parse';
import { checkNetwork } from '../../../src/engine/model/shapes';
import type { NetworkSpec } from '../../../src/engine/model/spec';
import { randomStream } from '../../../src/shared/random';
import { smallNetwork } from './small-network';

const convolutionalCode: NetworkSpec = parseNetworkSpec(
  JSON.stringify({
    name: 'a code with places, images from -1 to 1',
    input: { channels: 1, height: 6, width: 8, range: '-1..1' },
    encoder: [{ type: 'conv', out: 2, kernel: 2, stride: 2 }],
    decoder: [{ type: 'convTranspose', out: 1, kernel: 2, stride: 2 }, { type: 'tanh' }],
  }),
  'convolutional code',
);

const variational: NetworkSpec = parseNetworkSpec(
  JSON.stringify({
    name: 'variational',
    input: { channels: 1, height: 4, width: 4 },
    encoder: [{ type: 'flatten' }, { type: 'linear', out: 6 }, { type: 'sample' }],
    decoder: [
      {
        type: 'branches',
        branches: [[{ type: 'linear', out: 8 }], [{ type: 'linear', out: 8 }, { type: 'relu' }]],
        join: 'concat',
      },
      { type: 'reshape', channels: 1, height: 4, width: 4 },
      { type: 'sigmoid' },
    ],
  }),
  'variational',
);

const backend = new OnnxBackend('cpu');

function imagesFor({ input }: NetworkSpec, count: number): Float32Array {
  const chance = randomStream(3, 'decoder images');
  const length = count * input.channels * input.height * input.width;
  return Float32Array.from({ length }, () => chance.below(256) / 255);
}

describe('a decoder', () => {
  for (const spec of [smallNetwork, convolutionalCode, variational]) {
    it(`draws from an image's code what the whole network draws: ${spec.name}`, async () => {
      const weights = initialWeights(checkNetwork(spec), 5);
      const scorer = await backend.createScorer(spec, { batchSize: 3, threads: 1, weights, features: false });
      const decoder = await backend.createDecoder(spec, { threads: 1, weights });
      const { reconstruction, latent } = await scorer.run(imagesFor(spec, 3), 3);
      const decoded = await decoder.decode(latent, 3);
      expect(decoder.latentSize).toBe(scorer.latentSize);
      expect(decoded).toHaveLength(reconstruction.length);
      decoded.forEach((value, place) => expect(value).toBeCloseTo(reconstruction[place] ?? NaN, 5));

      const changed = latent.map((value, place) => (place % decoder.latentSize === 0 ? value + 3 : value));
      const edited = await decoder.decode(changed, 3);
      expect(edited.some((value, place) => Math.abs(value - (decoded[place] ?? 0)) > 1e-3)).toBe(true);
      await scorer.dispose();
      await decoder.dispose();
    });
  }
});
