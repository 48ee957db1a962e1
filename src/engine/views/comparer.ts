/** Pictures and figures that explain one image: what it is, what the network saw and drew, and where they differ. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Comparison } from '../../shared/contracts';
import type { ManifestEntry } from '../../shared/run';
import type { RunState } from '../pipeline/run-state';
import { writeAtomically } from '../runs/atomic';
import { pixelDistribution } from '../scoring/pixel-distribution';
import { errorPng, pixelErrors } from './error-picture';
import { explain } from './explanation';
import { imagePng } from './image-png';
import { isThere } from '../runs/is-there';
import { rebuildImage } from './rebuilt-image';
import { readableEntry } from './seen-image';
import type { ViewedNetwork } from './viewed-network';
import type { ViewedSource } from './viewed-source';

const usualSide = 1024;
/** A WebP picture cannot be longer than 16,383 pixels. */
const longestSide = 8192;

export class Comparer {
  constructor(
    private readonly source: ViewedSource,
    private readonly networks: ViewedNetwork,
  ) {}

  async compare(state: RunState, index: number): Promise<Comparison> {
    const { run } = state;
    const entry = readableEntry(state, index);
    await mkdir(run.compare, { recursive: true });
    const write = (name: string, data: Uint8Array) => writePicture(run.compare, `${index}-${name}`, data);
    const original = await write('original.webp', await this.source.render(state, index, sideOf(entry)));

    const { shape, seen, reconstruction, errors, ignored } = await rebuildImage(state, index, this.networks);
    const common = {
      index,
      original,
      seen: await write('seen.png', await imagePng(seen, shape)),
      ...explain(state, index),
      width: entry.width,
      height: entry.height,
    };
    if (!reconstruction || !errors) return common;

    const errorScale = run.record.errorScale ?? 1;
    const counting = ignored ? ignored.filter((pixel) => pixel !== 1).length * shape[0] : errors.length;
    const ofPixels = pixelErrors(errors, shape);
    const ownErrorScale = ofPixels.reduce((largest, error) => Math.max(largest, error), 0);
    return {
      ...common,
      reconstruction: await write('reconstruction.png', await imagePng(reconstruction, shape)),
      errorMap: await write('error.png', await errorPng(ofPixels, shape, errorScale, ignored)),
      errorScale,
      ownErrorMap: await write('own-error.png', await errorPng(ofPixels, shape, ownErrorScale, ignored)),
      ownErrorScale,
      pixelDistribution: pixelDistribution(seen, reconstruction, shape[0]),
      meanSquaredError: errors.reduce((sum, error) => sum + error, 0) / counting,
      largestSquaredError: errors.reduce((largest, error) => Math.max(largest, error), 0),
    };
  }
}

/**
 * By which side an original is shown: as many pixels as a square of {@link usualSide} has, so that of a strip 20,000
 * pixels wide more is left than a line.
 */
function sideOf({ width, height }: ManifestEntry): number {
  const [long, short] = [Math.max(width, height), Math.max(1, Math.min(width, height))];
  return Math.round(Math.min(longestSide, usualSide * Math.sqrt(Math.max(1, long / short))));
}

/**
 * The content is part of the name: pages keep pictures by their address, and scoring anew changes what it shows.
 * @returns the name under which it lies in `folder`
 */
async function writePicture(folder: string, name: string, data: Uint8Array): Promise<string> {
  const { name: base, ext } = path.parse(name);
  const stamped = `${base}-${createHash('sha256').update(data).digest('hex').slice(0, 12)}${ext}`;
  const file = path.join(folder, stamped);
  if (!(await isThere(file))) await writeAtomically(file, data);
  return stamped;
}
