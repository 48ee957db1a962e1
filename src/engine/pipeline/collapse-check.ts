/** Tells a network that draws the same for every image, whose scores would look like any others. */
import type { Scorer } from '../compute/backend';
import { pixelDistribution } from '../scoring/pixel-distribution';
import type { Part } from './images';
import { evenSample } from './joined-cache';
import type { Stage } from './stage';

const sampleSize = 64;

/** Adds a note to the run when most reconstructions of a sample are nearly one value. */
export async function noteCollapse(stage: Stage, scorer: Scorer, { cache, readable }: Part): Promise<void> {
  const indexes = evenSample(readable.length, sampleSize).map((position) => readable[position] ?? 0);
  const values = cache.valuesPerImage;
  const block = new Float32Array(Math.min(scorer.batchSize, indexes.length) * values);
  let collapsed = 0;
  for (let start = 0; start < indexes.length; start += scorer.batchSize) {
    const part = indexes.subarray(start, start + scorer.batchSize);
    const input = block.subarray(0, part.length * values);
    cache.read(part, input);
    const { reconstruction } = await scorer.run(input, part.length);
    for (let image = 0; image < part.length; image++) {
      const of = (batch: Float32Array) => batch.subarray(image * values, (image + 1) * values);
      if (pixelDistribution(of(input), of(reconstruction), cache.shape[0]).collapsed) collapsed++;
    }
  }
  if (collapsed <= indexes.length / 2) return;
  await stage.note(
    `The network draws nearly the same value everywhere (in ${collapsed} of ${indexes.length} images looked at), so ` +
      'that its errors tell little. Try a lower learning rate, another seed, or a larger latent size.',
  );
}
