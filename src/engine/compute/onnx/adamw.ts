/** AdamW (Loshchilov and Hutter 2019) as part of the graph, step for step as PyTorch's. */
import { Graph, type Value } from './graph';
import { add, divide, multiply, subtract, unary } from './operators/arithmetic';

/** The usual decay of the first moment; a schedule may move it (see schedule.ts of the training). */
const usualMomentum = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

/** What differs from step to step, as scalar inputs of the graph. */
export interface AdamScalars {
  /** 1 − learning rate · weight decay */
  readonly decay: Value;
  /** Learning rate with both bias corrections in it. */
  readonly rate: Value;
  /** Epsilon in the scale of the uncorrected second moment. */
  readonly epsilon: Value;
  /** Beta 1, and 1 − beta 1. */
  readonly momentum: Value;
  readonly fresh: Value;
}

export interface AdamState {
  readonly weight: Value;
  readonly firstMoment: Value;
  readonly secondMoment: Value;
}

/** The values of {@link AdamScalars} at a step, counted from 1; bias corrections as PyTorch's for a moving beta 1. */
export function adamScalars(
  step: number,
  learningRate: number,
  weightDecay: number,
  momentum = usualMomentum,
): Record<keyof AdamScalars, number> {
  const correction = Math.sqrt(1 - beta2 ** step);
  return {
    decay: 1 - learningRate * weightDecay,
    rate: (learningRate * correction) / (1 - momentum ** step),
    epsilon: epsilon * correction,
    momentum,
    fresh: 1 - momentum,
  };
}

/**
 * One update. All tensors have the same shape, [n] or [rows, columns]. Of a dozen element-wise steps over a large
 * tensor each would fetch it from memory anew; row by row it stays in the caches.
 */
export function addAdamW(graph: Graph, state: AdamState, gradient: Value, scalars: AdamScalars): AdamState {
  const [, columns] = gradient.shape;
  if (columns === undefined) return update(graph, state, gradient, scalars);
  const body = new Graph('row ');
  const row = {
    weight: body.input('row of weights', [columns]),
    firstMoment: body.input('row of first moments', [columns]),
    secondMoment: body.input('row of second moments', [columns]),
  };
  const next = update(body, row, body.input('row of gradients', [columns]), scalars);
  body.output('next row of weights', next.weight);
  body.output('next row of first moments', next.firstMoment);
  body.output('next row of second moments', next.secondMoment);
  const all = [state.weight, state.firstMoment, state.secondMoment, gradient];
  const shapes = [gradient.shape, gradient.shape, gradient.shape];
  const attributes = { body: { graph: body }, num_scan_inputs: all.length };
  const [weight, firstMoment, secondMoment] = graph.addMany('Scan', all, shapes, attributes);
  if (weight === undefined || firstMoment === undefined || secondMoment === undefined) {
    throw new Error('A scan gives as many outputs as were asked for.');
  }
  return { weight, firstMoment, secondMoment };
}

/** @param graph inside a scan, the scalars of the graph around it can be seen */
function update(graph: Graph, state: AdamState, gradient: Value, scalars: AdamScalars): AdamState {
  const firstMoment = add(
    graph,
    multiply(graph, state.firstMoment, scalars.momentum),
    multiply(graph, gradient, scalars.fresh),
  );
  const secondMoment = add(
    graph,
    multiply(graph, state.secondMoment, graph.scalar(beta2)),
    multiply(graph, multiply(graph, gradient, gradient), graph.scalar(1 - beta2)),
  );
  const divisor = add(graph, unary(graph, 'Sqrt', secondMoment), scalars.epsilon);
  const step = divide(graph, multiply(graph, firstMoment, scalars.rate), divisor);
  const weight = subtract(graph, multiply(graph, state.weight, scalars.decay), step);
  return { weight, firstMoment, secondMoment };
}
