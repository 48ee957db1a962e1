import { describe, expect, it } from 'vitest';
import { initialWeights } from '../../src/engine/model/initial';
import { choosePreset, presets } from '../../src/engine/model/presets';
import { checkNetwork } from '../../src/engine/model/shapes';
import type { FeatureShape } from '../../src/engine/model/spec';

describe('presets', () => {
  it.each(presets.map((preset) => [preset.name, preset] as const))('%s works at its example size', (_name, preset) => {
    const plan = checkNetwork(preset.build(preset.exampleInput));
    expect(plan.input).toEqual(preset.exampleInput);
  });

  it.each([
    ['convolutional', [3, 64, 64], 330_595, 32],
    ['convolutional', [1, 28, 28], 115_617, 32],
    ['corrupted-digits', [1, 28, 28], 7_193_505, 256],
  ] as const)('%s at %j has %i parameters and %i latent values', (name, input, parameters, latent) => {
    const plan = checkNetwork(choosePreset(name).build(input));
    expect(plan.parameterCount).toBe(parameters);
    expect(plan.latentSize).toBe(latent);
  });

  it.each([
    [1, 1, 1],
    [3, 4, 4],
    [1, 5, 100],
    [3, 37, 50],
    [3, 224, 224],
  ] as const)('convolutional adapts to %i×%i×%i', (...input) => {
    const plan = checkNetwork(choosePreset('convolutional').build(input));
    const [, height, width] = plan.layers.findLast(({ part, layer }) => part === 'encoder' && layer.type === 'conv')
      ?.output ?? [0, 99, 99];
    expect(Math.max(height, width)).toBeLessThanOrEqual(4);
  });

  it.each(presets.map((preset) => [preset.name, preset] as const))(
    '%s takes the options that it leaves open, and names those it does not',
    (name, preset) => {
      const { exampleInput, options } = preset;
      const withLatent = () => checkNetwork(preset.build(exampleInput, { latent: 1 })).latentSize;
      const withResize = () => preset.build(exampleInput, { resize: 'bicubic' }).decoder;
      if (options.includes('latent')) expect(withLatent()).toBe(1);
      else expect(withLatent).toThrow(new RegExp(`${name} has a latent vector of fixed length: leave out latent`));
      if (options.includes('resize')) expect(withResize()).toContainEqual(expect.objectContaining({ mode: 'bicubic' }));
      else expect(withResize).toThrow(new RegExp(`${name} has a fixed way to enlarge its maps: leave out resize`));
    },
  );

  it.each([
    ['metal-spill-2', [1, 48, 24]],
    ['faces-linear', [1, 30, 20]],
    ['faces-mixed', [3, 32, 48]],
  ] as const)('%s works at %j, too', (name, input) => {
    expect(checkNetwork(choosePreset(name).build(input)).input).toEqual(input);
  });

  it('say so when they cannot work at a size', () => {
    const refusal = (name: string, input: FeatureShape) => () => choosePreset(name).build(input);
    expect(refusal('corrupted-digits', [3, 64, 64])).toThrow(
      /works only with grey images of 28×28 pixels, and got 3×64×64 .*Choose the image size 28 and the colours gray, or the preset convolutional/,
    );
    expect(refusal('strided-100', [1, 100, 100])).toThrow(/colour images .*Choose the colours rgb, or/);
    expect(refusal('metal-spill-1', [3, 30, 32])).toThrow(/sides are multiples of 8, and got 3×30×32/);
  });
});

describe('choosePreset', () => {
  it('takes the convolutional network for auto', () => {
    expect(choosePreset('auto').name).toBe('convolutional');
  });

  it('names the presets when it knows no such name', () => {
    expect(() => choosePreset('resnet')).toThrow(/no preset called “resnet”.*convolutional, corrupted-digits/);
  });
});

describe('initialWeights', () => {
  const plan = checkNetwork(choosePreset('convolutional').build([1, 28, 28]));

  it('are the same for the same seed and others for another', () => {
    const name = 'encoder.0.weight';
    const first = initialWeights(plan, 5).get(name)?.data;
    expect(initialWeights(plan, 5).get(name)?.data).toEqual(first);
    expect(initialWeights(plan, 6).get(name)?.data).not.toEqual(first);
  });

  it('spread uniformly within one over the square root of the inputs, as PyTorch’s do', () => {
    const { data } = initialWeights(plan, 0).get('encoder.3.weight') ?? { data: new Float32Array() };
    const bound = 1 / Math.sqrt(16 * 9);
    expect(Math.max(...data)).toBeLessThanOrEqual(bound);
    expect(Math.max(...data)).toBeGreaterThan(0.99 * bound);
    const variance = data.reduce((sum, value) => sum + value * value, 0) / data.length;
    expect(variance / (bound ** 2 / 3)).toBeCloseTo(1, 1);
  });

  it('of transposed convolutions follow their outputs, as PyTorch counts them', () => {
    const weights = initialWeights(checkNetwork(choosePreset('strided-100').build([3, 100, 100])), 0);
    const { shape, data } = weights.get('decoder.9.weight') ?? { shape: [], data: new Float32Array() };
    expect(shape).toEqual([8, 4, 8, 8]);
    const bound = 1 / Math.sqrt(4 * 8 * 8);
    expect(Math.max(...data)).toBeLessThanOrEqual(bound);
    expect(Math.max(...data)).toBeGreaterThan(0.99 * bound);
  });

  it('start norms neutral', () => {
    const weights = initialWeights(plan, 0);
    expect(new Set(weights.get('encoder.1.weight')?.data)).toEqual(new Set([1]));
    expect(new Set(weights.get('encoder.1.running_mean')?.data)).toEqual(new Set([0]));
    expect(new Set(weights.get('encoder.1.running_var')?.data)).toEqual(new Set([1]));
  });
});
