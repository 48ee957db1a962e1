/** Three networks that were trained to find spills on a casting line. Any size works whose sides are multiples of 8. */
import * as l10n from '@vscode/l10n';
import type { FeatureShape, Layer, NetworkSpec } from '../spec';
import { conv, convTranspose, doubled, relu, sigmoid, three } from './layers';
import { definePreset, type Preset } from './preset';

const halving = { ...three, stride: 2 };
const pooled: Layer = { type: 'maxPool', kernel: 2, padding: 0 };

export const metalSpill1 = define(
  'metal-spill-1',
  l10n.t('Metal spill 1'),
  l10n.t('seven convolutions, three more after doublings'),
  {
    encoder: stridedEncoder(),
    decoder: (channels) => [conv(128), ...doublings(channels)],
  },
);

export const metalSpill2 = define(
  'metal-spill-2',
  l10n.t('Metal spill 2'),
  l10n.t('three convolutions with pooling, and a narrow code'),
  {
    encoder: [...[16, 32, 64].flatMap((out): Layer[] => [conv(out), relu, pooled]), conv(16, { kernel: 1 }), relu],
    decoder: (channels) => [up(64), relu, up(32), relu, up(channels), sigmoid],
  },
);

export const metalSpill3 = define(
  'metal-spill-3',
  l10n.t('Metal spill 3'),
  l10n.t('six convolutions and a plain decoder'),
  {
    encoder: stridedEncoder(),
    decoder: doublings,
  },
);

interface Parts {
  readonly encoder: Layer[];
  readonly decoder: (channels: number) => Layer[];
}

function define(name: string, title: string, what: string, { encoder, decoder }: Parts): Preset {
  return definePreset({
    name,
    title,
    description: l10n.t('For small images, 32×32 or another multiple of 8: {0}.', what),
    adaptive: false,
    exampleInput: [3, 32, 32],
    sides: 8,
    channels: 'any',
    options: [],
    build: ([channels, height, width]: FeatureShape): NetworkSpec => ({
      name,
      input: { channels, height, width },
      encoder,
      decoder: decoder(channels),
    }),
  });
}

/** Activated up to the fourth convolution. */
function stridedEncoder(): Layer[] {
  const activated = [conv(32), conv(32, halving), conv(64), conv(64, halving)].flatMap((layer) => [layer, relu]);
  return [...activated, conv(128), conv(128, halving)];
}

function doublings(channels: number): Layer[] {
  return [doubled, conv(64), doubled, conv(32), doubled, conv(channels), sigmoid];
}

function up(out: number): Layer {
  return convTranspose(out, halving, 1);
}
