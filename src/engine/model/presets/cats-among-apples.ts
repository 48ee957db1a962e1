/** Many narrow convolutions with resizing between them, after a network that looked for cats among apples. */
import type { Layer } from '../spec';
import { conv, groupNorm, mish, resizeTo, tanh } from './layers';
import { definePreset } from './preset';

/** Widths of the convolutions, and between them the sides to resize to. */
const encoderSteps = [
  4,
  4,
  to(80),
  8,
  12,
  to(60),
  16,
  20,
  to(40),
  24,
  32,
  to(20),
  40,
  48,
  to(10),
  56,
  60,
  to(3),
  64,
  to(1),
];
const decoderSteps = [
  60,
  to(2),
  56,
  to(5),
  48,
  40,
  32,
  to(10),
  24,
  20,
  to(20),
  16,
  12,
  to(40),
  8,
  6,
  to(80),
  4,
  4,
  to(100),
  4,
];

export const catsAmongApples = definePreset({
  name: 'cats-among-apples',
  title: 'Cats among apples',
  description:
    'For colour images of 100×100 pixels: 14 narrow convolutions, resized between them down to 1×1, and 15 back.',
  adaptive: false,
  exampleInput: [3, 100, 100],
  sides: 'example',
  channels: 'example',
  options: [],
  build: () => ({
    name: 'cats-among-apples',
    input: { channels: 3, height: 100, width: 100 },
    encoder: [...encoderSteps.flatMap(layersOf), conv(64), groupNorm(2), tanh],
    decoder: [...decoderSteps.flatMap(layersOf), conv(3), groupNorm(1), tanh],
  }),
});

interface Side {
  readonly side: number;
}

function to(side: number): Side {
  return { side };
}

function layersOf(step: number | Side): Layer[] {
  return typeof step === 'number' ? [conv(step), groupNorm(2), mish] : [resizeTo(step.side)];
}
