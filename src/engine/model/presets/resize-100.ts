/** Resizing instead of strides: five convolutions down to 1×1 and six transposed ones back. */
import * as l10n from '@vscode/l10n';
import type { Layer } from '../spec';
import { conv, convTranspose, groupNorm, mish, resizeTo, tanh } from './layers';
import { definePreset } from './preset';

export const resize100 = definePreset({
  name: 'resize-100',
  title: l10n.t('Resized, 100×100'),
  description: l10n.t(
    'For colour images of 100×100 pixels: few convolutions, resized between them down to 1×1 and back.',
  ),
  adaptive: false,
  exampleInput: [3, 100, 100],
  sides: 'example',
  channels: 'example',
  options: [],
  build: () => ({
    name: 'resize-100',
    input: { channels: 3, height: 100, width: 100 },
    encoder: [
      ...normed(conv(4), 2),
      resizeTo(50),
      ...normed(conv(8), 2),
      resizeTo(10),
      ...normed(conv(16, { kernel: 1, padding: 1 }), 4),
      ...normed(conv(32), 8),
      resizeTo(1),
      ...[conv(32), groupNorm(8), tanh],
    ],
    decoder: [
      ...normed(convTranspose(24), 4),
      resizeTo(5),
      ...normed(convTranspose(12), 4),
      resizeTo(10),
      ...normed(convTranspose(8), 2),
      resizeTo(40),
      ...normed(convTranspose(4), 2),
      resizeTo(80),
      ...normed(convTranspose(4), 2),
      resizeTo(100),
      ...[convTranspose(3), groupNorm(3), tanh],
    ],
  }),
});

function normed(layer: Layer, groups: number): Layer[] {
  return [layer, groupNorm(groups), mish];
}
