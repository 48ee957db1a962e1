/** Layers made of layers. */
import * as l10n from '@vscode/l10n';
import { describeShape, type LayerPlan } from '../plan';
import type { BranchesLayer, FeatureShape } from '../spec';
import type { Place, Rules } from './rule';

export const composites = {
  residual(layer, input, { refuse, planInner }) {
    const layers = planInner('layers', layer.layers, input);
    const shortcut = planInner('shortcut', layer.shortcut ?? [], input);
    const output = outputOf(layers, input);
    const other = outputOf(shortcut, input);
    if (output.join() !== other.join()) {
      refuse(
        shortcut.length === 0
          ? l10n.t(
              'its layers make {0} and its shortcut {1}, which cannot be added. Give it a shortcut that makes {0}, such as a convolution with kernel 1 and the stride of its layers.',
              output.join('×'),
              other.join('×'),
            )
          : l10n.t(
              'its layers make {0} and its shortcut {1}, which cannot be added. Change the shortcut to one that makes {0}, such as a convolution with kernel 1 and the stride of its layers.',
              output.join('×'),
              other.join('×'),
            ),
      );
    }
    return { output, parameters: [], inner: [layers, shortcut] };
  },

  branches(layer, input, place) {
    const inner = layer.branches.map((branch, index) => place.planInner(`branches.${String(index)}`, branch, input));
    const outputs = inner.map((branch) => outputOf(branch, input));
    return { output: joined(layer.join, outputs, place), parameters: [], inner };
  },
} satisfies Partial<Rules>;

function outputOf(layers: readonly LayerPlan[], input: FeatureShape): FeatureShape {
  return layers.at(-1)?.output ?? input;
}

function joined(join: BranchesLayer['join'], outputs: readonly FeatureShape[], { refuse }: Place): FeatureShape {
  const [first = [0, 0, 0], ...others] = outputs;
  const [channels, height, width] = first;
  for (const [index, other] of others.entries()) {
    const fits = join === 'concat' ? other[1] === height && other[2] === width : other.join() === first.join();
    if (fits) continue;
    refuse(
      join === 'concat'
        ? l10n.t(
            'its branch 0 makes {0} and branch {1} {2}; concat needs the same height and width of all.',
            describeShape(first),
            index + 1,
            other.join('×'),
          )
        : l10n.t(
            'its branch 0 makes {0} and branch {1} {2}; {3} needs the same shape of all.',
            describeShape(first),
            index + 1,
            other.join('×'),
            join,
          ),
    );
  }
  if (join !== 'concat') return first;
  return [others.reduce((sum, other) => sum + other[0], channels), height, width];
}
