/** Runs the trained network over images once, block by block, and lets the scores look at each block. */
import type { Backbone } from '../compute/backbone';
import type { Matrix, Scorer } from '../compute/backend';
import type { TensorCache } from '../dataset/dataset';
import { overlookIgnored } from '../dataset/ignored-values';
import { MapSample } from './map-sample';
import { PixelMoments } from './pixel-moments';
import { PixelVariance } from './pixel-variance';
import type { NetworkBatch, TrainingSample } from './score';

export interface PassOptions {
  readonly scorer: Scorer;
  readonly backbone?: Backbone | undefined;
  readonly images: TensorCache;
  readonly indexes: Uint32Array;
  /** Where in the statistics' sample these images are: [indexes]; absent: none is in it. */
  readonly sampleRows?: Int32Array;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number) => void;
}

/** Arrays of a batch are valid until `visit` resolves. */
export async function passThroughNetwork(
  { scorer, backbone, images, indexes, sampleRows, signal, onProgress }: PassOptions,
  visit: (batch: NetworkBatch, start: number) => Promise<void> | void,
): Promise<void> {
  const { valuesPerImage: values, ignored } = images;
  const counted = values - (ignored?.places.length ?? 0);
  const [channels, height, width] = images.shape;
  const input = new Float32Array(Math.min(scorer.batchSize, indexes.length) * values);
  const squaredErrors = new Float32Array(input.length);
  const losses = new Float32Array(Math.min(scorer.batchSize, indexes.length));
  for (let start = 0; start < indexes.length; start += scorer.batchSize) {
    signal.throwIfAborted();
    const part = indexes.subarray(start, start + scorer.batchSize);
    const count = part.length;
    const block = input.subarray(0, count * values);
    images.read(part, block);
    const output = await scorer.run(block, count);
    if (ignored) overlookIgnored(ignored, block, output.reconstruction, values);
    for (let image = 0; image < count; image++) {
      let sum = 0;
      for (let place = image * values; place < (image + 1) * values; place++) {
        const square = ((block[place] ?? 0) - (output.reconstruction[place] ?? 0)) ** 2;
        squaredErrors[place] = square;
        sum += square;
      }
      losses[image] = sum / counted;
    }
    await visit(
      {
        count,
        images: block,
        squaredErrors: squaredErrors.subarray(0, count * values),
        losses: losses.subarray(0, count),
        sampleRows: sampleRows?.subarray(start, start + count) ?? new Int32Array(count).fill(-1),
        output,
        ...(backbone && { backbone: await backbone.run(block, count, { channels, height, width }) }),
      },
      start,
    );
    onProgress?.(start + count);
  }
}

/** Everything the scores fit on, for a bounded number of images: memory is images × (latent + features). */
export async function collectSample(options: PassOptions): Promise<TrainingSample> {
  const { scorer, images, indexes } = options;
  const latents = emptyMatrix(indexes.length, scorer.latentSize);
  const { featureSizes, stageShape } = scorer;
  const stages = new MapSample(indexes.length, featureSizes.stage);
  const features = {
    encoder: emptyMatrix(indexes.length, featureSizes.encoder),
    decoder: emptyMatrix(indexes.length, featureSizes.decoder),
    rebuilt: emptyMatrix(indexes.length, featureSizes.rebuilt),
    stage: stages.maps,
  };
  const backbone = options.backbone && emptyMatrix(indexes.length, options.backbone.featureSize);
  const shape = options.backbone?.mapShape;
  const places = shape && new MapSample(indexes.length, shape[0] * shape[1] * shape[2]);
  const allLosses = new Float32Array(indexes.length);
  const variance = new PixelVariance(images.valuesPerImage);
  const pixels = new PixelMoments(images.valuesPerImage);
  await passThroughNetwork(
    options,
    ({ count, images: block, squaredErrors, losses, output, backbone: seen }, start) => {
      latents.data.set(output.latent.subarray(0, count * latents.columns), start * latents.columns);
      for (const name of ['encoder', 'decoder', 'rebuilt'] as const) {
        const { data, columns } = features[name];
        data.set(output.features?.[name]?.subarray(0, count * columns) ?? [], start * columns);
      }
      stages.take(output.features?.stage ?? new Float32Array(), start, count);
      if (seen) backbone?.data.set(seen.features, start * backbone.columns);
      if (seen?.map) places?.take(seen.map, start, count);
      allLosses.set(losses, start);
      variance.add(squaredErrors, losses, count);
      pixels.add(block, count);
    },
  );
  const pixelVariance = variance.result();
  return {
    latents,
    features,
    stageRows: stages.rows,
    ...(stageShape && { stageShape }),
    ...(backbone && { backbone }),
    ...(shape && places && { backboneMaps: { maps: places.maps, rows: places.rows, shape } }),
    losses: allLosses,
    pixelVariance,
    pixels: pixels.result(),
  };
}

function emptyMatrix(rows: number, columns: number): Matrix {
  return { rows, columns, data: new Float32Array(rows * columns) };
}
