/** Updates of single numbers, worked out by hand; whole trainings are compared with PyTorch in pytorch-optimizers.test.ts. */
import { describe, expect, it } from 'vitest';
import { Graph } from '../../../src/engine/compute/onnx/graph';
import { addUpdate, clippingScale, optimizers } from '../../../src/engine/compute/onnx/optimizers';
import { floatsOf, openSession } from '../../../src/engine/compute/onnx/session';
import { type OptimizerName, optimizerNames } from '../../../src/shared/settings';

interface State {
  readonly weight: number;
  readonly firstMoment: number;
  readonly secondMoment: number;
}

const state: State = { weight: 2, firstMoment: 0.5, secondMoment: 0.04 };
const gradient = -0.3;
const rate = 0.1;
const decay = 0.01;

/** One update of equal numbers, in a row or in several. */
async function update(
  name: OptimizerName,
  step: number,
  momentum: number | undefined,
  shape: readonly number[] = [3],
): Promise<Record<string, Float32Array>> {
  const graph = new Graph();
  const optimizer = optimizers[name];
  const filled = (value: number) =>
    graph.constant(shape, new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(value));
  const numbers = optimizer.numbers({ step, learningRate: rate, weightDecay: decay, momentum });
  const from = {
    weight: filled(state.weight),
    firstMoment: filled(state.firstMoment),
    secondMoment: filled(state.secondMoment),
  };
  const scalar = (number: string) => graph.scalar(numbers[number] ?? NaN);
  const next = addUpdate(graph, optimizer, from, filled(gradient), scalar);
  graph.output('weight', next.weight);
  for (const moment of optimizer.moments) graph.output(moment, next[moment] ?? next.weight);
  const session = await openSession(graph.encode(), { device: 'cpu', threads: 1 });
  const outputs = await session.run({});
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(([part, tensor]) => [part, floatsOf(tensor)]));
}

/** What the numbers become, in the words of PyTorch's documentation. */
const expected: Readonly<Record<OptimizerName, (step: number, momentum: number | undefined) => Partial<State>>> = {
  adamw(step, beta1 = 0.9) {
    const moments = adamMoments(gradient, beta1);
    return { ...moments, weight: state.weight * (1 - rate * decay) - adamStep(moments, step, beta1) };
  },
  adam(step, beta1 = 0.9) {
    const moments = adamMoments(gradient + decay * state.weight, beta1);
    return { ...moments, weight: state.weight - adamStep(moments, step, beta1) };
  },
  sgd(_step, momentum = 0) {
    const firstMoment = momentum * state.firstMoment + gradient + decay * state.weight;
    return { weight: state.weight - rate * firstMoment, firstMoment };
  },
  rmsprop(_step, momentum = 0) {
    const slope = gradient + decay * state.weight;
    const secondMoment = 0.99 * state.secondMoment + 0.01 * slope ** 2;
    const firstMoment = momentum * state.firstMoment + slope / (Math.sqrt(secondMoment) + 1e-8);
    return { weight: state.weight - rate * firstMoment, firstMoment, secondMoment };
  },
};

function adamMoments(slope: number, beta1: number) {
  return {
    firstMoment: beta1 * state.firstMoment + (1 - beta1) * slope,
    secondMoment: 0.999 * state.secondMoment + 0.001 * slope ** 2,
  };
}

function adamStep(moments: Omit<State, 'weight'>, step: number, beta1: number): number {
  const first = moments.firstMoment / (1 - beta1 ** step);
  const second = moments.secondMoment / (1 - 0.999 ** step);
  return (rate * first) / (Math.sqrt(second) + 1e-8);
}

describe.each(optimizerNames)('%s', (name) => {
  it.each([
    [1, undefined],
    [7, undefined],
    [3, 0.85],
  ])('updates as by hand at step %d with momentum %s', async (step, momentum) => {
    const outputs = await update(name, step, momentum);
    const wanted = expected[name](step, momentum);
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(wanted).sort());
    for (const [part, value] of Object.entries(wanted)) {
      for (const actual of outputs[part] ?? []) expect(actual, part).toBeCloseTo(value, 5);
    }
  });

  it('gives the same row by row', async () => {
    const whole = await update(name, 2, 0.5, [6]);
    const rows = await update(name, 2, 0.5, [2, 3]);
    expect(rows).toEqual(whole);
  });
});

describe('clipping', () => {
  async function scale(limit: number): Promise<number> {
    const graph = new Graph();
    const parts = [graph.constant([2], Float32Array.of(1, -2)), graph.constant([2, 1], Float32Array.of(4, 2))];
    graph.output('scale', clippingScale(graph, parts, limit));
    const session = await openSession(graph.encode(), { device: 'cpu', threads: 1 });
    const outputs = await session.run({});
    await session.release();
    return floatsOf(outputs['scale'])[0] ?? NaN;
  }

  it('scales a longer gradient down to the limit, all its parts together', async () => {
    expect(await scale(2)).toBeCloseTo(2 / 5, 5);
  });

  it('leaves a shorter gradient alone', async () => {
    expect(await scale(5.1)).toBe(1);
  });
});
