/** One rule a layer type: what it needs, the shape it makes of what arrives, and the tensors it owns. */
import { composites } from './rules/composites';
import { norms } from './rules/norms';
import type { LayerOutline, Place, Rule, Rules } from './rules/rule';
import { shaping } from './rules/shaping';
import { windows } from './rules/windows';
import type { FeatureShape, Layer } from './spec';

const unchanged = (_layer: Layer, input: FeatureShape): LayerOutline => ({ output: input, parameters: [] });

const rules: Rules = {
  ...windows,
  ...norms,
  ...shaping,
  ...composites,
  dropout: unchanged,
  relu: unchanged,
  leakyRelu: unchanged,
  elu: unchanged,
  gelu: unchanged,
  mish: unchanged,
  silu: unchanged,
  tanh: unchanged,
  sigmoid: unchanged,
};

/** @param input [channels, height, width] of what arrives */
export function layerRules(layer: Layer, input: FeatureShape, place: Place): LayerOutline {
  // A layer's `type` picks the rule that takes this very layer, which the compiler cannot follow through the table.
  const rule = rules[layer.type] as Rule<Layer['type']>;
  return rule(layer, input, place);
}
