/** All network scores at once: fitted on a sample of the training images, evaluated in one pass over any images. */
import type { NamedTensors } from '../compute/backend';
import { ErrorHistogram } from './error-histogram';
import { collectSample, passThroughNetwork, type PassOptions } from './network-pass';
import { fitImageFeatures, imageFeatures, imageFeaturesGroup } from './teaching/image-features';
import type { NetworkScore, ScoringTools } from './score';
import { networkScores } from './scores/index';
import { groupNamed, joinGroups } from './statistics-tensors';

/** Raw scores in the order of the given indexes, by score name. */
export type RawColumns = ReadonlyMap<string, Float32Array>;

/** @param options.indexes a bounded sample: its features are held in memory */
export async function fitNetworkScores(options: PassOptions, tools: ScoringTools): Promise<NamedTensors> {
  const sample = await collectSample(options);
  const fitted = new Map<string, NamedTensors>();
  for (const score of networkScores) {
    options.signal.throwIfAborted();
    if (score.fit) fitted.set(groupOf(score), await score.fit(sample, tools));
  }
  fitted.set(imageFeaturesGroup, await fitImageFeatures(sample, tools));
  return joinGroups(fitted);
}

function groupOf({ name, group }: NetworkScore): string {
  return group ?? name;
}

export interface NetworkScoresResult {
  readonly columns: RawColumns;
  readonly errors: ErrorHistogram;
}

export interface ApplyOptions extends PassOptions {
  /** Is given the codes [count, latent] of the images at these places of the cache, batch by batch. */
  readonly onCodes?: ((indexes: Uint32Array, codes: Float32Array) => Promise<void>) | undefined;
  /** Likewise their {@link imageFeatures} [count, columns]. */
  readonly onFeatures?: ((indexes: Uint32Array, rows: Float32Array) => Promise<void>) | undefined;
}

export async function applyNetworkScores(
  options: ApplyOptions,
  statistics: NamedTensors,
  tools: ScoringTools,
): Promise<NetworkScoresResult> {
  const parts = networkScores
    .map((score) => ({
      score,
      statistics: groupNamed(statistics, groupOf(score)),
      column: new Float32Array(options.indexes.length),
    }))
    // A network without maps, or a run of an earlier version, has no statistics for some.
    .filter((part) => part.score.fit === undefined || part.statistics.size > 0);
  const features = options.onFeatures && imageFeatures(statistics, tools);
  const errors = new ErrorHistogram();
  await passThroughNetwork(options, async (batch, start) => {
    for (const part of parts) part.column.set(await part.score.evaluate(batch, part.statistics, tools), start);
    errors.add(batch.squaredErrors);
    const indexes = options.indexes.subarray(start, start + batch.count);
    await options.onCodes?.(indexes, batch.output.latent);
    if (features) await options.onFeatures(indexes, await features.rows(batch));
  });
  return { columns: new Map(parts.map(({ score, column }) => [score.name, column])), errors };
}
