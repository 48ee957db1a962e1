/**
 * Networks for faces: dense, convolutional, variational, with a residual encoder, and with several encoders side by
 * side. Black is −1 and white 1, and all end in tanh.
 */
import * as l10n from '@vscode/l10n';
import type { FeatureShape, Layer } from '../spec';
import { conv, convTranspose, batchNorm, flatten, leakyRelu, linear, relu, tanh } from './layers';
import { definePreset, type Preset } from './preset';

const defaultLatent = 128;
const four = { kernel: 4, stride: 2, padding: 1 };
const widest = 256;

export const facesLinear = define(
  'faces-linear',
  l10n.t('Faces, dense'),
  l10n.t('three dense layers each way'),
  'any',
  {
    encoder: (_input, latent) => [...denseEncoder([512, 256]), linear(latent)],
    decoder: denseDecoder,
  },
);

export const facesConvolutional = define(
  'faces-convolutional',
  l10n.t('Faces, convolutional'),
  l10n.t('four strided convolutions each way and a dense code between them'),
  16,
  {
    encoder: (_input, latent) => [...convolutions(4, 1), flatten, linear(latent)],
    decoder: convolutionalDecoder,
  },
);

export const facesVariational = define(
  'faces-variational',
  l10n.t('Faces, variational'),
  l10n.t('as faces-convolutional, with a code that is drawn from a normal distribution'),
  16,
  {
    encoder: (_input, latent) => [...convolutions(4, 1), flatten, linear(2 * latent), { type: 'sample' }],
    decoder: convolutionalDecoder,
  },
);

export const facesResnet = define(
  'faces-resnet',
  l10n.t('Faces, residual'),
  l10n.t('an encoder of eight residual blocks'),
  16,
  {
    encoder: (_input, latent) => [
      ...[conv(32), batchNorm, relu],
      ...[32, 64, 128, widest].flatMap((out, stage) => [
        ...residual(out, 2, stage === 0 ? 32 : out / 2),
        ...residual(out, 1, out),
      ]),
      ...[flatten, linear(latent)],
    ],
    decoder: convolutionalDecoder,
  },
);

export const facesThreeLinear = define(
  'faces-three-linear',
  l10n.t('Faces, three dense encoders'),
  l10n.t('three dense encoders into one dense decoder'),
  'any',
  {
    encoder: (_input, latent) =>
      joined([denseEncoder([256, 128]), denseEncoder([256, 128]), denseEncoder([256, 128])], latent),
    decoder: denseDecoder,
  },
);

export const facesThreeConvolutional = define(
  'faces-three-convolutional',
  l10n.t('Faces, three convolutional encoders'),
  l10n.t('three convolutional encoders with windows of 4, 6 and 8 pixels into one convolutional decoder'),
  16,
  {
    encoder: (_input, latent) =>
      joined([convolutions(4, 1), convolutions(6, 2), convolutions(8, 3)].map(flattened), latent),
    decoder: convolutionalDecoder,
  },
);

export const facesMixed = define(
  'faces-mixed',
  l10n.t('Faces, dense and convolutional encoders'),
  l10n.t('two dense encoders and a convolutional one into one dense decoder'),
  16,
  {
    encoder: (_input, latent) =>
      joined([denseEncoder([256, 128]), denseEncoder([256, 128]), flattened(convolutions(4, 1))], latent),
    decoder: denseDecoder,
  },
);

interface Parts {
  readonly encoder: (input: FeatureShape, latent: number) => Layer[];
  readonly decoder: (input: FeatureShape) => Layer[];
}

function define(
  name: string,
  title: string,
  what: string,
  sides: Preset['sides'],
  { encoder, decoder }: Parts,
): Preset {
  return definePreset({
    name,
    title,
    description:
      sides === 'any'
        ? l10n.t('For colour images of 64×64 pixels: {0}.', what)
        : l10n.t('For colour images of 64×64 pixels or another multiple of 16: {0}.', what),
    adaptive: false,
    exampleInput: [3, 64, 64],
    sides,
    channels: 'any',
    options: ['latent'],
    build: (input, { latent = defaultLatent }) => ({
      name,
      input: { channels: input[0], height: input[1], width: input[2], range: '-1..1' },
      encoder: encoder(input, latent),
      decoder: decoder(input),
    }),
  });
}

function denseEncoder(widths: readonly number[]): Layer[] {
  return [flatten, ...widths.flatMap((out) => [linear(out), relu])];
}

function denseDecoder([channels, height, width]: FeatureShape): Layer[] {
  return [
    ...[256, 512].flatMap((out) => [linear(out), relu]),
    linear(channels * height * width),
    { type: 'reshape', channels, height, width },
    tanh,
  ];
}

/** Four convolutions that halve the image, to a sixteenth of its sides. */
function convolutions(kernel: number, padding: number): Layer[] {
  return [32, 64, 128, widest].flatMap((out) => [conv(out, { kernel, stride: 2, padding }), batchNorm, leakyRelu]);
}

function convolutionalDecoder([channels, height, width]: FeatureShape): Layer[] {
  const [lowest, narrowest] = [height / 16, width / 16];
  return [
    linear(widest * lowest * narrowest),
    { type: 'reshape', channels: widest, height: lowest, width: narrowest },
    ...[128, 64, 32].flatMap((out) => [convTranspose(out, four), batchNorm, relu]),
    ...[convTranspose(channels, four), tanh],
  ];
}

/** Two convolutions beside the way past them, which changes its shape by a convolution of single pixels where it must. */
function residual(out: number, stride: number, arriving: number): Layer[] {
  const same = stride === 1 && arriving === out;
  return [
    {
      type: 'residual',
      layers: [conv(out, { kernel: 3, stride, padding: 1 }), batchNorm, relu, conv(out), batchNorm],
      ...(!same && { shortcut: [conv(out, { kernel: 1, stride }), batchNorm] }),
    },
    relu,
  ];
}

function flattened(layers: readonly Layer[]): Layer[] {
  return [...layers, flatten];
}

/** The encoders' vectors behind one another, and a dense layer that makes the code of them. */
function joined(branches: Layer[][], latent: number): Layer[] {
  return [{ type: 'branches', branches, join: 'concat' }, linear(latent)];
}
