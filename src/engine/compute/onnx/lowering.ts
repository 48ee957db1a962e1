/**
 * How layers become operators. The plain lowering is made of standard ONNX operators on [n, c, h, w] and runs on every
 * device; another one may keep values in one processor's own layout between the layers that can work in it.
 */
import type { Layer } from '../../model/spec';
import type { LayerPlan } from '../../model/plan';
import type { Graph, Value } from './graph';
import { matchLayout, toPlain } from './layout';
import { activations } from './operators/activations';
import { add } from './operators/arithmetic';
import { composites } from './operators/composites';
import { convTranspose } from './operators/transposed-convolution';
import { conv } from './operators/convolution';
import { linear } from './operators/linear';
import { imageNormalisation } from './operators/image-normalisation';
import { normalisation } from './operators/normalisation';
import type { Chain, Forward, Gradients, Operator, Operators, Place } from './operators/operator';
import { pooling } from './operators/pooling';
import { randomness } from './operators/randomness';
import { resize } from './operators/resize';
import { shaping } from './operators/shaping';

export interface Lowering {
  readonly name: string;
  readonly operators: Operators;
  /** Takes a layer and the convolution behind it at once, as one from the first's input; undefined: one by one. */
  readonly joined?: (first: LayerPlan, second: LayerPlan) => Operator<'conv'> | undefined;
  /** Layers that take blocked values; all others are given plain ones. */
  readonly takesBlocks: ReadonlySet<Layer['type']>;
}

export const plainLowering: Lowering = {
  name: 'plain layout',
  operators: {
    conv,
    convTranspose,
    linear,
    resize,
    ...pooling,
    ...normalisation,
    ...imageNormalisation,
    ...activations,
    ...shaping,
    ...randomness,
    ...composites,
  },
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
  /** By layer (see network/noise.ts), in training. */
  readonly noise?: ReadonlyMap<string, Value>;
  /** Told of every layer's output, those inside of composites first. */
  readonly observe?: (plan: LayerPlan, output: Value) => void;
}

/**
 * Adds the forward pass of layers one after the other. `input` is [batch, channels, height, width], in any layout.
 * @param within the name of the composite layer that they are in, which gradients and statistics are named without
 */
export function lowerLayers(context: LoweringContext, plans: readonly LayerPlan[], input: Value, within = ''): Forward {
  let output = input;
  const steps = joinLayers(context.lowering, plans).map(({ plan, operator }) => {
    const forward = lowerLayer(context, plan, output, operator);
    output = forward.output;
    return { forward, name: plan.name.slice(within.length), isTrained: plan.parameters.length > 0 };
  });
  const divergences = steps.flatMap(({ forward: { divergence } }) => (divergence === undefined ? [] : [divergence]));
  const firstTrained = steps.findIndex(({ isTrained }) => isTrained);
  return {
    output,
    statistics: named(steps.map(({ name, forward }) => [name, forward.statistics])),
    ...(divergences.length > 0 && { divergence: divergences.reduce((sum, one) => add(context.graph, sum, one)) }),
    /** Reverse mode: from the last layer to the first that something before it waits for. */
    backward(outputGradient, wanted) {
      const parameters: [string, Gradients['parameters']][] = [];
      let gradient: Value | undefined = outputGradient;
      for (const [index, { forward, name }] of [...steps.entries()].reverse()) {
        if (gradient === undefined) break;
        const inputWanted = wanted.input || (firstTrained >= 0 && index > firstTrained);
        const result: Gradients = forward.backward(gradient, { ...wanted, input: inputWanted });
        parameters.push([name, result.parameters]);
        gradient = inputWanted ? result.input : undefined;
      }
      return { ...(wanted.input && gradient !== undefined && { input: gradient }), parameters: named(parameters) };
    },
  };
}

interface Step {
  readonly plan: LayerPlan;
  readonly operator: Operator<Layer['type']>;
}

/** The layers one by one, or two at once where the lowering has a way to take them together. */
function joinLayers(lowering: Lowering, plans: readonly LayerPlan[]): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < plans.length; at++) {
    const [first, second] = plans.slice(at, at + 2);
    if (first === undefined) break;
    const joined = second && lowering.joined?.(first, second);
    if (second !== undefined && joined !== undefined) {
      steps.push({ plan: { ...second, input: first.input }, operator: joined as Operator<Layer['type']> });
      at++;
    } else steps.push({ plan: first, operator: operatorOf(lowering, first.layer) });
  }
  return steps;
}

/** Adds one layer's forward pass. `input` is [batch, channels, height, width], in any layout. */
export function lowerLayer(
  context: LoweringContext,
  plan: LayerPlan,
  input: Value,
  operator = operatorOf(context.lowering, plan.layer),
): Forward {
  const { graph, lowering } = context;
  const taken = lowering.takesBlocks.has(plan.layer.type) ? input : toPlain(graph, input);
  const forward = operator(placeOf(context, plan), plan.layer, taken);
  context.observe?.(plan, forward.output);
  return {
    ...forward,
    backward: (gradient, wanted) => forward.backward(matchLayout(graph, gradient, forward.output), wanted),
  };
}

function placeOf(context: LoweringContext, plan: LayerPlan): Place {
  const { graph, batch, training, parameters, noise = new Map<string, Value>() } = context;
  const given = (values: ReadonlyMap<string, Value>, name: string): Value => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`The graph has nothing for ${name}.`);
    return value;
  };
  return {
    graph,
    batch,
    training,
    input: plan.input,
    output: plan.output,
    parameter: (name) => given(parameters, `${plan.name}.${name}`),
    noise: () => given(noise, plan.name),
    inner: (plan.inner ?? []).map(
      (plans): Chain =>
        (input) =>
          lowerLayers(context, plans, input, `${plan.name}.`),
    ),
  };
}

function named(
  groups: readonly (readonly [name: string, values: Readonly<Record<string, Value>> | undefined])[],
): Record<string, Value> {
  const entries = groups.flatMap(([name, values = {}]) =>
    Object.entries(values).map(([own, value]) => [`${name}.${own}`, value] as const),
  );
  return Object.fromEntries(entries);
}

/** A layer's `type` picks the operator that takes this very layer, which the compiler cannot follow. */
function operatorOf(lowering: Lowering, layer: Layer): Operator<Layer['type']> {
  return lowering.operators[layer.type] as Operator<Layer['type']>;
}
