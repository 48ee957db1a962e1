/**
 * The chance in training: dropout and sampling. Backends have no chance of their own; the numbers of each step come in
 * from here, drawn from streams named by layer and step, so that a run that goes on draws what it would have drawn.
 */
import { randomStream } from '../../../shared/random';
import { type LayerPlan, type NetworkPlan, valueCount } from '../../model/plan';
import type { PretextPlan } from '../../model/pretext';
import type { FeatureShape } from '../../model/spec';

/** What one layer needs of chance in every step, [batch, channels, height, width]. */
export interface NoisePlan {
  /** The layer's name. */
  readonly layer: string;
  readonly shape: FeatureShape;
  /** `normal`: standard normal; otherwise the share of values that are 0 while the others make up for them. */
  readonly kind: 'normal' | { readonly dropped: number };
}

/** All layers with chance in them, inner ones too. */
export function planNoise({ layers }: NetworkPlan): NoisePlan[] {
  return layers.flatMap(noiseOf);
}

/** What names of layers begin with where the pretext tasks' images pass them. */
export const pretextPass = 'pretext ';

/** Numbers of their own for the layers that those images pass. */
export function planPretextNoise({ layers }: Pick<PretextPlan, 'layers'>): NoisePlan[] {
  return layers.flatMap(noiseOf).map((one) => ({ ...one, layer: pretextPass + one.layer }));
}

function noiseOf({ name, layer, output, inner }: LayerPlan): NoisePlan[] {
  if (layer.type === 'sample') return [{ layer: name, shape: output, kind: 'normal' }];
  if (layer.type === 'dropout') {
    return layer.probability > 0 ? [{ layer: name, shape: output, kind: { dropped: layer.probability } }] : [];
  }
  return inner?.flat().flatMap(noiseOf) ?? [];
}

/** Finer than any share of values that can be told apart in training. */
const shares = 2 ** 20;

/**
 * @param step counted from 1
 * @returns [batch, channels, height, width], row-major
 */
export function drawNoise({ layer, shape, kind }: NoisePlan, batch: number, seed: number, step: number): Float32Array {
  const stream = randomStream(seed, `noise ${layer} step ${step}`);
  const values = new Float32Array(batch * valueCount(shape));
  if (kind === 'normal') {
    for (let place = 0; place < values.length; place++) values[place] = stream.normal();
    return values;
  }
  const limit = Math.round(kind.dropped * shares);
  const scale = kind.dropped < 1 ? 1 / (1 - kind.dropped) : 0;
  for (let place = 0; place < values.length; place++) values[place] = stream.below(shares) < limit ? 0 : scale;
  return values;
}
