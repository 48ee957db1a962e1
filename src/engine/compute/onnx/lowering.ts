/**
 * How layers become operators. The plain lowering is made of standard ONNX operators on [n, c, h, w] and runs on every
 * device; a lowering for one processor's own memory layout would be another table of the same kind, chosen by the
 * self-test.
 */
import type { Layer } from '../../model/spec';
import type { LayerPlan } from '../../model/shapes';
import type { Graph, Value } from './graph';
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
}

export const plainLowering: Lowering = {
  name: 'plain',
  operators: { conv, linear, resize, ...normalisation, ...activations, ...shaping },
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

/** Adds one layer's forward pass. `input` is [batch, channels, height, width]. */
export function lowerLayer(context: LoweringContext, plan: LayerPlan, input: Value): Forward {
  const { graph, lowering, batch, training, parameters } = context;
  const parameter = (name: string): Value => {
    const value = parameters.get(`${plan.name}.${name}`);
    if (value === undefined) throw new Error(`The graph has no tensor ${plan.name}.${name}.`);
    return value;
  };
  const place = { graph, batch, training, input: plan.input, output: plan.output, parameter };
  return operatorOf(lowering, plan.layer)(place, plan.layer, input);
}

/** A layer's `type` picks the operator that takes this very layer, which the compiler cannot follow. */
function operatorOf(lowering: Lowering, layer: Layer): Operator<Layer['type']> {
  return lowering.operators[layer.type] as Operator<Layer['type']>;
}
