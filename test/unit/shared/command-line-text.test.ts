import { execFileSync } from 'node:child_process';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { readRequest, typedOptions } from '../../../src/cli/options';
import { addRunOptions } from '../../../src/cli/start-run';
import { commandLineArguments, commandLineText, shellKind } from '../../../src/shared/command-line-text';
import { defaultSettings, type ScanRequest } from '../../../src/shared/settings';

const plain: ScanRequest = { source: '/data/apples', withSource: 'auto', settings: defaultSettings };

/** What the command line makes of the words after the verb. */
function readBack(words: readonly string[]): ScanRequest {
  let read: ScanRequest | undefined;
  const command = addRunOptions(new Command('scan')).exitOverride();
  command.action((source: string, options: unknown) => {
    read = readRequest(source, typedOptions(options));
  });
  command.parse([...words], { from: 'user' });
  if (!read) throw new Error('the command line was not understood');
  return read;
}

/** Requests that between them use every option. */
const requests: Readonly<Record<string, ScanRequest>> = {
  'that leaves everything open': plain,
  'of a casting line': {
    source: '/data/metal spill/test/imgs',
    trainOn: '/data/metal spill/train',
    withSource: 'no',
    knownAnomalies: '/data/metal spill/proliv',
    labels: '/data/metal spill/test/test_annotation.txt',
    validation: '/data/metal spill/held out',
    scoreAlso: ['/data/cats', "/data/the owner's dogs"],
    out: '/runs/1',
    settings: {
      ...defaultSettings,
      preset: 'metal-spill-1',
      learningRate: 4e-4,
      schedule: 'plateau',
      scheduleFactor: 0.5,
      scheduleEvery: 3,
      warmUpEpochs: 1,
      augment: { rotate: 1, flipHorizontal: true, flipVertical: true, brightness: 0.01, contrast: 0.01 },
      threshold: { method: 'known-min' },
      patience: 20,
      epochs: 40,
      minutes: 1.5,
      unreadable: 'keep',
      device: 'cpu',
      threads: 2,
      backend: 'onnx',
      seed: 7,
    },
  },
  'of digits': {
    source: '/data/digits.npz#x_test',
    trainOn: '/data/digits.npz#x_train',
    withSource: 'auto',
    labels: 'layout',
    settings: {
      ...defaultSettings,
      preset: 'corrupted-digits',
      latent: 2,
      resize: 'bicubic',
      imageSize: 28,
      color: 'gray',
      roi: [0.1, 0, 0.9, 1],
      loss: 'focal',
      focal: { alpha: 1, gamma: 2, threshold: 0.5 },
      optimizer: 'sgd',
      momentum: 0.8,
      weightDecay: 0,
      gradientClip: 1,
      schedule: 'exponential',
      batchSize: 32,
      validationFraction: 0.2,
      trimFraction: 0,
      denoise: { kind: 'mask', probability: 0.5, amount: 0.25 },
      augment: { saturation: 0.1, crop: 0.2, blur: 1 },
      pretext: 'rotation',
      keepEpoch: 'separation',
      epochScores: 'all',
      arrayLayout: 'channels-last',
      arrayRange: '0..255',
      score: 'reconstruction',
      threshold: { method: 'percentile', parameter: 90 },
    },
  },
  'with a network of its own': {
    ...plain,
    settings: { ...defaultSettings, modelFile: '/data/my.network.json', beta: 0.5 },
  },
};

describe('a request as a command', () => {
  it.each(Object.entries(requests))('%s is read back as the same request', (_name, request) => {
    expect(readBack(commandLineArguments(request))).toEqual(request);
  });

  it('says that nothing was asked where a run of an earlier version says nothing of pretext tasks', () => {
    const settings = { ...defaultSettings };
    Reflect.deleteProperty(settings, 'pretext');
    expect(commandLineArguments({ ...plain, settings })).toEqual(['/data/apples', '--pretext', 'none']);
  });

  it('names only what differs from the defaults of the command line', () => {
    expect(commandLineText(plain, 'scan', 'posix')).toBe('anomaly-review scan /data/apples');
    expect(commandLineText({ ...plain, settings: { ...defaultSettings, epochs: 3 } }, 'train', 'posix')).toBe(
      'anomaly-review train /data/apples --epochs 3',
    );
  });

  it.skipIf(process.platform === 'win32')('passes through a shell unharmed, whatever the path holds', () => {
    const source = `/data/it's $HOME "quoted" \`x\` \\ back*slash;&|<>()[]{}~#! ü 犬\tend`;
    const text = commandLineText({ ...plain, source }, 'scan', 'posix');
    const printed = execFileSync('/bin/sh', ['-c', text.replace('anomaly-review', `printf '%s\\n'`)]).toString();
    expect(printed).toBe(`scan\n${source}\n`);
  });

  it('is quoted for PowerShell, whose typographic quotes count', () => {
    const source = `C:\\my images\\it’s $env:x 'here'`;
    expect(commandLineText({ ...plain, source }, 'scan', 'powershell')).toBe(
      `anomaly-review scan 'C:\\my images\\it’’s $env:x ''here'''`,
    );
    const settings = { ...defaultSettings, augment: { rotate: 1, blur: 1 } };
    expect(commandLineText({ ...plain, settings }, 'scan', 'powershell')).toContain(`--augment 'rotate=1,blur=1'`);
  });

  it('is quoted for the command prompt, with a backslash at the end and without variables', () => {
    expect(commandLineText({ ...plain, source: 'C:\\my images\\' }, 'scan', 'cmd')).toBe(
      'anomaly-review scan "C:\\my images\\\\"',
    );
    expect(commandLineText({ ...plain, source: 'C:\\a%PATH%b' }, 'scan', 'cmd')).toBe(
      'anomaly-review scan "C:\\a"^%"PATH"^%"b"',
    );
  });

  it.each([
    ['linux', '/usr/bin/fish', 'posix'],
    ['darwin', '', 'posix'],
    ['linux', '/usr/bin/pwsh', 'powershell'],
    ['win32', 'C:\\WINDOWS\\System32\\WindowsPowerShell\\v1.0\\powershell.exe', 'powershell'],
    ['win32', 'C:\\WINDOWS\\system32\\cmd.exe', 'cmd'],
    ['win32', 'C:\\Program Files\\Git\\bin\\bash.exe', 'posix'],
    ['win32', '', 'powershell'],
  ])('is for the shell of the terminal: %s with “%s” is %s', (platform, shell, kind) => {
    expect(shellKind(platform, shell)).toBe(kind);
  });
});
