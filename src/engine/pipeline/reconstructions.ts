/** What a network draws of images, a batch at a time. */
import type { Scorer } from '../compute/backend';
import type { TensorCache } from '../dataset/dataset';
import { overlookIgnored } from '../dataset/ignored-values';

export interface Reconstructions {
  /** Place of the first of them among the indexes. */
  readonly start: number;
  readonly count: number;
  /** [count, channels, height, width] in [0, 1]; both are valid until the next batch. */
  readonly input: Float32Array;
  readonly reconstruction: Float32Array;
}

/** In the order of `indexes`, without errors where these do not count. Throws the signal's reason between two batches. */
export async function* reconstructionsOf(
  scorer: Scorer,
  cache: TensorCache,
  indexes: Uint32Array,
  signal: AbortSignal,
): AsyncGenerator<Reconstructions> {
  const { valuesPerImage, ignored } = cache;
  const buffer = new Float32Array(Math.min(scorer.batchSize, indexes.length) * valuesPerImage);
  for (let start = 0; start < indexes.length; start += scorer.batchSize) {
    signal.throwIfAborted();
    const part = indexes.subarray(start, start + scorer.batchSize);
    const input = buffer.subarray(0, part.length * valuesPerImage);
    cache.read(part, input);
    const { reconstruction } = await scorer.run(input, part.length);
    if (ignored) overlookIgnored(ignored, input, reconstruction, valuesPerImage);
    yield { start, count: part.length, input, reconstruction };
  }
}
