/** Pictures and figures that explain one image: what it is, what the network saw and drew, and where they differ. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { Comparison } from '../../shared/contracts';
import { zColumns, type RunState } from '../pipeline/run-state';
import { writeAtomically } from '../runs/atomic';
import type { ImageShape } from '../scoring/score';
import { contributions, tooEasy } from '../scoring/composite';
import { pixelDistribution } from '../scoring/pixel-distribution';
import { errorColor } from './error-colors';
import { imagePng } from './image-png';
import { readableEntry, readSeenImage, shapeOf } from './seen-image';
import type { ViewedNetwork } from './viewed-network';
import type { ViewedSource } from './viewed-source';

const longestSide = 1024;

export class Comparer {
  constructor(
    private readonly source: ViewedSource,
    private readonly networks: ViewedNetwork,
  ) {}

  async compare(state: RunState, index: number): Promise<Comparison> {
    const { run } = state;
    const entry = readableEntry(state, index);
    await mkdir(run.compare, { recursive: true });
    const files = {
      original: `${index}-original.webp`,
      seen: `${index}-seen.png`,
      reconstruction: `${index}-reconstruction.png`,
      errorMap: `${index}-error.png`,
    };
    const write = (name: string, data: Uint8Array) => writeAtomically(path.join(run.compare, name), data);
    await write(files.original, await this.source.render(state, index, longestSide));

    const shape = shapeOf(state);
    const seen = await readSeenImage(state, index);
    await write(files.seen, await imagePng(seen, shape));
    const common = {
      index,
      original: files.original,
      seen: files.seen,
      contributions: explain(state, index),
      width: entry.width,
      height: entry.height,
    };
    const reconstruction = await this.networks.use(state, async (network) =>
      (await network?.scorer.run(seen, 1))?.reconstruction.slice(0, seen.length),
    );
    if (!reconstruction) return common;

    const errorScale = run.record.errorScale ?? 1;
    const errors = seen.map((value, place) => (value - (reconstruction[place] ?? 0)) ** 2);
    await write(files.reconstruction, await imagePng(reconstruction, shape));
    await write(files.errorMap, await errorPng(errors, shape, errorScale));
    return {
      ...common,
      reconstruction: files.reconstruction,
      errorMap: files.errorMap,
      errorScale,
      pixelDistribution: pixelDistribution(seen, reconstruction, shape[0]),
      meanSquaredError: errors.reduce((sum, error) => sum + error, 0) / errors.length,
      largestSquaredError: errors.reduce((largest, error) => Math.max(largest, error), 0),
    };
  }
}

function explain(state: RunState, index: number): Comparison['contributions'] {
  const z = zColumns(state.run.record.scores, state.raw);
  const weight = state.run.record.scores.find(({ name }) => name === tooEasy)?.weight ?? 1;
  const parts = contributions((score) => z[score]?.[index], weight);
  const total = parts.reduce((sum, { amount }) => sum + amount, 0);
  return parts
    .filter(({ score }) => score === tooEasy || z[score] !== undefined)
    .map(({ score, amount }) => ({
      score,
      z: z[score === tooEasy ? 'reconstruction' : score]?.[index] ?? NaN,
      share: total > 0 ? amount / total : 0,
    }));
}

/** Mean over channels on a scale of square roots, so that small errors can be seen at all. */
async function errorPng(errors: Float32Array, shape: ImageShape, scale: number): Promise<Uint8Array> {
  const [channels, height, width] = shape;
  const area = height * width;
  const pixels = new Uint8Array(3 * area);
  for (let place = 0; place < area; place++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += errors[channel * area + place] ?? 0;
    pixels.set(errorColor(Math.sqrt(sum / channels / Math.max(scale, 1e-12))), 3 * place);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
