import { describe, expect, it } from 'vitest';
import { parseNetworkSpec } from '../../src/engine/model/parse';
import { checkNetwork } from '../../src/engine/model/shapes';
import type { Layer, NetworkSpec } from '../../src/engine/model/spec';

const conv = (out: number, kernel: number, stride = 1, padding = 0): Layer => ({
  type: 'conv',
  out,
  kernel,
  stride,
  padding,
  bias: true,
});

function network(encoder: Layer[], decoder: Layer[] = [{ type: 'sigmoid' }]): NetworkSpec {
  return { name: 'test', input: { channels: 3, height: 8, width: 6 }, encoder, decoder };
}

function refusalOf(spec: NetworkSpec): string {
  try {
    checkNetwork(spec);
  } catch (error) {
    expect(error).toMatchObject({ name: 'UserError', code: 'model-invalid' });
    return error instanceof Error ? error.message : '';
  }
  return 'nothing was refused';
}

describe('checkNetwork', () => {
  it('infers every layer’s shape, the latent size and the parameters by PyTorch’s names', () => {
    const plan = checkNetwork(
      network(
        [conv(4, 3, 2, 1), { type: 'batchNorm' }, { type: 'relu' }, { type: 'flatten' }, { type: 'linear', out: 5 }],
        [
          { type: 'linear', out: 48 },
          { type: 'reshape', channels: 4, height: 4, width: 3 },
          { type: 'resize', height: 8, width: 6 },
          conv(3, 3, 1, 1),
        ],
      ),
    );
    expect(plan.layers.map(({ name, output }) => `${name} ${output.join('×')}`)).toEqual([
      'encoder.0 4×4×3',
      'encoder.1 4×4×3',
      'encoder.2 4×4×3',
      'encoder.3 48×1×1',
      'encoder.4 5×1×1',
      'decoder.0 48×1×1',
      'decoder.1 4×4×3',
      'decoder.2 4×8×6',
      'decoder.3 3×8×6',
    ]);
    expect(plan.latentSize).toBe(5);
    expect(plan.parameters.map(({ name, shape }) => `${name} ${shape.join('×')}`)).toEqual([
      'encoder.0.weight 4×3×3×3',
      'encoder.0.bias 4',
      'encoder.1.weight 4',
      'encoder.1.bias 4',
      'encoder.1.running_mean 4',
      'encoder.1.running_var 4',
      'encoder.4.weight 5×48',
      'encoder.4.bias 5',
      'decoder.0.weight 48×5',
      'decoder.0.bias 48',
      'decoder.3.weight 3×4×3×3',
      'decoder.3.bias 3',
    ]);
    expect(plan.parameterCount).toBe(112 + 8 + 245 + 288 + 111);
  });

  it('refuses a kernel larger than the padded input, naming the layer and what arrives there', () => {
    expect(refusalOf(network([{ type: 'relu' }, conv(4, 3), conv(4, 7)]))).toBe(
      'Layer encoder.2 (conv) cannot work: 4×6×4 (channels×height×width) arrives there; its kernel of 7 is larger than the padded input of 6×4. Use a smaller kernel or more padding.',
    );
  });

  it('refuses groups that do not divide the channels', () => {
    expect(refusalOf(network([{ type: 'groupNorm', groups: 2 }]))).toMatch(
      /encoder\.0 \(groupNorm\).*2 groups do not divide 3 channels/,
    );
  });

  it('refuses a group of a single value, which normalisation would always make 0', () => {
    const layers: Layer[] = [
      { type: 'resize', height: 1, width: 1 },
      { type: 'groupNorm', groups: 3 },
    ];
    expect(refusalOf(network(layers))).toMatch(/encoder\.1 \(groupNorm\).*single value/);
  });

  it('refuses a linear layer on an image', () => {
    expect(refusalOf(network([{ type: 'linear', out: 4 }]))).toMatch(
      /encoder\.0 \(linear\).*3×8×6.*Put a flatten layer before it/,
    );
  });

  it('refuses a reshape to another number of values', () => {
    expect(refusalOf(network([{ type: 'reshape', channels: 2, height: 8, width: 6 }]))).toMatch(
      /encoder\.0 \(reshape\).*that is 144 values, and 2×8×6 takes 96/,
    );
  });

  it('refuses an output of another shape than the input', () => {
    expect(refusalOf(network([conv(2, 1)]))).toMatch(/output is 2×8×6 .*input is 3×8×6/);
  });

  it('refuses more than a hundred million parameters before any memory is taken', () => {
    const wide: Layer[] = [{ type: 'flatten' }, { type: 'linear', out: 65_536 }, { type: 'linear', out: 65_536 }];
    const back: Layer[] = [
      { type: 'linear', out: 144 },
      { type: 'reshape', channels: 3, height: 8, width: 6 },
    ];
    expect(refusalOf(network(wide, back))).toMatch(/at most 100,000,000.*encoder\.2 \(linear\)/);
  });

  it('refuses maps too large for any machine', () => {
    expect(refusalOf(network([{ type: 'resize', height: 65_536, width: 65_536 }]))).toMatch(/encoder\.0 \(resize\)/);
  });
});

describe('parseNetworkSpec', () => {
  const text = (layer: unknown) =>
    JSON.stringify({ ...network([conv(3, 1)]), encoder: [{ type: 'relu' }, layer] satisfies unknown[] });

  it('reads a network and fills in defaults', () => {
    const spec = parseNetworkSpec(text({ type: 'conv', out: 3, kernel: 1 }), 'net.json');
    expect(spec.encoder[1]).toEqual({ type: 'conv', out: 3, kernel: 1, stride: 1, padding: 0, bias: true });
  });

  it.each([
    ['{"name": ', /^net\.json is not valid JSON/],
    ['[]', /^net\.json does not hold a network/],
    [text({ type: 'conv', out: 3 }), /at encoder\.1\.kernel, a value is missing/],
    [text({ type: 'conv', out: -3, kernel: 1 }), /at encoder\.1\.out, found -3, expected >=1/],
    [text({ type: 'lstm' }), /at encoder\.1\.type, found "lstm", expected .*"conv"/],
  ])('names the file and the field: %s', (content, message) => {
    expect(() => parseNetworkSpec(content, 'net.json')).toThrow(message);
  });
});
