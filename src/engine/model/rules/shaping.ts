/** Layers on vectors, and those that only give values another shape. */
import * as l10n from '@vscode/l10n';
import { valueCount } from '../plan';
import type { FeatureShape } from '../spec';
import type { Place, Rules } from './rule';

/** Resizing is a product with a matrix of old by new side; beyond this it takes more memory than the image. */
const largestResize = 4096 * 4096;

export const shaping = {
  linear(layer, [features, height, width], { refuse }) {
    if (height !== 1 || width !== 1) refuse(l10n.t('it needs a vector. Put a flatten layer before it.'));
    const bias = { name: 'bias', kind: 'bias', shape: [layer.out], fanIn: features } as const;
    return {
      output: [layer.out, 1, 1],
      parameters: [
        { name: 'weight', kind: 'weight', shape: [layer.out, features], fanIn: features },
        ...(layer.bias === false ? [] : [bias]),
      ],
    };
  },

  resize(layer, input, place) {
    const [channels, height, width] = input;
    const { refuse } = place;
    if (layer.scale !== undefined) {
      if (layer.height !== undefined || layer.width !== undefined) {
        refuse(l10n.t('it has a scale and a height or width as well. Give either a scale, or height and width.'));
      }
      const output: FeatureShape = [channels, Math.floor(height * layer.scale), Math.floor(width * layer.scale)];
      if (output[1] < 1 || output[2] < 1) {
        refuse(l10n.t('scaled by {0}, less than one pixel would be left. Use a larger scale.', layer.scale));
      }
      return { output: resizable(input, output, place), parameters: [] };
    }
    if (layer.height === undefined || layer.width === undefined) {
      return refuse(l10n.t('it needs to know the new size. Give either a scale, or both height and width.'));
    }
    return { output: resizable(input, [channels, layer.height, layer.width], place), parameters: [] };
  },

  flatten: (_layer, input) => ({ output: [valueCount(input), 1, 1], parameters: [] }),

  reshape(layer, input, { refuse }) {
    const output: FeatureShape = [layer.channels, layer.height, layer.width];
    if (valueCount(input) !== valueCount(output)) {
      refuse(
        l10n.t(
          'the number of values is {0}, and {1} takes {2}.',
          valueCount(input),
          output.join('×'),
          valueCount(output),
        ),
      );
    }
    return { output, parameters: [] };
  },

  sample(_layer, [features, height, width], { refuse, endsEncoder }) {
    if (!endsEncoder) refuse(l10n.t('it makes the latent vector, so it can only be the last layer of the encoder.'));
    if (height !== 1 || width !== 1) refuse(l10n.t('it needs a vector. Put a flatten layer before it.'));
    if (features % 2 !== 0) {
      refuse(l10n.t('it needs an even number of values, half of them means and half of them log variances.'));
    }
    return { output: [features / 2, 1, 1], parameters: [] };
  },
} satisfies Partial<Rules>;

function resizable(from: FeatureShape, to: FeatureShape, { refuse }: Place): FeatureShape {
  if (from[1] * to[1] > largestResize || from[2] * to[2] > largestResize) {
    refuse(
      l10n.t(
        'to resize sides of {0} to {1} takes too much memory. Use smaller images.',
        from.slice(1).join('×'),
        to.slice(1).join('×'),
      ),
    );
  }
  return to;
}
