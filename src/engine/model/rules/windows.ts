/** Layers that move a window over the image: convolutions and pooling. */
import * as l10n from '@vscode/l10n';
import { valueCount } from '../plan';
import type { FeatureShape } from '../spec';
import type { LayerParameter, Place, Rule, Rules } from './rule';

interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

export const windows = {
  conv(layer, input, place) {
    const [height, width] = slide(layer, input, place);
    return {
      output: [layer.out, height, width],
      parameters: filters([layer.out, input[0], layer.kernel, layer.kernel], layer.bias ? layer.out : 0),
    };
  },

  convTranspose(layer, [channels, height, width], { refuse }) {
    const { out, kernel, stride, padding, outputPadding } = layer;
    if (outputPadding >= stride) {
      refuse(
        l10n.t(
          'its outputPadding of {0} must be smaller than its stride of {1}, as more would only add empty rows and columns.',
          outputPadding,
          stride,
        ),
      );
    }
    const side = (from: number) => (from - 1) * stride - 2 * padding + kernel + outputPadding;
    const output: FeatureShape = [out, side(height), side(width)];
    if (output[1] < 1 || output[2] < 1) {
      refuse(
        l10n.t(
          'its padding of {0} would cut all of it away ({1}×{2} pixels left). Use less padding or a larger kernel.',
          padding,
          output[1],
          output[2],
        ),
      );
    }
    return { output, parameters: filters([channels, out, kernel, kernel], layer.bias ? out : 0) };
  },

  maxPool: pool,
  averagePool: pool,
} satisfies Partial<Rules>;

function pool(...[layer, input, place]: Parameters<Rule<'maxPool' | 'averagePool'>>) {
  const { kernel, padding, stride = kernel } = layer;
  if (2 * padding > kernel) {
    place.refuse(
      l10n.t(
        'its padding of {0} is more than half of its kernel of {1}, so that windows would lie wholly outside. Use at most {2}.',
        padding,
        kernel,
        Math.floor(kernel / 2),
      ),
    );
  }
  const [height, width] = slide({ kernel, stride, padding }, input, place);
  return { output: [input[0], height, width] as const, parameters: [] };
}

function slide({ kernel, stride, padding }: Window, [, height, width]: FeatureShape, { refuse }: Place) {
  const paddedHeight = height + 2 * padding;
  const paddedWidth = width + 2 * padding;
  if (kernel > paddedHeight || kernel > paddedWidth) {
    refuse(
      l10n.t(
        'its kernel of {0} is larger than the padded input of {1}×{2}. Use a smaller kernel or more padding.',
        kernel,
        paddedHeight,
        paddedWidth,
      ),
    );
  }
  return [Math.floor((paddedHeight - kernel) / stride) + 1, Math.floor((paddedWidth - kernel) / stride) + 1] as const;
}

/** PyTorch takes the second axis for the inputs, also of transposed convolutions, where it is the outputs. */
function filters(shape: readonly number[], biases: number): LayerParameter[] {
  const fanIn = valueCount(shape.slice(1));
  return [
    { name: 'weight', kind: 'weight', shape, fanIn },
    ...(biases > 0 ? [{ name: 'bias', kind: 'bias', shape: [biases], fanIn } as const] : []),
  ];
}
