/** One rule a layer type: the shape it makes of what arrives, and the tensors it owns. */
import type { FeatureShape, Layer } from './spec';

export type ParameterKind = 'weight' | 'bias' | 'normWeight' | 'normBias' | 'runningMean' | 'runningVariance';

export interface LayerParameter {
  /** Within the layer, as in PyTorch: `weight`, `bias`, `running_mean`, `running_var`. */
  readonly name: string;
  readonly kind: ParameterKind;
  readonly shape: readonly number[];
  readonly fanIn: number;
}

export interface LayerOutline {
  readonly output: FeatureShape;
  readonly parameters: readonly LayerParameter[];
}

/** Stops with a sentence on what the layer would need. */
export type Refuse = (need: string) => never;

type Rules = {
  readonly [T in Layer['type']]?: (
    layer: Extract<Layer, { type: T }>,
    input: FeatureShape,
    refuse: Refuse,
  ) => LayerOutline;
};

/** @param input [channels, height, width] of what arrives */
export function layerRules(layer: Layer, input: FeatureShape, refuse: Refuse): LayerOutline {
  return ruleOf(layer.type, refuse)(layer, input, refuse);
}

const unchanged = (_layer: Layer, input: FeatureShape): LayerOutline => ({ output: input, parameters: [] });

const rules: Rules = {
  conv(layer, [channels, height, width], refuse) {
    const { kernel, stride, padding, out } = layer;
    const paddedHeight = height + 2 * padding;
    const paddedWidth = width + 2 * padding;
    if (kernel > paddedHeight || kernel > paddedWidth) {
      refuse(
        `its kernel of ${String(kernel)} is larger than the padded input of ${String(paddedHeight)}×${String(paddedWidth)}. Use a smaller kernel or more padding.`,
      );
    }
    const fanIn = channels * kernel * kernel;
    return {
      output: [out, Math.floor((paddedHeight - kernel) / stride) + 1, Math.floor((paddedWidth - kernel) / stride) + 1],
      parameters: [
        { name: 'weight', kind: 'weight', shape: [out, channels, kernel, kernel], fanIn },
        ...(layer.bias ? [{ name: 'bias', kind: 'bias', shape: [out], fanIn } as const] : []),
      ],
    };
  },

  linear(layer, [features, height, width], refuse) {
    if (height !== 1 || width !== 1) refuse('it needs a vector. Put a flatten layer before it.');
    return {
      output: [layer.out, 1, 1],
      parameters: [
        { name: 'weight', kind: 'weight', shape: [layer.out, features], fanIn: features },
        { name: 'bias', kind: 'bias', shape: [layer.out], fanIn: features },
      ],
    };
  },

  resize: (layer, [channels, height, width]) => ({
    output: [channels, layer.height ?? height, layer.width ?? width],
    parameters: [],
  }),

  batchNorm: (_layer, input) => ({
    output: input,
    parameters: [
      ...normParameters(input[0]),
      { name: 'running_mean', kind: 'runningMean', shape: [input[0]], fanIn: 1 },
      { name: 'running_var', kind: 'runningVariance', shape: [input[0]], fanIn: 1 },
    ],
  }),

  groupNorm(layer, input, refuse) {
    const [channels, height, width] = input;
    if (channels % layer.groups !== 0) {
      refuse(`its ${String(layer.groups)} groups do not divide ${String(channels)} channels evenly.`);
    }
    if ((channels / layer.groups) * height * width === 1) {
      refuse('every group has a single value, which would always become 0. Use fewer groups.');
    }
    return { output: input, parameters: normParameters(channels) };
  },

  relu: unchanged,
  leakyRelu: unchanged,
  mish: unchanged,
  tanh: unchanged,
  sigmoid: unchanged,

  flatten: (_layer, [channels, height, width]) => ({ output: [channels * height * width, 1, 1], parameters: [] }),

  reshape(layer, [channels, height, width], refuse) {
    const arriving = channels * height * width;
    const wanted = layer.channels * layer.height * layer.width;
    if (arriving !== wanted) {
      refuse(
        `that is ${String(arriving)} values, and ${String(layer.channels)}×${String(layer.height)}×${String(layer.width)} takes ${String(wanted)}.`,
      );
    }
    return { output: [layer.channels, layer.height, layer.width], parameters: [] };
  },
};

/** A layer's `type` picks the rule that takes this very layer, which the compiler cannot follow through the table. */
function ruleOf(
  type: Layer['type'],
  refuse: Refuse,
): (layer: Layer, input: FeatureShape, refuse: Refuse) => LayerOutline {
  const rule = rules[type] ?? refuse(`layers of the type ${type} are not known here.`);
  return rule as (layer: Layer, input: FeatureShape, refuse: Refuse) => LayerOutline;
}

function normParameters(channels: number): LayerParameter[] {
  return [
    { name: 'weight', kind: 'normWeight', shape: [channels], fanIn: 1 },
    { name: 'bias', kind: 'normBias', shape: [channels], fanIn: 1 },
  ];
}
