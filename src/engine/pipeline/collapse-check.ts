/** Tells a network that draws the same for every image, whose scores would look like any others. */
import * as l10n from '@vscode/l10n';
import { evenSampleOf } from '../../shared/even-sample';
import type { Scorer } from '../compute/backend';
import { pixelDistribution } from '../scoring/pixel-distribution';
import type { Part } from './images';
import { reconstructionsOf } from './reconstructions';
import type { Stage } from './stage';

const sampleSize = 64;

/** Adds a note to the run when most reconstructions of a sample are nearly one value. */
export async function noteCollapse(stage: Stage, scorer: Scorer, { cache, readable }: Part): Promise<void> {
  const indexes = evenSampleOf(readable, sampleSize);
  const values = cache.valuesPerImage;
  let collapsed = 0;
  for await (const { count, input, reconstruction } of reconstructionsOf(scorer, cache, indexes, stage.signal)) {
    for (let image = 0; image < count; image++) {
      const of = (batch: Float32Array) => batch.subarray(image * values, (image + 1) * values);
      if (pixelDistribution(of(input), of(reconstruction), cache.shape[0]).collapsed) collapsed++;
    }
  }
  if (collapsed <= indexes.length / 2) return;
  await stage.note(
    l10n.t(
      'The network draws nearly the same value everywhere (in {0} of {1} images looked at), so that its errors tell little. Try a lower learning rate, another seed, or a larger latent size.',
      collapsed,
      indexes.length,
    ),
  );
}
