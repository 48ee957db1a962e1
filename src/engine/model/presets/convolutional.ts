/** The default: halves the image until 4×4 is left, so that its depth follows the image's size. */
import * as l10n from '@vscode/l10n';
import type { FeatureShape, Layer, NetworkSpec } from '../spec';
import { resizeTo } from './layers';
import { definePreset, type PresetOptions } from './preset';

const firstWidth = 16;
const largestWidth = 128;
const smallestSide = 4;
const defaultLatent = 32;

export const convolutional = definePreset({
  name: 'convolutional',
  title: l10n.t('Convolutional'),
  description: l10n.t('Adapts its depth to the image size. Small, quick to train, right for most folders.'),
  adaptive: true,
  exampleInput: [3, 64, 64],
  sides: 'any',
  channels: 'any',
  options: ['latent', 'resize'],
  build(input, options): NetworkSpec {
    const [channels, height, width] = input;
    const stages = encoderStages(input);
    return {
      name: 'convolutional',
      input: { channels, height, width },
      encoder: encoderLayers(stages, options),
      decoder: decoderLayers(input, stages, options),
    };
  },
});

/** The shape after each halving; at least one, so that there is always a map to look at. */
function encoderStages([, height, width]: FeatureShape): FeatureShape[] {
  const stages: FeatureShape[] = [];
  let stage: FeatureShape = [firstWidth, halved(height), halved(width)];
  stages.push(stage);
  while (Math.max(stage[1], stage[2]) > smallestSide) {
    stage = [Math.min(largestWidth, 2 * stage[0]), halved(stage[1]), halved(stage[2])];
    stages.push(stage);
  }
  return stages;
}

function halved(side: number): number {
  return Math.ceil(side / 2);
}

function encoderLayers(stages: readonly FeatureShape[], options: PresetOptions): Layer[] {
  return [
    ...stages.flatMap(([out]) => convolution(out, 2)),
    { type: 'flatten' },
    { type: 'linear', out: options.latent ?? defaultLatent },
  ];
}

/** The encoder's stages backwards, each doubling by a resize: no checkerboards. */
function decoderLayers(input: FeatureShape, stages: readonly FeatureShape[], { resize }: PresetOptions): Layer[] {
  const [channels, height, width] = stages.at(-1) ?? input;
  const sizes = [input, ...stages.slice(0, -1)].reverse();
  return [
    { type: 'linear', out: channels * height * width },
    { type: 'reshape', channels, height, width },
    ...sizes.flatMap((size, step): Layer[] => {
      const out = Math.max(firstWidth, channels / 2 ** (step + 1));
      return [resizeTo(size[1], size[2], resize), ...convolution(out, 1)];
    }),
    { type: 'conv', out: input[0], kernel: 3, stride: 1, padding: 1, bias: true },
    { type: 'sigmoid' },
  ];
}

/** Batch normalisation takes off any constant, so the convolution has no bias. */
function convolution(out: number, stride: number): Layer[] {
  return [
    { type: 'conv', out, kernel: 3, stride, padding: 1, bias: false },
    { type: 'batchNorm' },
    { type: 'leakyRelu', slope: 0.1 },
  ];
}
