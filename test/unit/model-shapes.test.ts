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
      /encoder\.0 \(reshape\).*the number of values is 144, and 2×8×6 takes 96/,
    );
  });

  it.each<readonly [string, Layer[], RegExp]>([
    [
      'instance normalisation of single pixels',
      [{ type: 'resize', height: 1, width: 1 }, { type: 'instanceNorm' }],
      /encoder\.1 \(instanceNorm\) cannot work: 3×1×1 .* arrives there; every channel has a single pixel.*Use groupNorm or batchNorm/,
    ],
    [
      'layer normalisation of a single value',
      [conv(1, 1), { type: 'resize', height: 1, width: 1 }, { type: 'layerNorm' }],
      /encoder\.2 \(layerNorm\).*1×1×1.*single value/,
    ],
    [
      'a pool larger than the image',
      [{ type: 'maxPool', kernel: 9, padding: 0 }],
      /encoder\.0 \(maxPool\).*kernel of 9 is larger than the padded input of 8×6/,
    ],
    [
      'a pool whose windows lie outside',
      [{ type: 'averagePool', kernel: 3, padding: 2 }],
      /encoder\.0 \(averagePool\).*padding of 2 is more than half of its kernel of 3.*Use at most 1/,
    ],
    [
      'an output padding as large as the stride',
      [{ type: 'convTranspose', out: 3, kernel: 3, stride: 2, padding: 1, outputPadding: 2, bias: true }],
      /encoder\.0 \(convTranspose\).*outputPadding of 2 must be smaller than its stride of 2/,
    ],
    [
      'a transposed convolution that cuts everything away',
      [{ type: 'convTranspose', out: 3, kernel: 1, stride: 1, padding: 3, outputPadding: 0, bias: true }],
      /encoder\.0 \(convTranspose\).*would cut all of it away \(2×0 pixels left\)/,
    ],
    [
      'a resize without a size',
      [{ type: 'resize', height: 4 }],
      /encoder\.0 \(resize\).*a scale, or both height and width/,
    ],
    [
      'a resize with two sizes',
      [{ type: 'resize', scale: 2, height: 4 }],
      /encoder\.0 \(resize\).*a scale and a height or width as well/,
    ],
    ['a resize to nothing', [{ type: 'resize', scale: 0.1 }], /encoder\.0 \(resize\).*less than one pixel/],
    [
      'a sum of different shapes',
      [{ type: 'residual', layers: [conv(5, 3, 2, 1)] }],
      /encoder\.0 \(residual\).*layers make 5×4×3 and its shortcut 3×8×6.*Give it a shortcut that makes 5×4×3/,
    ],
    [
      'a shortcut of another shape',
      [{ type: 'residual', layers: [conv(5, 3, 2, 1)], shortcut: [conv(4, 1, 2)] }],
      /layers make 5×4×3 and its shortcut 4×4×3.*Change the shortcut/,
    ],
    [
      'branches of different sizes',
      [{ type: 'branches', branches: [[], [conv(3, 3)]], join: 'concat' }],
      /encoder\.0 \(branches\).*branch 0 makes 3×8×6 .* and branch 1 3×6×4; concat needs the same height and width/,
    ],
    [
      'an average of different channels',
      [{ type: 'branches', branches: [[], [], [conv(4, 1)]], join: 'average' }],
      /branch 0 makes 3×8×6 .* and branch 2 4×8×6; average needs the same shape/,
    ],
    [
      'a layer deep inside others',
      [{ type: 'branches', branches: [[], [{ type: 'residual', layers: [conv(3, 9)] }]], join: 'sum' }],
      /Layer encoder\.0\.branches\.1\.0\.layers\.0 \(conv\) cannot work/,
    ],
    [
      'sampling before the end',
      [{ type: 'flatten' }, { type: 'sample' }, { type: 'relu' }],
      /encoder\.1 \(sample\).*only be the last layer of the encoder/,
    ],
    ['sampling from an image', [{ type: 'sample' }], /encoder\.0 \(sample\).*needs a vector/],
    [
      'sampling from an odd number of values',
      [{ type: 'flatten' }, { type: 'linear', out: 7 }, { type: 'sample' }],
      /encoder\.2 \(sample\).*7×1×1.*even number/,
    ],
    [
      'an image of giant size',
      [{ type: 'convTranspose', out: 3, kernel: 1, stride: 1024, padding: 0, outputPadding: 0, bias: true }],
      /At encoder\.0 \(convTranspose\).*more than 64,000,000 values/,
    ],
  ])('refuses %s', (_what, layers, message) => {
    expect(refusalOf(network(layers))).toMatch(message);
  });

  it('refuses what would take more memory than there is', () => {
    const long: Layer[] = [
      { type: 'resize', height: 1, width: 5000 },
      { type: 'resize', height: 1, width: 5000 },
    ];
    expect(refusalOf(network(long))).toMatch(/encoder\.1 \(resize\).*sides of 1×5000 to 1×5000 takes too much memory/);
    const many: Layer[] = Array.from({ length: 20 }, () => ({ type: 'relu' }));
    const large = { ...network(many), input: { channels: 16, height: 1400, width: 1400 } };
    expect(refusalOf(large)).toMatch(/All layers together make 658,560,000 values of an image; at most 500,000,000/);
  });

  it('refuses sampling inside a composite and in the decoder', () => {
    const inside: Layer = { type: 'residual', layers: [{ type: 'sample' }] };
    expect(refusalOf(network([{ type: 'flatten' }, inside]))).toMatch(
      /encoder\.1\.layers\.0 \(sample\).*only be the last/,
    );
    expect(refusalOf(network([{ type: 'flatten' }], [{ type: 'sample' }]))).toMatch(
      /decoder\.0 \(sample\).*only be the last/,
    );
  });

  it('plans what is inside composites, and owns its parameters by full names', () => {
    const shortcut = [conv(4, 1, 2)];
    const residual: Layer = { type: 'residual', layers: [conv(4, 3, 2, 1), { type: 'batchNorm' }], shortcut };
    const branches: Layer = { type: 'branches', branches: [[residual], [conv(2, 2, 2)]], join: 'concat' };
    const { layers, parameters } = checkNetwork(network([branches], [{ type: 'resize', scale: 2 }, conv(3, 1)]));
    expect(layers[0]?.output).toEqual([6, 4, 3]);
    expect(layers[0]?.inner?.map((branch) => branch.map(({ name }) => name))).toEqual([
      ['encoder.0.branches.0.0'],
      ['encoder.0.branches.1.0'],
    ]);
    const names = [
      'encoder.0.branches.0.0.layers.0.weight',
      'encoder.0.branches.0.0.layers.0.bias',
      'encoder.0.branches.0.0.layers.1.weight',
      'encoder.0.branches.0.0.layers.1.bias',
      'encoder.0.branches.0.0.layers.1.running_mean',
      'encoder.0.branches.0.0.layers.1.running_var',
      'encoder.0.branches.0.0.shortcut.0.weight',
      'encoder.0.branches.0.0.shortcut.0.bias',
      'encoder.0.branches.1.0.weight',
      'encoder.0.branches.1.0.bias',
    ];
    expect(layers[0]?.parameters.map(({ name }) => name)).toEqual(names);
    expect(parameters.map(({ name }) => name)).toEqual([...names, 'decoder.1.weight', 'decoder.1.bias']);
  });

  it('lays parameters out as PyTorch does', () => {
    const layers: Layer[] = [
      { type: 'convTranspose', out: 5, kernel: 4, stride: 2, padding: 1, outputPadding: 1, bias: true },
      { type: 'instanceNorm' },
      { type: 'instanceNorm', affine: true },
      { type: 'layerNorm' },
      { type: 'maxPool', kernel: 3, stride: 2, padding: 1 },
      { type: 'averagePool', kernel: 2, padding: 0 },
      { type: 'flatten' },
      { type: 'linear', out: 3, bias: false },
    ];
    const back: Layer[] = [
      { type: 'linear', out: 144 },
      { type: 'reshape', channels: 3, height: 8, width: 6 },
    ];
    const plan = checkNetwork(network(layers, back));
    expect(plan.layers.slice(0, 8).map(({ output }) => output.join('×'))).toEqual([
      '5×17×13',
      '5×17×13',
      '5×17×13',
      '5×17×13',
      '5×9×7',
      '5×4×3',
      '60×1×1',
      '3×1×1',
    ]);
    expect(plan.parameters.slice(0, 7).map(({ name, shape, fanIn }) => [name, shape.join('×'), fanIn])).toEqual([
      ['encoder.0.weight', '3×5×4×4', 80],
      ['encoder.0.bias', '5', 80],
      ['encoder.2.weight', '5', 1],
      ['encoder.2.bias', '5', 1],
      ['encoder.3.weight', '5×17×13', 1],
      ['encoder.3.bias', '5×17×13', 1],
      ['encoder.7.weight', '3×60', 60],
    ]);
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
    [text({ type: 'relu', slop: 1 }), /at encoder\.1\.slop, the field "slop" is not known there/],
    [
      text({ type: 'residual', layers: [{ type: 'conv', out: 3 }] }),
      /at encoder\.1\.layers\.0\.kernel, a value is missing/,
    ],
    [text({ type: 'branches', branches: [[]], join: 'sum' }), /at encoder\.1\.branches, .*1/],
    [text({ type: 'residual', layers: [] }), /at encoder\.1\.layers, the list has length 0, expected >=1\.$/],
    [text({ type: 'conv', out: 1e300, kernel: 1 }), /at encoder\.1\.out, found 1e\+300/],
    [text('relu'), /at encoder\.1, found "relu"/],
    [text(null), /at encoder\.1, found null/],
  ])('names the file and the field: %s', (content, message) => {
    expect(() => parseNetworkSpec(content, 'net.json')).toThrow(message);
  });

  it('says in a moment what is wrong with a hostile file', () => {
    const nested = (depth: number) => '{"type":"residual","layers":['.repeat(depth) + ']}'.repeat(depth);
    const refused = (content: string, message: RegExp) => {
      const start = performance.now();
      expect(() => parseNetworkSpec(content, 'net.json')).toThrow(message);
      expect(performance.now() - start).toBeLessThan(5000);
    };
    refused(`{"encoder":[${'{"type":"relu"},'.repeat(1_000_000)}{"type":"relu"}]}`, /larger than 1 MB/);
    refused(`{"encoder":[${'{"type":"relu"},'.repeat(60_000)}{"type":"relu"}]}`, /more than 2,000 layers/);
    refused(`[${'0,'.repeat(400_000)}0]`, /more than 2,000 layers/);
    refused(
      `{${Array.from({ length: 60_000 }, (_, index) => `"a${String(index)}":0`).join()}}`,
      /does not hold a network/,
    );
    refused(nested(100_000), /larger than 1 MB/);
    refused(nested(30_000), /too deep within one another/);
    refused('['.repeat(400_000) + ']'.repeat(400_000), /too deep within one another/);
    refused('['.repeat(900_000), /not valid JSON/);
    refused('{"__proto__":{"name":"x"}}', /the field __proto__ is not known/);
    refused('{"name":"x","constructor":{}}', /the field constructor is not known/);
    refused('null', /does not hold a network/);
    refused('"conv"', /does not hold a network/);
  });

  it('passes over a byte order mark and a reference to the schema', () => {
    const content = `\uFEFF${JSON.stringify({ $schema: './network.schema.json', ...network([conv(3, 1)]) })}`;
    expect(parseNetworkSpec(content, 'net.json').encoder).toHaveLength(1);
  });
});
