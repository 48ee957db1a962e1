/** Pictures and figures that explain one image: what it is, what the network saw and drew, and where they differ. */
import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { Comparison } from '../../shared/contracts';
import { UserError } from '../../shared/errors';
import type { Scorer } from '../compute/backend';
import { selectBackend } from '../compute/select';
import { openTensorCache } from '../dataset/tensor-cache';
import { readModel } from '../pipeline/model-files';
import { zColumns, type RunState } from '../pipeline/run-state';
import { writeAtomically } from '../runs/atomic';
import type { ImageShape } from '../scoring/score';
import { contributions, tooEasy } from '../scoring/composite';
import { errorColor } from './error-colors';
import type { ViewedSource } from './viewed-source';

const longestSide = 1024;

export class Comparer {
  #scorer: { readonly folder: string; readonly made: Promise<Scorer | undefined> } | undefined;

  constructor(private readonly source: ViewedSource) {}

  async compare(state: RunState, index: number): Promise<Comparison> {
    const { run, manifest } = state;
    const entry = manifest[index];
    if (!entry) throw new UserError('internal', `The run has no image ${index}.`);
    if (entry.error !== undefined) throw new UserError('source-unreadable', `${entry.path}: ${entry.error}.`);
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
    const seen = await this.#pixels(state, index, shape);
    await write(files.seen, await imagePng(seen, shape));
    const common = {
      index,
      original: files.original,
      seen: files.seen,
      contributions: explain(state, index),
      width: entry.width,
      height: entry.height,
    };
    const scorer = await this.#scorerOf(state);
    if (!scorer) return common;

    const { reconstruction } = await scorer.run(seen, 1);
    const errorScale = run.record.errorScale ?? 1;
    const errors = seen.map((value, place) => (value - (reconstruction[place] ?? 0)) ** 2);
    await write(files.reconstruction, await imagePng(reconstruction.slice(0, seen.length), shape));
    await write(files.errorMap, await errorPng(errors, shape, errorScale));
    return {
      ...common,
      reconstruction: files.reconstruction,
      errorMap: files.errorMap,
      errorScale,
      meanSquaredError: errors.reduce((sum, error) => sum + error, 0) / errors.length,
      largestSquaredError: errors.reduce((largest, error) => Math.max(largest, error), 0),
    };
  }

  /** The run is worked on again: its model will change. */
  forget(folder: string): void {
    if (this.#scorer?.folder !== folder) return;
    const earlier = this.#scorer;
    this.#scorer = undefined;
    void earlier.made.then((scorer) => scorer?.dispose()).catch(() => undefined);
  }

  async #pixels(state: RunState, index: number, shape: ImageShape): Promise<Float32Array> {
    const cache = await openTensorCache(state.run.cacheFile('images'), state.manifest.length, shape);
    try {
      const pixels = new Float32Array(cache.valuesPerImage);
      cache.read([index], pixels);
      return pixels;
    } finally {
      await cache.close();
    }
  }

  /** None before the network is trained. */
  async #scorerOf(state: RunState): Promise<Scorer | undefined> {
    const { folder, record } = state.run;
    if (record.errorScale === undefined) return undefined;
    const current = this.#scorer;
    if (current?.folder === folder) return current.made;
    if (current) this.forget(current.folder);
    const made = createScorer(state);
    this.#scorer = { folder, made };
    made.catch(() => {
      if (this.#scorer?.made === made) this.#scorer = undefined;
    });
    return made;
  }
}

/** One image is drawn fastest on the CPU, whatever device trained the network. */
async function createScorer(state: RunState): Promise<Scorer> {
  const model = await readModel(state.run);
  const threads = os.availableParallelism();
  const { backend } = await selectBackend({ backend: 'auto', device: 'cpu', threads });
  return backend.createScorer(model.spec, { batchSize: 1, threads, weights: model.weights, encoderFeatures: false });
}

function shapeOf({ run }: RunState): ImageShape {
  const { inputShape } = run.record;
  if (!inputShape) throw new UserError('run-invalid', `The run ${run.folder} has not read its images yet.`);
  return inputShape;
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

/** [channels, height, width] in [0, 1] as a PNG. */
async function imagePng(values: Float32Array, [channels, height, width]: ImageShape): Promise<Uint8Array> {
  const area = height * width;
  const pixels = new Uint8Array(channels * area);
  for (let channel = 0; channel < channels; channel++) {
    for (let place = 0; place < area; place++) {
      const value = Math.min(1, Math.max(0, values[channel * area + place] ?? 0));
      pixels[place * channels + channel] = Math.round(255 * value);
    }
  }
  const raw = { width, height, channels: channels === 1 ? 1 : 3 } as const;
  return sharp(pixels, { raw }).png().toBuffer();
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
