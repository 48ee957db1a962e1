/** Layers made of layers. */
import type { TensorFlow, TfTensor } from '../api';
import type { LayerFunctions, Place } from './layer';

const waysOf = ({ inner }: Place, input: TfTensor) => inner.map((chain) => chain(input));

function total(tf: TensorFlow, [first, ...others]: readonly TfTensor[]): TfTensor {
  if (first === undefined) throw new Error('a sum needs values');
  return others.reduce((sum, value) => tf.add(sum, value), first);
}

export const composites = {
  /** layers(x) + shortcut(x) */
  residual: (tf, place, _layer, input) => total(tf, waysOf(place, input)),
  branches(tf, place, { join }, input) {
    const ways = waysOf(place, input);
    if (join === 'concat') return tf.concat(ways, 3);
    return join === 'sum' ? total(tf, ways) : tf.mul(total(tf, ways), 1 / ways.length);
  },
} satisfies Partial<LayerFunctions>;
