/** Optimizers as part of the graph, step for step as PyTorch's. */
import type { OptimizerName } from '../../../shared/settings';
import { type Moment, moments, type StepNumbers } from '../optimizer-steps';
import { Graph, type Value } from './graph';
import { add, divide, multiply, subtract, unary } from './operators/arithmetic';

/** What a parameter takes from step to step; moments that the optimizer does not keep are absent. */
export type OptimizedState = Readonly<Record<'weight', Value> & Partial<Record<Moment, Value>>>;

export interface Optimizer {
  readonly moments: readonly Moment[];
  /** What differs from step to step, by the names of scalar inputs of the graph. */
  readonly numbers: (step: StepNumbers) => Readonly<Record<string, number>>;
  /** The state after one update. All tensors have one shape; `number` gives the scalar of a name. */
  readonly update: (
    graph: Graph,
    state: Required<OptimizedState>,
    gradient: Value,
    number: (name: string) => Value,
  ) => OptimizedState;
}

/** The usual decay of Adam's first moment; a schedule may move it (see schedule.ts of the training). */
const usualBeta1 = 0.9;
const beta2 = 0.999;
/** Decay of RMSprop's squares. */
const alpha = 0.99;
const epsilon = 1e-8;

/** Bias corrections as PyTorch's for a moving beta 1, both in the rate; epsilon in the scale of the bare second moment. */
function adamNumbers({ step, learningRate, momentum = usualBeta1 }: StepNumbers) {
  const correction = Math.sqrt(1 - beta2 ** step);
  return {
    rate: (learningRate * correction) / (1 - momentum ** step),
    epsilon: epsilon * correction,
    momentum,
    fresh: 1 - momentum,
  };
}

/** From the old weight to the new one, without what decay takes. */
function adamStep(
  graph: Graph,
  state: Required<OptimizedState>,
  gradient: Value,
  number: (name: string) => Value,
): Readonly<Record<'step' | Moment, Value>> {
  const firstMoment = add(
    graph,
    multiply(graph, state.firstMoment, number('momentum')),
    multiply(graph, gradient, number('fresh')),
  );
  const secondMoment = blendedSquare(graph, state.secondMoment, gradient, beta2);
  const divisor = add(graph, unary(graph, 'Sqrt', secondMoment), number('epsilon'));
  return { step: divide(graph, multiply(graph, firstMoment, number('rate')), divisor), firstMoment, secondMoment };
}

function blendedSquare(graph: Graph, old: Value, gradient: Value, decay: number): Value {
  const square = multiply(graph, gradient, gradient);
  return add(graph, multiply(graph, old, graph.scalar(decay)), multiply(graph, square, graph.scalar(1 - decay)));
}

/** What decay adds to the gradient, in all but AdamW. */
function decayed(graph: Graph, gradient: Value, weight: Value, number: (name: string) => Value): Value {
  return add(graph, gradient, multiply(graph, weight, number('decay')));
}

/** Loshchilov and Hutter 2019: the decay does not pass through the moments. */
const adamw: Optimizer = {
  moments,
  numbers: (step) => ({ ...adamNumbers(step), decay: 1 - step.learningRate * step.weightDecay }),
  update(graph, state, gradient, number) {
    const { step, ...next } = adamStep(graph, state, gradient, number);
    return { ...next, weight: subtract(graph, multiply(graph, state.weight, number('decay')), step) };
  },
};

/** Kingma and Ba 2015. */
const adam: Optimizer = {
  moments,
  numbers: (step) => ({ ...adamNumbers(step), decay: step.weightDecay }),
  update(graph, state, gradient, number) {
    const { step, ...next } = adamStep(graph, state, decayed(graph, gradient, state.weight, number), number);
    return { ...next, weight: subtract(graph, state.weight, step) };
  },
};

/** Momentum without damping: b ← momentum · b + g, w ← w − rate · b. */
const sgd: Optimizer = {
  moments: ['firstMoment'],
  numbers: ({ learningRate, weightDecay, momentum = 0 }) => ({ rate: learningRate, decay: weightDecay, momentum }),
  update(graph, state, gradient, number) {
    const fresh = decayed(graph, gradient, state.weight, number);
    const firstMoment = add(graph, multiply(graph, state.firstMoment, number('momentum')), fresh);
    return { weight: subtract(graph, state.weight, multiply(graph, firstMoment, number('rate'))), firstMoment };
  },
};

/** Of Hinton's lecture: s ← 0.99 · s + 0.01 · g², b ← momentum · b + g / (√s + 1e-8), w ← w − rate · b. */
const rmsprop: Optimizer = {
  moments,
  numbers: sgd.numbers,
  update(graph, state, gradient, number) {
    const fresh = decayed(graph, gradient, state.weight, number);
    const secondMoment = blendedSquare(graph, state.secondMoment, fresh, alpha);
    const divisor = add(graph, unary(graph, 'Sqrt', secondMoment), graph.scalar(epsilon));
    const firstMoment = add(
      graph,
      multiply(graph, state.firstMoment, number('momentum')),
      divide(graph, fresh, divisor),
    );
    const weight = subtract(graph, state.weight, multiply(graph, firstMoment, number('rate')));
    return { weight, firstMoment, secondMoment };
  },
};

/** The weight, then the moments that an optimizer keeps, each made by its name. */
export function makeState(kept: readonly Moment[], make: (part: 'weight' | Moment) => Value): OptimizedState {
  const state: { weight: Value } & Partial<Record<Moment, Value>> = { weight: make('weight') };
  for (const moment of kept) state[moment] = make(moment);
  return state;
}

export const optimizers: Readonly<Record<OptimizerName, Optimizer>> = { adamw, adam, sgd, rmsprop };

/**
 * One update. All tensors have the same shape, [n] or [rows, columns]. Of a dozen element-wise steps over a large
 * tensor each would fetch it from memory anew; row by row it stays in the caches.
 * @param scale what the gradient is multiplied by first: a scalar; absent: 1
 */
export function addUpdate(
  graph: Graph,
  optimizer: Optimizer,
  state: OptimizedState,
  gradient: Value,
  number: (name: string) => Value,
  scale?: Value,
): OptimizedState {
  /** @param inner inside a scan, the scalars of the graph around it can be seen */
  const update = (inner: Graph, from: OptimizedState, raw: Value): OptimizedState => {
    const scaled = scale === undefined ? raw : multiply(inner, raw, scale);
    const { weight, firstMoment = weight, secondMoment = weight } = from;
    return optimizer.update(inner, { weight, firstMoment, secondMoment }, scaled, number);
  };
  const [, columns] = gradient.shape;
  if (columns === undefined) return update(graph, state, gradient);
  const parts = ['weight', ...optimizer.moments] as const;
  const body = new Graph('row of ');
  const rows = makeState(optimizer.moments, (part) => body.input(part, [columns]));
  const next = update(body, rows, body.input('gradients', [columns]));
  for (const part of parts) body.output(`next ${part}`, next[part] ?? next.weight);
  const all = [...parts.map((part) => state[part] ?? state.weight), gradient];
  const attributes = { body: { graph: body }, num_scan_inputs: all.length };
  const outputs = graph.addMany(
    'Scan',
    all,
    parts.map(() => gradient.shape),
    attributes,
  );
  return makeState(optimizer.moments, (part) => {
    const output = outputs[parts.indexOf(part)];
    if (output === undefined) throw new Error(`The scan gives no ${part}.`);
    return output;
  });
}

/**
 * What all gradients are multiplied by so that their norm, that of all their values together, is at most `limit`:
 * min(1, limit / (norm + 1e-6)), a scalar.
 */
export function clippingScale(graph: Graph, gradients: readonly Value[], limit: number): Value {
  const squares = gradients.map((gradient) => graph.add('ReduceSumSquare', [gradient], [], { keepdims: 0 }));
  const norm = unary(
    graph,
    'Sqrt',
    squares.reduce((sum, square) => add(graph, sum, square)),
  );
  const factor = divide(graph, graph.scalar(limit), add(graph, norm, graph.scalar(1e-6)));
  return graph.add('Min', [factor, graph.scalar(1)], []);
}
