/** Runs the trained network over images once, block by block, and lets the scores look at each block. */
import { evenSample } from '../../shared/even-sample';
import type { Backbone } from '../compute/backbone';
import type { Matrix, Scorer } from '../compute/backend';
import type { TensorCache } from '../dataset/dataset';
import { overlookIgnored } from '../dataset/ignored-values';
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

/** Maps that the statistics are fitted on are held in memory: 48 MB of them. */
const largestStageValues = 12_000_000;

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
  const stageRows = evenSample(indexes.length, Math.floor(largestStageValues / Math.max(1, featureSizes.stage)));
  const features = {
    encoder: emptyMatrix(indexes.length, featureSizes.encoder),
    decoder: emptyMatrix(indexes.length, featureSizes.decoder),
    rebuilt: emptyMatrix(indexes.length, featureSizes.rebuilt),
    stage: emptyMatrix(stageRows.length, featureSizes.stage),
  };
  const backbone = options.backbone && emptyMatrix(indexes.length, options.backbone.featureSize);
  let stagesSeen = 0;
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
      const { stage } = features;
      for (; (stageRows[stagesSeen] ?? Infinity) < start + count; stagesSeen++) {
        const from = ((stageRows[stagesSeen] ?? 0) - start) * stage.columns;
        stage.data.set(output.features?.stage?.subarray(from, from + stage.columns) ?? [], stagesSeen * stage.columns);
      }
      if (seen) backbone?.data.set(seen, start * backbone.columns);
      allLosses.set(losses, start);
      variance.add(squaredErrors, losses, count);
      pixels.add(block, count);
    },
  );
  const pixelVariance = variance.result();
  return {
    latents,
    features,
    stageRows,
    ...(stageShape && { stageShape }),
    ...(backbone && { backbone }),
    losses: allLosses,
    pixelVariance,
    pixels: pixels.result(),
  };
}

function emptyMatrix(rows: number, columns: number): Matrix {
  return { rows, columns, data: new Float32Array(rows * columns) };
}
