import { resolve } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { settingOptions } from '../../../src/cli/setting-options';
import { readRequest, readSettings, refuseIncomplete, typedOptions } from '../../../src/cli/options';
import { UserError } from '../../../src/shared/errors';
import { addRunOptions } from '../../../src/cli/start-run';
import { commandLineArguments } from '../../../src/shared/command-line-text';
import { defaultSettings, scanSettingsSchema } from '../../../src/shared/settings';
import type { ScanRequest } from '../../../src/shared/settings';

function refusal(options: Record<string, string>): string {
  try {
    refuseIncomplete(readRequest('images', options));
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
    ['latent', '2', { latent: 2 }],
    ['resize', 'bicubic', { resize: 'bicubic' }],
    ['arrayLayout', 'channels-first', { arrayLayout: 'channels-first' }],
    ['arrayRange', '-1..1', { arrayRange: '-1..1' }],
    ['optimizer', 'sgd', { optimizer: 'sgd' }],
    ['weightDecay', '0.01', { weightDecay: 0.01 }],
    ['clip', '1', { gradientClip: 1 }],
    ['beta', '0.5', { beta: 0.5 }],
    ['schedule', 'plateau', { schedule: 'plateau' }],
    ['augment', 'none', {}],
    ['denoise', 'none', {}],
    ['denoise', 'mask', { denoise: { kind: 'mask', probability: 0.5, amount: 0.5 } }],
    ['denoise', 'gaussian:1', { denoise: { kind: 'gaussian', probability: 1, amount: 0.1 } }],
    ['denoise', 'salt-and-pepper:0.2:0.3', { denoise: { kind: 'salt-and-pepper', probability: 0.2, amount: 0.3 } }],
    [
      'augment',
      'rotate=1, flip-horizontal,flip-vertical,brightness=0.01,contrast=0.01',
      { augment: { rotate: 1, flipHorizontal: true, flipVertical: true, brightness: 0.01, contrast: 0.01 } },
    ],
    ['augment', 'saturation=0.2,crop=0.1,blur=2', { augment: { saturation: 0.2, crop: 0.1, blur: 2 } }],
    ['pretext', 'cut-paste', { pretext: 'cut-paste' }],
    ['keep', 'separation', { keepEpoch: 'separation' }],
    ['epochScores', 'all', { epochScores: 'all' }],
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
    ['backbone', 'b.onnx', { backbone: resolve('b.onnx') }],
  ])('--%s %s becomes a setting', (name, text, expected) => {
    expect(readSettings({ [name]: text })).toEqual({ ...defaultSettings, ...expected });
  });

  it('is there for every setting of a run', () => {
    const settings = Object.keys(scanSettingsSchema.entries);
    // Areas have two, each as often as one likes.
    expect([...settingOptions.map(({ key }) => key), 'areas'].sort()).toEqual(settings.sort());
  });

  it('names an area as often as one likes, to ignore or to attend to', () => {
    const typed = { ignore: ['0.8,0,1,1', '0,0,0.1,0.1'], attend: ['0,0.5,1,1'] };
    expect(readSettings(typed).areas).toEqual([
      { kind: 'ignore', x0: 0.8, y0: 0, x1: 1, y1: 1 },
      { kind: 'ignore', x0: 0, y0: 0, x1: 0.1, y1: 0.1 },
      { kind: 'attend', x0: 0, y0: 0.5, x1: 1, y1: 1 },
    ]);
    expect(readSettings({ ignore: ['0,0,0.3,0,0,0.3'] }).areas).toEqual([
      { kind: 'ignore', corners: [[0, 0], [0.3, 0], [0, 0.3]] }, // prettier-ignore
    ]);
    expect(readSettings({ areas: false }).areas).toEqual([]);
    expect(() => readSettings({ ...typed, areas: false })).toThrow(/--no-areas lets everything count/);
    for (const wrong of ['0.5,0,0.5,1', '0,0,1', '0,0,2,1', 'x', '0,0,1,1,0.5', '0,0,1,1,0.5,0.5', '0,0,1,1,1,x']) {
      expect(() => readSettings({ ignore: [wrong] })).toThrow(/--ignore needs four fractions/);
    }
  });

  it('may go together with others that give it a meaning', () => {
    const backbone = { backbone: 'b.onnx', backboneSize: '96', backboneMean: '0.5', backboneStd: '0.2,0.3,0.4' };
    const read = { backboneSize: 96, backboneMean: [0.5], backboneStd: [0.2, 0.3, 0.4] };
    expect(readSettings(backbone)).toMatchObject(read);
    expect(() => readSettings({ ...backbone, backboneMean: '0.5,0.5' })).toThrow(
      /--backbone-mean needs one number or three/,
    );
    expect(() => readSettings({ backboneSize: '96' })).toThrow(/--backbone-size/);
    const options = { schedule: 'step', scheduleFactor: '0.5', scheduleEvery: '3', warmUp: '1' };
    expect(readSettings(options)).toMatchObject({ scheduleFactor: 0.5, scheduleEvery: 3, warmUpEpochs: 1 });
    expect(readSettings({ optimizer: 'sgd', momentum: '0.5' })).toMatchObject({ momentum: 0.5 });
    const focal = { loss: 'focal', focal: '2,0.25,0' };
    expect(readSettings(focal)).toMatchObject({ focal: { alpha: 2, gamma: 0.25, threshold: 0 } });
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

  it('takes more images to score, in their order', () => {
    expect(readRequest('images', { also: ['cats', 'dogs.npz#x'] }).scoreAlso).toEqual([
      resolve('cats'),
      `${resolve('dogs.npz')}#x`,
    ]);
    expect(() => readRequest('images', { also: [''] })).toThrow(/^--also is empty/);
  });

  it('takes a share or images of their own to validate with', () => {
    const share = readRequest('images', { validation: '0.25' });
    expect(share.settings.validationFraction).toBe(0.25);
    expect(share.validation).toBeUndefined();
    const images = readRequest('images', { validation: 'val' });
    expect(images.validation).toBe(resolve('val'));
    expect(images.settings.validationFraction).toBe(defaultSettings.validationFraction);
    expect(readRequest('images', { validation: './0.25' }).validation).toBe(resolve('0.25'));
  });

  it('takes labels from a file or the layout', () => {
    expect(readRequest('images', { labels: 'l.txt' }).labels).toBe(resolve('l.txt'));
    expect(readRequest('images', { labels: 'layout' }).labels).toBe('layout');
    expect(readRequest('images', { labels: './layout' }).labels).toBe(resolve('layout'));
  });

  it('is what the editor writes it as', () => {
    const request: ScanRequest = {
      source: resolve('images'),
      trainOn: resolve('train set'),
      withSource: 'no',
      knownAnomalies: resolve('bad'),
      scoreAlso: [resolve('cats'), resolve('a.npz') + '#x'],
      validation: resolve('val'),
      labels: 'layout',
      out: resolve('run'),
      settings: {
        ...defaultSettings,
        preset: 'convolutional',
        imageSize: 32,
        areas: [
          { kind: 'ignore', x0: 0.8, y0: 0, x1: 1, y1: 1 },
          { kind: 'attend', corners: [[0, 0], [1, 0], [0, 0.75]] }, // prettier-ignore
        ],
        color: 'rgb',
        roi: [0.1, 0, 0.9, 1],
        epochs: 3,
        minutes: 2,
        batchSize: 32,
        learningRate: 4e-4,
        latent: 8,
        resize: 'bilinear',
        loss: 'focal',
        focal: { alpha: 3, gamma: 0.5, threshold: 0.1 },
        beta: 2,
        optimizer: 'rmsprop',
        weightDecay: 0.001,
        momentum: 0.5,
        gradientClip: 1,
        schedule: 'step',
        scheduleFactor: 0.5,
        scheduleEvery: 4,
        warmUpEpochs: 1.5,
        augment: { rotate: 1, flipHorizontal: true, brightness: 0.01 },
        denoise: { kind: 'coarse', probability: 0.25, amount: 0.2 },
        pretext: 'both',
        patience: 3,
        trimFraction: 0,
        keepEpoch: 'separation',
        epochScores: 'all',
        arrayLayout: 'channels-first',
        arrayRange: '-1..1',
        score: 'reconstruction',
        threshold: { method: 'known-mean' },
        unreadable: 'keep',
        backend: 'onnx',
        device: 'cpu',
        threads: 2,
        seed: 7,
      },
    };
    const command = addRunOptions(new Command());
    command.parse(commandLineArguments(request), { from: 'user' });
    expect(readRequest(command.processedArgs.join(''), typedOptions(command.opts()))).toEqual(request);
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
    ['loss', 'huber', '--loss needs one of mse, l1, bce, focal, ssim, not “huber”.'],
    ['optimizer', 'lion', '--optimizer needs one of adamw, adam, sgd, rmsprop, not “lion”.'],
    [
      'schedule',
      'linear',
      '--schedule needs one of one-cycle, constant, exponential, step, cosine, plateau, not “linear”.',
    ],
    ['latent', '0', '--latent needs a whole number from 1 to 65536, not “0”.'],
    ['resize', 'area', '--resize needs one of nearest, bilinear, bicubic, not “area”.'],
    ['weightDecay', '2', '--weight-decay needs a fraction from 0 to 1, not “2”.'],
    ['validation', '0.95', '--validation needs a fraction from 0 to 0.9, or a source, not “0.95”.'],
    ['arrayRange', '0..2', '--array-range needs one of 0..255, 0..65535, 0..1, -1..1, not “0..2”.'],
    ['pretext', 'jigsaw', '--pretext needs one of auto, none, rotation, cut-paste, both, not “jigsaw”.'],
    ['keep', 'best', '--keep needs one of loss, separation, not “best”.'],
    ['denoise', 'mask:2', '--denoise needs a probability from 0 to 1 and an amount from 0 to 10, not “mask:2”.'],
    ['denoise', 'mask:a', '--denoise: “mask:a” is not KIND:PROBABILITY:AMOUNT, such as mask:0.5:0.5.'],
    ['augment', 'rotate', '--augment: “rotate” needs a number, such as rotate=1.'],
    ['augment', 'flip-vertical=1', '--augment: “flip-vertical=1” has a number too many; write flip-vertical.'],
    ['augment', 'rotate=1,rotate=2', '--augment: “rotate=2” changes the same a second time; name each change once.'],
    [
      'augment',
      'rotate=400',
      '--augment needs changes within their bounds: rotate up to 180, crop up to 0.9, blur up to 10, the others up to 1, not “rotate=400”.',
    ],
    ['color', 'blue', '--color needs one of auto, rgb, gray, not “blue”.'],
    ['backend', 'theano', '--backend needs one of auto, onnx, tensorflow, not “theano”.'],
    ['device', 'tpu', '--device needs one of auto, cpu, webgpu, dml, coreml, cuda, not “tpu”.'],
    ['threads', '0', '--threads needs a whole number from 1 to 1024, not “0”.'],
    ['seed', '-1', '--seed needs a whole number from 0 to 2147483647, not “-1”.'],
    ['trim', '0.9', '--trim needs a fraction from 0 to 0.5, not “0.9”.'],
    ['unreadable', 'skip', '--unreadable needs one of flag, keep, not “skip”.'],
  ])('--%s %s', (name, text, message) => {
    expect(refusal({ [name]: text })).toBe(message);
  });

  it.each(['0.5,0,0.5,1', '0,1,1,0', '0,0,1', '0,0,1,1,1', '0,0,x,1', '0,0,2,1', '-0.1,0,1,1'])('--roi %s', (text) => {
    expect(refusal({ roi: text })).toContain(`not “${text}”`);
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

  it('when a change of images or a noise is none that there is', () => {
    expect(refusal({ augment: 'flip' })).toMatch(/^--augment: “flip” is no change it knows; .*flip-horizontal/);
    expect(refusal({ denoise: 'gauss:0.1' })).toMatch(/^--denoise: “gauss” is no kind of noise; there are mask, /);
  });

  it.each([
    [{ focal: '2,1,0' }, '--focal needs --loss focal'],
    [{ focal: '2,1', loss: 'focal' }, '--focal needs three numbers'],
    [{ momentum: '0.9' }, '--momentum needs --optimizer sgd or rmsprop'],
    [{ scheduleFactor: '0.5' }, '--schedule-factor needs --schedule exponential, step or plateau'],
    [{ scheduleEvery: '5', schedule: 'cosine' }, '--schedule-every needs --schedule step or plateau'],
    [{ warmUp: '2' }, '--warm-up needs another --schedule'],
    [{ model: 'net.json', preset: 'metal-spill-1' }, '--preset and --model both name the network: leave one out.'],
    [{ model: 'net.json', latent: '8' }, '--latent belongs to presets'],
    [{ model: 'net.json', resize: 'bicubic' }, '--resize belongs to presets'],
    [{ threshold: 'f1' }, '--threshold f1 needs --labels FILE'],
  ])('when an option would do nothing: %j', (options: Record<string, string>, start) => {
    expect(refusal(options)).toContain(start);
  });

  it('when the source is empty', () => {
    expect(() => readRequest(' ', {})).toThrow(/The source is empty/);
  });
});

describe('typed options', () => {
  it('are strings and switches', () => {
    const options = { seed: '1', json: true, also: ['a', 'b'] };
    expect(typedOptions(options)).toEqual(options);
  });
});
