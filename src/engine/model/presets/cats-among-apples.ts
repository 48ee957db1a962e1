/** Many narrow convolutions with resizing between them, after a network that looked for cats among apples. */
import * as l10n from '@vscode/l10n';
import type { Layer } from '../spec';
import { conv, groupNorm, mish, resizeTo, tanh } from './layers';
import { definePreset } from './preset';

export const catsAmongApples = definePreset({
  name: 'cats-among-apples',
  title: l10n.t('Cats among apples'),
  description: l10n.t(
    'For colour images of 100×100 pixels: 14 narrow convolutions, resized between them down to 1×1, and 15 back.',
  ),
  adaptive: false,
  exampleInput: [3, 100, 100],
  sides: 'example',
  channels: 'example',
  options: [],
  build: () => ({
    name: 'cats-among-apples',
    input: { channels: 3, height: 100, width: 100 },
    encoder: [
      ...stage([4, 4], 80),
      ...stage([8, 12], 60),
      ...stage([16, 20], 40),
      ...stage([24, 32], 20),
      ...stage([40, 48], 10),
      ...stage([56, 60], 3),
      ...stage([64], 1),
      ...[conv(64), groupNorm(2), tanh],
    ],
    decoder: [
      ...stage([60], 2),
      ...stage([56], 5),
      ...stage([48, 40, 32], 10),
      ...stage([24, 20], 20),
      ...stage([16, 12], 40),
      ...stage([8, 6], 80),
      ...stage([4, 4], 100),
      ...normed(4),
      ...[conv(3), groupNorm(1), tanh],
    ],
  }),
});

/** Convolutions of these widths, then a resize to this side. */
function stage(widths: readonly number[], side: number): Layer[] {
  return [...widths.flatMap(normed), resizeTo(side)];
}

function normed(out: number): Layer[] {
  return [conv(out), groupNorm(2), mish];
}
