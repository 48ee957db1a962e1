import { describe, expect, it } from 'vitest';
import { initialWeights } from '../../src/engine/model/initial';
import { beginAtMean } from '../../src/engine/model/mean-output';
import { checkNetwork } from '../../src/engine/model/shapes';
import type { Layer, NetworkSpec } from '../../src/engine/model/spec';

const means = Float32Array.of(0.25, 0.5, 1);

function spec(ending: readonly Layer[], range: '0..1' | '-1..1' = '0..1'): NetworkSpec {
  return {
    name: 'test',
    input: { channels: 3, height: 4, width: 4, range },
    encoder: [{ type: 'flatten' }, { type: 'linear', out: 4 }],
    decoder: [...ending],
  };
}

function biases(of: NetworkSpec, name: string): { readonly before: number[]; readonly after: number[] } {
  const plan = checkNetwork(of);
  const weights = initialWeights(plan, 0);
  const begun = beginAtMean(plan, weights, means);
  const others = [...weights.keys()].filter((key) => key !== name);
  for (const other of others) expect(begun.get(other)).toBe(weights.get(other));
  return { before: [...(weights.get(name)?.data ?? [])], after: [...(begun.get(name)?.data ?? [])] };
}

const conv: Layer = { type: 'conv', out: 3, kernel: 3, stride: 1, padding: 1, bias: true };
const spread: readonly Layer[] = [
  { type: 'linear', out: 16 },
  { type: 'reshape', channels: 1, height: 4, width: 4 },
];

describe('a first drawing', () => {
  it('has the mean of each channel after a sigmoid, bright ones a little less', () => {
    const { after } = biases(spec([...spread, conv, { type: 'sigmoid' }]), 'decoder.2.bias');
    const drawn = after.map((bias) => 1 / (1 + Math.exp(-bias)));
    [0.25, 0.5, 0.99].forEach((mean, channel) => {
      expect(drawn[channel]).toBeCloseTo(mean, 5);
    });
  });

  it('has it in the range of a network that sees −1 to 1, after a tanh', () => {
    const { after } = biases(spec([...spread, conv, { type: 'tanh' }], '-1..1'), 'decoder.2.bias');
    [-0.5, 0, 0.99].forEach((mean, channel) => {
      expect(Math.tanh(after[channel] ?? NaN)).toBeCloseTo(mean, 5);
    });
  });

  it('has it without an activation, and at every place of a layer that draws all at once', () => {
    const dense: readonly Layer[] = [
      { type: 'linear', out: 48 },
      { type: 'reshape', channels: 3, height: 4, width: 4 },
    ];
    const { after } = biases(spec(dense), 'decoder.0.bias');
    expect(after).toEqual([0.25, 0.5, 1].flatMap((mean) => new Array<number>(16).fill(mean)));
  });

  it('is left as it is where something comes between the bias and the drawing', () => {
    const { before, after } = biases(spec([...spread, conv, { type: 'relu' }]), 'decoder.2.bias');
    expect(before).toHaveLength(3);
    expect(after).toEqual(before);
  });
});
