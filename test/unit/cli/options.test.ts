import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingOptions } from '../../../src/cli/option-table';
import { readRequest, readSettings, typedOptions } from '../../../src/cli/options';
import { UserError } from '../../../src/shared/errors';
import { defaultSettings, scanSettingsSchema } from '../../../src/shared/settings';

function refusal(options: Record<string, string>): string {
  try {
    readRequest('images', options);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect(error).toHaveProperty('code', 'settings-invalid');
    if (error instanceof UserError) return error.message;
  }
  return expect.fail('nothing was refused');
}

describe('a request without options', () => {
  it('has the default settings and an absolute source', () => {
    expect(readRequest('images', {})).toEqual({
      source: resolve('images'),
      withSource: 'auto',
      settings: defaultSettings,
    });
  });

  it("keeps the array's name in the source", () => {
    expect(readRequest('data/digits.npz#x_test', {}).source).toBe(`${resolve('data/digits.npz')}#x_test`);
  });
});

describe('each option', () => {
  it.each([
    ['preset', 'digits', { preset: 'digits' }],
    ['size', '48', { imageSize: 48 }],
    ['color', 'gray', { color: 'gray' }],
    ['roi', '0.1,0,0.9,1', { roi: [0.1, 0, 0.9, 1] }],
    ['epochs', '3', { epochs: 3 }],
    ['minutes', '1.5', { minutes: 1.5 }],
    ['batch', '32', { batchSize: 32 }],
    ['lr', '1e-3', { learningRate: 0.001 }],
    ['loss', 'l1', { loss: 'l1' }],
    ['optimizer', 'adamw', { optimizer: 'adamw' }],
    ['schedule', 'constant', { schedule: 'constant' }],
    ['patience', '4', { patience: 4 }],
    ['validation', '0', { validationFraction: 0 }],
    ['trim', '0', { trimFraction: 0 }],
    ['score', 'reconstruction', { score: 'reconstruction' }],
    ['threshold', 'percentile:97', { threshold: { method: 'percentile', parameter: 97 } }],
    ['unreadable', 'keep', { unreadable: 'keep' }],
    ['backend', 'onnx', { backend: 'onnx' }],
    ['device', 'webgpu', { device: 'webgpu' }],
    ['threads', '2', { threads: 2 }],
    ['seed', '7', { seed: 7 }],
    ['model', 'net.json', { modelFile: resolve('net.json') }],
  ])('--%s %s becomes a setting', (name, text, expected) => {
    expect(readSettings({ [name]: text })).toEqual({ ...defaultSettings, ...expected });
  });

  it('is there for every setting of a run', () => {
    const settings = Object.keys(scanSettingsSchema.entries);
    expect(settingOptions.map(({ key }) => key).sort()).toEqual(settings.sort());
  });

  it('changes only its own setting of a trained run', () => {
    const trained = { ...defaultSettings, epochs: 9, seed: 4 };
    expect(readSettings({ threads: '1' }, trained)).toEqual({ ...trained, threads: 1 });
  });

  it('names other images by absolute paths', () => {
    const request = readRequest('images', {
      trainOn: 'clean',
      withSource: 'no',
      knownAnomalies: 'bad.npz#x',
      out: 'run',
    });
    expect(request).toMatchObject({
      trainOn: resolve('clean'),
      withSource: 'no',
      knownAnomalies: `${resolve('bad.npz')}#x`,
      out: resolve('run'),
    });
  });
});

describe('a wrong value is refused with the option and what it takes', () => {
  it.each([
    ['size', '3', '--size needs a whole number from 4 to 512, not “3”.'],
    ['size', 'big', '--size needs a whole number from 4 to 512, not “big”.'],
    ['epochs', '0', '--epochs needs a whole number from 1 to 10000, not “0”.'],
    ['epochs', '2.5', '--epochs needs a whole number from 1 to 10000, not “2.5”.'],
    ['minutes', '-1', '--minutes needs a number from 0 up, not “-1”.'],
    ['batch', '', '--batch needs a whole number from 1 to 4096, not “”.'],
    ['lr', '0', '--lr needs a number above 0, at most 10, not “0”.'],
    ['lr', 'Infinity', '--lr needs a number above 0, at most 10, not “Infinity”.'],
    ['loss', 'focal', '--loss needs one of mse, l1, bce in this version, not “focal”.'],
    ['optimizer', 'sgd', '--optimizer needs adamw in this version, not “sgd”.'],
    ['schedule', 'cosine', '--schedule needs one of one-cycle, constant in this version, not “cosine”.'],
    ['color', 'blue', '--color needs one of auto, rgb, gray, not “blue”.'],
    ['backend', 'tensorflow', '--backend needs one of auto, onnx in this version, not “tensorflow”.'],
    ['device', 'tpu', '--device needs one of auto, cpu, webgpu, dml, coreml, cuda, not “tpu”.'],
    ['threads', '0', '--threads needs a whole number from 1 to 1024, not “0”.'],
    ['seed', '-1', '--seed needs a whole number from 0 to 2147483647, not “-1”.'],
    ['trim', '0.9', '--trim needs a fraction from 0 to 0.5, not “0.9”.'],
    ['unreadable', 'skip', '--unreadable needs one of flag, keep, not “skip”.'],
  ])('--%s %s', (name, text, message) => {
    expect(refusal({ [name]: text })).toBe(message);
  });

  it.each(['0.5,0,0.5,1', '0,1,1,0', '0,0,1', '0,0,1,1,1', '0,0,x,1', '0,0,2,1', '-0.1,0,1,1'])('--roi %s', (text) => {
    expect(refusal({ roi: text })).toContain(`not “${text.includes('x') ? 'x' : text}”`);
  });

  it('--score', () => expect(refusal({ score: 'colour' })).toMatch(/^--score needs one of auto, anomaly, /));
  it('--threshold', () => expect(refusal({ threshold: 'mad:x' })).toMatch(/^--threshold: “mad:x” .*such as mad:3\.5/));
  it('--with-source', () =>
    expect(refusal({ withSource: 'maybe' })).toMatch(/^--with-source needs one of auto, yes, no/));
});

describe('a contradiction is refused', () => {
  it('when nothing is left to train on', () => {
    expect(refusal({ withSource: 'no' })).toContain('--train-on');
  });

  it('when a threshold is to be taken from known anomalies that are not given', () => {
    expect(refusal({ threshold: 'known-min' })).toContain('--known-anomalies');
  });

  it('when an option asks for what this version does not do', () => {
    expect(refusal({ augment: 'flip' })).toBe(
      '--augment can only be none in this version, not “flip”; leave the option out.',
    );
    expect(refusal({ denoise: 'gauss:0.1' })).toContain('--denoise can only be none');
    expect(readSettings({ augment: 'none', denoise: 'none' })).toEqual(defaultSettings);
  });

  it('when the source is empty', () => {
    expect(() => readRequest(' ', {})).toThrow(/The source is empty/);
  });
});

describe('typed options', () => {
  it('are strings and switches', () => {
    expect(typedOptions({ seed: '1', json: true })).toEqual({ seed: '1', json: true });
  });
});
