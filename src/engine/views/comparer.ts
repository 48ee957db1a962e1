/** Pictures and figures that explain one image: what it is, what the network saw and drew, and where they differ. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Comparison } from '../../shared/contracts';
import type { RunState } from '../pipeline/run-state';
import { writeAtomically } from '../runs/atomic';
import { ignoredPixels } from '../scoring/areas';
import { pixelDistribution } from '../scoring/pixel-distribution';
import { errorPng } from './error-picture';
import { explain } from './explanation';
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
      ...explain(state, index),
      width: entry.width,
      height: entry.height,
    };
    const reconstruction = await this.networks.use(state, async (network) =>
      (await network?.scorer.run(seen, 1))?.reconstruction.slice(0, seen.length),
    );
    if (!reconstruction) return common;

    const errorScale = run.record.errorScale ?? 1;
    const ignored = ignoredPixels(run.record.request.settings.areas, shape);
    const counts = (place: number) => ignored?.[place % ignored.length] !== 1;
    const errors = seen.map((value, place) => (counts(place) ? (value - (reconstruction[place] ?? 0)) ** 2 : 0));
    await write(files.reconstruction, await imagePng(reconstruction, shape));
    await write(files.errorMap, await errorPng(errors, shape, errorScale, ignored));
    return {
      ...common,
      reconstruction: files.reconstruction,
      errorMap: files.errorMap,
      errorScale,
      pixelDistribution: pixelDistribution(seen, reconstruction, shape[0]),
      meanSquaredError:
        errors.reduce((sum, error) => sum + error, 0) / errors.filter((_, place) => counts(place)).length,
      largestSquaredError: errors.reduce((largest, error) => Math.max(largest, error), 0),
    };
  }
}
