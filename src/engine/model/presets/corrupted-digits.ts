/** A deep network for handwritten digits, after a course project that hunted corrupted ones. */
import { UserError } from '../../../shared/errors';
import type { FeatureShape, Layer, NetworkSpec } from '../spec';
import type { Preset, PresetOptions } from './preset';

const exampleInput: FeatureShape = [1, 28, 28];
const defaultLatent = 256;

export const corruptedDigits: Preset = {
  name: 'corrupted-digits',
  title: 'Corrupted digits',
  description: 'For grey images of 28×28 pixels: nine convolutions, two dense layers and their mirror image.',
  adaptive: false,
  exampleInput,
  build(input, options): NetworkSpec {
    if (input.join() !== exampleInput.join()) {
      throw new UserError(
        'model-invalid',
        `The preset corrupted-digits works with grey images of 28×28 pixels only, and got ${input.join('×')} (channels×height×width). Choose size 28 and grey, or the preset convolutional.`,
      );
    }
    return {
      name: 'corrupted-digits',
      input: { channels: 1, height: 28, width: 28 },
      encoder: encoderLayers(options),
      decoder: decoderLayers(),
    };
  },
};

function encoderLayers(options: PresetOptions | undefined): Layer[] {
  return [
    ...block([16, 16, 16], 2),
    ...block([32, 32, 32], 2),
    ...block([64, 64, 64], 1),
    { type: 'flatten' },
    { type: 'linear', out: 1024 },
    { type: 'relu' },
    { type: 'linear', out: options?.latent ?? defaultLatent },
    { type: 'batchNorm' },
  ];
}

function decoderLayers(): Layer[] {
  return [
    { type: 'linear', out: 1024 },
    { type: 'relu' },
    { type: 'linear', out: 64 * 7 * 7 },
    { type: 'relu' },
    { type: 'reshape', channels: 64, height: 7, width: 7 },
    ...block([64, 64, 32], 1),
    { type: 'resize', height: 14, width: 14 },
    ...block([32, 32, 16], 1),
    { type: 'resize', height: 28, width: 28 },
    ...block([16, 16], 1),
    { type: 'conv', out: 1, kernel: 1, stride: 1, padding: 0, bias: true },
    { type: 'sigmoid' },
  ];
}

/** 3×3 convolutions with ReLU; the last one has the stride, and batch normalisation before its ReLU. */
function block(widths: readonly number[], lastStride: number): Layer[] {
  return widths.flatMap((out, index): Layer[] => {
    const last = index === widths.length - 1;
    return [
      { type: 'conv', out, kernel: 3, stride: last ? lastStride : 1, padding: 1, bias: true },
      ...(last ? [{ type: 'batchNorm' } as const] : []),
      { type: 'relu' },
    ];
  });
}
