/** Normalisation: what it is taken over must hold more than one value, or all would become 0. */
import * as l10n from '@vscode/l10n';
import { valueCount } from '../plan';
import type { LayerParameter, Rules } from './rule';

export const norms = {
  /** Over the batch as well, so that even a single value an image can be normalised. */
  batchNorm: (_layer, input) => ({
    output: input,
    parameters: [
      ...weightAndBias([input[0]]),
      { name: 'running_mean', kind: 'runningMean', shape: [input[0]], fanIn: 1 },
      { name: 'running_var', kind: 'runningVariance', shape: [input[0]], fanIn: 1 },
    ],
  }),

  groupNorm(layer, input, { refuse }) {
    const [channels, height, width] = input;
    if (channels % layer.groups !== 0) {
      refuse(
        l10n.t(
          'its {0} groups do not divide {1} channels evenly. Use a number of groups that does.',
          layer.groups,
          channels,
        ),
      );
    }
    if ((channels / layer.groups) * height * width === 1) {
      refuse(l10n.t('every group has a single value, which would always become 0. Use fewer groups.'));
    }
    return { output: input, parameters: weightAndBias([channels]) };
  },

  instanceNorm(layer, input, { refuse }) {
    const [channels, height, width] = input;
    if (height * width === 1) {
      refuse(
        l10n.t(
          'every channel has a single pixel, which would always become 0. Use groupNorm or batchNorm at 1×1, or leave it out.',
        ),
      );
    }
    return { output: input, parameters: layer.affine === true ? weightAndBias([channels]) : [] };
  },

  layerNorm(_layer, input, { refuse }) {
    if (valueCount(input) === 1) refuse(l10n.t('a single value would always become 0. Leave the layer out.'));
    return { output: input, parameters: weightAndBias(input) };
  },
} satisfies Partial<Rules>;

function weightAndBias(shape: readonly number[]): LayerParameter[] {
  return [
    { name: 'weight', kind: 'normWeight', shape, fanIn: 1 },
    { name: 'bias', kind: 'normBias', shape, fanIn: 1 },
  ];
}
