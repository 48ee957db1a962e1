/** What every backend's self-test trains. */
import type { NetworkSpec } from '../model/spec';
import { randomImages } from './random-images';

/** One of everything that the presets use, with whole blocks of channels. */
export const testNetwork: NetworkSpec = {
  name: 'self-test',
  input: { channels: 2, height: 6, width: 7 },
  encoder: [
    { type: 'conv', out: 16, kernel: 3, stride: 2, padding: 1, bias: true },
    { type: 'batchNorm' },
    { type: 'leakyRelu', slope: 0.1 },
    { type: 'conv', out: 16, kernel: 3, stride: 1, padding: 1, bias: false },
    { type: 'relu' },
    { type: 'flatten' },
    { type: 'linear', out: 5 },
  ],
  decoder: [
    { type: 'linear', out: 192 },
    { type: 'reshape', channels: 16, height: 3, width: 4 },
    { type: 'resize', height: 6, width: 7 },
    { type: 'conv', out: 2, kernel: 3, stride: 1, padding: 1, bias: true },
    { type: 'sigmoid' },
  ],
};

export const batchSize = 4;

export function testImages(): Float32Array {
  const { channels, height, width } = testNetwork.input;
  return randomImages(batchSize * channels * height * width, 'self-test images');
}
