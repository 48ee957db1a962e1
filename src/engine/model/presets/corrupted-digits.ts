/** A deep network for handwritten digits, after a course project that hunted corrupted ones. */
import * as l10n from '@vscode/l10n';
import type { Layer } from '../spec';
import { batchNorm, conv, flatten, linear, relu, resizeTo, sigmoid, three } from './layers';
import { definePreset, type PresetOptions } from './preset';

const defaultLatent = 256;

export const corruptedDigits = definePreset({
  name: 'corrupted-digits',
  title: l10n.t('Corrupted digits'),
  description: l10n.t('For grey images of 28×28 pixels: nine convolutions, two dense layers and their mirror image.'),
  adaptive: false,
  exampleInput: [1, 28, 28],
  sides: 'example',
  channels: 'example',
  options: ['latent', 'resize'],
  build: (_input, options) => ({
    name: 'corrupted-digits',
    input: { channels: 1, height: 28, width: 28 },
    encoder: encoderLayers(options),
    decoder: decoderLayers(options),
  }),
});

function encoderLayers({ latent = defaultLatent }: PresetOptions): Layer[] {
  return [
    ...block([16, 16, 16], 2),
    ...block([32, 32, 32], 2),
    ...block([64, 64, 64], 1),
    ...[flatten, linear(1024), relu],
    ...[linear(latent), batchNorm],
  ];
}

function decoderLayers({ resize }: PresetOptions): Layer[] {
  return [
    ...[linear(1024), relu, linear(64 * 7 * 7), relu],
    { type: 'reshape', channels: 64, height: 7, width: 7 },
    ...block([64, 64, 32], 1),
    resizeTo(14, 14, resize),
    ...block([32, 32, 16], 1),
    resizeTo(28, 28, resize),
    ...block([16, 16], 1),
    conv(1, { kernel: 1 }),
    sigmoid,
  ];
}

/** 3×3 convolutions with ReLU; the last one has the stride, and batch normalisation before its ReLU. */
function block(widths: readonly number[], lastStride: number): Layer[] {
  return widths.flatMap((out, index) =>
    index === widths.length - 1 ? [conv(out, { ...three, stride: lastStride }), batchNorm, relu] : [conv(out), relu],
  );
}
