import type { Tensor } from '../../../src/engine/model/tensors';
import { initialWeights } from '../../../src/engine/model/initial';
import { checkNetwork } from '../../../src/engine/model/shapes';
import type { NetworkSpec } from '../../../src/engine/model/spec';
import { randomStream } from '../../../src/shared/random';

/** Everything that keeps state, on maps small enough for quick tests: 3×9×8, latent 4. */
export const smallNetwork: NetworkSpec = {
  name: 'small',
  input: { channels: 3, height: 9, width: 8 },
  encoder: [
    { type: 'conv', out: 4, kernel: 3, stride: 2, padding: 1, bias: false },
    { type: 'batchNorm' },
    { type: 'leakyRelu', slope: 0.1 },
    { type: 'flatten' },
    { type: 'linear', out: 4 },
  ],
  decoder: [
    { type: 'linear', out: 80 },
    { type: 'reshape', channels: 4, height: 5, width: 4 },
    { type: 'resize', height: 9, width: 8 },
    { type: 'conv', out: 3, kernel: 3, stride: 1, padding: 1, bias: true },
    { type: 'sigmoid' },
  ],
};

export const valuesPerImage = 3 * 9 * 8;

export function smallWeights(seed = 0): ReadonlyMap<string, Tensor> {
  return initialWeights(checkNetwork(smallNetwork), seed);
}

/** [count, 3, 9, 8] in 0..1 */
export function randomImages(count: number, name = 'images'): Float32Array {
  const stream = randomStream(0, name);
  return Float32Array.from({ length: count * valuesPerImage }, () => stream.below(256) / 255);
}
