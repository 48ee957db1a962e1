/** Strided convolutions down to 1×1 and transposed ones back, with and without a last layer that cleans their pattern. */
import * as l10n from '@vscode/l10n';
import type { Layer, NetworkSpec } from '../spec';
import { batchNorm, conv, convTranspose, leakyRelu, sigmoid, tanh } from './layers';
import { definePreset } from './preset';

const seven = { kernel: 7, stride: 3 };
const eight = { kernel: 8, stride: 4, padding: 2 };
const four = { kernel: 4, stride: 2, padding: 1 };

const common = {
  adaptive: false,
  exampleInput: [3, 100, 100],
  sides: 'example',
  channels: 'example',
  options: [],
} as const;

export const strided100 = definePreset({
  ...common,
  name: 'strided-100',
  title: l10n.t('Strided, 100×100'),
  description: l10n.t(
    'For colour images of 100×100 pixels: five strided convolutions each way and a layer that cleans up.',
  ),
  build: () =>
    network('strided-100', [convTranspose(4, seven), batchNorm, leakyRelu, convTranspose(3), batchNorm, sigmoid]),
});

export const strided100Plain = definePreset({
  ...common,
  name: 'strided-100-plain',
  title: l10n.t('Strided, 100×100, without cleaning'),
  description: l10n.t('As strided-100, but its last strided layer makes the image itself.'),
  build: () => network('strided-100-plain', [convTranspose(3, seven), batchNorm, sigmoid]),
});

function network(name: string, end: readonly Layer[]): NetworkSpec {
  return {
    name,
    input: { channels: 3, height: 100, width: 100 },
    encoder: [
      ...[conv(4, seven), conv(8, eight), conv(16, four), conv(32, four)].flatMap(activated),
      ...[conv(32, four), batchNorm, tanh],
    ],
    decoder: [
      ...[convTranspose(24, four), convTranspose(12, four), convTranspose(8, four), convTranspose(4, eight)].flatMap(
        activated,
      ),
      ...end,
    ],
  };
}

function activated(layer: Layer): Layer[] {
  return [layer, batchNorm, leakyRelu];
}
