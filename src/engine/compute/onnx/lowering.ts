/**
 * How layers become operators. The plain lowering is made of standard ONNX operators on [n, c, h, w] and runs on every
 * device; another one may keep values in one processor's own layout between the layers that can work in it.
 */
import type { Layer } from '../../model/spec';
import type { LayerPlan } from '../../model/shapes';
import type { Graph, Value } from './graph';
import { matchLayout, toPlain } from './layout';
import { activations } from './operators/activations';
import { conv } from './operators/convolution';
import { linear } from './operators/linear';
import { normalisation } from './operators/normalisation';
import type { Forward, Operator, Operators } from './operators/operator';
import { resize } from './operators/resize';
import { shaping } from './operators/shaping';

export interface Lowering {
  readonly name: string;
  readonly operators: Operators;
  /** Layers that take blocked values; all others are given plain ones. */
  readonly takesBlocks: ReadonlySet<Layer['type']>;
}

export const plainLowering: Lowering = {
  name: 'plain layout',
  operators: { conv, linear, resize, ...normalisation, ...activations, ...shaping },
  takesBlocks: new Set(),
};

export interface LoweringContext {
  readonly graph: Graph;
  readonly lowering: Lowering;
  /** Images in a batch, or `dynamicBatch`. */
  readonly batch: number;
  readonly training: boolean;
  /** By full name, `encoder.0.weight`. */
  readonly parameters: ReadonlyMap<string, Value>;
}

/** Adds one layer's forward pass. `input` is [batch, channels, height, width], in any layout. */
export function lowerLayer(context: LoweringContext, plan: LayerPlan, input: Value): Forward {
  const { graph, lowering, batch, training, parameters } = context;
  const parameter = (name: string): Value => {
    const value = parameters.get(`${plan.name}.${name}`);
    if (value === undefined) throw new Error(`The graph has no tensor ${plan.name}.${name}.`);
    return value;
  };
  const place = { graph, batch, training, input: plan.input, output: plan.output, parameter };
  const taken = lowering.takesBlocks.has(plan.layer.type) ? input : toPlain(graph, input);
  const forward = operatorOf(lowering, plan.layer)(place, plan.layer, taken);
  return {
    ...forward,
    backward: (gradient, inputWanted) => forward.backward(matchLayout(graph, gradient, forward.output), inputWanted),
  };
}

/** A layer's `type` picks the operator that takes this very layer, which the compiler cannot follow. */
function operatorOf(lowering: Lowering, layer: Layer): Operator<Layer['type']> {
  return lowering.operators[layer.type] as Operator<Layer['type']>;
}
