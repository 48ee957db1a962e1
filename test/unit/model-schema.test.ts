/** The JSON schema that helps while a network is written, against the schema that reads it. */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { parseNetworkSpec } from '../../src/engine/model/parse';
import { choosePreset, presets } from '../../src/engine/model/presets';
import { checkNetwork } from '../../src/engine/model/shapes';
import { type Layer, networkSpecSchema } from '../../src/engine/model/spec';
import { describeModels } from '../../src/engine/pipeline/network-choice';
import networkSchema from '../../media/network.schema.json';

const read = (spec: unknown) => v.is(networkSpecSchema, spec);
const ajv = new Ajv({ strict: true, strictRequired: false, keywords: ['defaultSnippets'] });
const validate = ajv.compile(networkSchema);

/** Every field of every layer: the compiler asks for those that come. */
const whole: { readonly [T in Layer['type']]: Required<Extract<Layer, { type: T }>> } = {
  conv: { type: 'conv', out: 3, kernel: 3, stride: 1, padding: 1, bias: true },
  convTranspose: { type: 'convTranspose', out: 3, kernel: 3, stride: 2, padding: 1, outputPadding: 1, bias: false },
  linear: { type: 'linear', out: 3, bias: false },
  maxPool: { type: 'maxPool', kernel: 2, stride: 2, padding: 0 },
  averagePool: { type: 'averagePool', kernel: 2, stride: 2, padding: 0 },
  resize: { type: 'resize', mode: 'bicubic', height: 3, width: 4, scale: 2 },
  batchNorm: { type: 'batchNorm' },
  groupNorm: { type: 'groupNorm', groups: 2 },
  instanceNorm: { type: 'instanceNorm', affine: true },
  layerNorm: { type: 'layerNorm' },
  dropout: { type: 'dropout', probability: 0.2 },
  relu: { type: 'relu' },
  leakyRelu: { type: 'leakyRelu', slope: 0.2 },
  elu: { type: 'elu', alpha: 0.5 },
  gelu: { type: 'gelu' },
  mish: { type: 'mish' },
  silu: { type: 'silu' },
  tanh: { type: 'tanh' },
  sigmoid: { type: 'sigmoid' },
  flatten: { type: 'flatten' },
  reshape: { type: 'reshape', channels: 1, height: 2, width: 3 },
  sample: { type: 'sample' },
  residual: { type: 'residual', layers: [{ type: 'relu' }], shortcut: [{ type: 'tanh' }] },
  branches: { type: 'branches', branches: [[], [{ type: 'relu' }]], join: 'concat' },
};

function withLayer(layer: unknown): unknown {
  return {
    name: 'test',
    input: { channels: 3, height: 8, width: 8, range: '-1..1' },
    encoder: [{ type: 'residual', layers: [layer] }],
    decoder: [{ type: 'relu' }],
  };
}

const strange: readonly unknown[] = [
  -1,
  0,
  0.5,
  1,
  2,
  65_536,
  65_537,
  1e9,
  'x',
  '',
  'sum',
  'nearest',
  true,
  null,
  [],
  {},
];

describe('the JSON schema of networks', () => {
  it.each(presets.map((preset) => [preset.name, preset] as const))('takes the preset %s', (_name, preset) => {
    const spec = preset.build(preset.exampleInput);
    expect(validate(spec), ajv.errorsText(validate.errors)).toBe(true);
    expect(read(spec)).toBe(true);
  });

  it.each(Object.values(whole).map((layer) => [layer.type, layer] as const))(
    'agrees with what is read on %s: all fields, each left out, each with strange values, and one too many',
    (_type, layer) => {
      expect(validate(withLayer(layer)), ajv.errorsText(validate.errors)).toBe(true);
      expect(read(withLayer(layer))).toBe(true);
      for (const field of Object.keys(layer)) {
        const others = Object.entries(layer).filter(([name]) => name !== field);
        const variants = [
          Object.fromEntries(others),
          ...strange.map((value) => Object.fromEntries([...others, [field, value]])),
        ];
        for (const variant of variants) {
          expect(validate(withLayer(variant)), JSON.stringify(variant)).toBe(read(withLayer(variant)));
        }
      }
      for (const extra of [
        { ...layer, surplus: 1 },
        { ...layer, type: 'unknown' },
      ]) {
        expect(validate(withLayer(extra))).toBe(false);
        expect(read(withLayer(extra))).toBe(false);
      }
    },
  );

  it.each([
    [{}],
    [[]],
    [null],
    [{ name: 'x', input: { channels: 3, height: 8, width: 8 }, encoder: [], decoder: [{ type: 'relu' }] }],
    [{ name: 'x', input: { channels: 3, height: 8 }, encoder: [{ type: 'relu' }], decoder: [{ type: 'relu' }] }],
    [
      {
        name: 'x',
        input: { channels: 3, height: 8, width: 8, range: '0-1' },
        encoder: [whole.relu],
        decoder: [whole.relu],
      },
    ],
    [{ input: { channels: 3, height: 8, width: 8 }, encoder: [whole.relu], decoder: [whole.relu] }],
    [{ name: 'x', input: { channels: 3, height: 8, width: 8 }, encoder: [whole.relu], decoder: [whole.relu], more: 1 }],
    [withLayer({ type: 'branches', branches: [[]], join: 'sum' })],
    [withLayer({ type: 'residual', layers: [] })],
  ])('refuses what is not read: %j', (spec) => {
    expect(validate(spec)).toBe(false);
    expect(read(spec)).toBe(false);
  });

  it('describes every layer and every field', () => {
    const described = (schema: object): boolean => 'description' in schema;
    for (const [type, definition] of Object.entries(networkSchema.definitions)) {
      if (type === 'layer') continue;
      expect(described(definition), type).toBe(true);
      for (const [field, schema] of Object.entries<object>('properties' in definition ? definition.properties : {})) {
        expect(described(schema), `${type}.${field}`).toBe(true);
      }
    }
    expect(Object.keys(networkSchema.definitions).sort()).toEqual(['layer', ...Object.keys(whole)].sort());
  });

  it('is offered for files called *.network.json, and is shipped', () => {
    const { contributes } = v.parse(
      v.object({
        contributes: v.object({ jsonValidation: v.array(v.object({ fileMatch: v.string(), url: v.string() })) }),
      }),
      JSON.parse(readFileSync('package.json', 'utf8')),
    );
    expect(contributes.jsonValidation).toEqual([{ fileMatch: '*.network.json', url: './media/network.schema.json' }]);
    expect(readFileSync('.vscodeignore', 'utf8').split('\n')).toContain('!media/network.schema.json');
  });
});

describe('the documentation of networks', () => {
  const text = readFileSync('docs/networks.md', 'utf8');
  const row = (name: string) => text.split('\n').find((line) => line.startsWith(`| \`${name}\` `)) ?? '';

  it.each(describeModels().map((model) => [model.name, model] as const))('lists %s as it is', (name, model) => {
    const cells = row(name)
      .split('|')
      .map((cell) => cell.trim());
    expect(cells[3]).toBe(model.latent.toLocaleString('en'));
    expect(cells[4]).toBe(model.parameters.toLocaleString('en'));
    const options = choosePreset(name).options;
    expect([cells[5], cells[6]]).toEqual([
      options.includes('latent') ? '✓' : '',
      options.includes('resize') ? '✓' : '',
    ]);
  });

  it.each(Object.values(whole))('tells of $type and its fields', (layer) => {
    for (const field of Object.keys(layer).filter((name) => name !== 'type')) {
      if (layer.type === 'convTranspose' && field !== 'outputPadding') continue; // "as conv"
      expect(row(layer.type)).toContain(`\`${field}\``);
    }
    expect(row(layer.type)).not.toBe('');
  });

  it('shows networks that work, as the samples do', () => {
    const examples = [...text.matchAll(/```json\n(.*?)```/gs)].map(([, example = '']) => example);
    const samples = readdirSync('samples/networks').map((name) => readFileSync(`samples/networks/${name}`, 'utf8'));
    expect(examples).toHaveLength(1);
    expect(samples.length).toBeGreaterThan(1);
    for (const example of [...examples, ...samples]) {
      expect(() => checkNetwork(parseNetworkSpec(example, 'example'))).not.toThrow();
      expect(validate(JSON.parse(example)), ajv.errorsText(validate.errors)).toBe(true);
    }
  });
});
