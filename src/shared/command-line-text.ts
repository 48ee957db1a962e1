/** A request as the command that asks the same of the command line. */
import { areaNumbers } from './areas';
import { toKebabCase } from './letter-case';
import {
  defaultFocal,
  defaultSettings,
  type Area,
  type AugmentationSettings,
  type DenoisingSettings,
  type FocalSettings,
  type ScanRequest,
  type ScanSettings,
} from './settings';
import { formatThreshold } from './threshold-methods';

/** Whose rules of quoting hold. `posix`: sh, bash, zsh, fish. */
export type ShellKind = 'posix' | 'powershell' | 'cmd';

/** Whose rules hold in the terminal that the editor opens: `shell` is its program, empty where it is not known. */
export function shellKind(platform: string, shell: string): ShellKind {
  const [program = ''] = shell.toLowerCase().split(/[\\/]/).slice(-1);
  if (/^(?:pwsh|powershell)(?:\.exe)?$/.test(program)) return 'powershell';
  if (/^cmd(?:\.exe)?$/.test(program)) return 'cmd';
  return platform === 'win32' && program === '' ? 'powershell' : 'posix';
}

/** One line for the given shell. Only what differs from the command line's own defaults is named. */
export function commandLineText(request: ScanRequest, verb: 'scan' | 'train', shell: ShellKind): string {
  const words = ['anomaly-review', verb, ...commandLineArguments(request)];
  return words.map((word) => quoted(word, shell)).join(' ');
}

/** The same for a request that applies a trained run; its network and how that was trained are that run's. */
export function scoreCommandText(request: ScanRequest, shell: ShellKind): string {
  const { source, model = '', scoreAlso = [], labels, out, shard, settings } = request;
  const given: (readonly [option: string, text: string | undefined])[] = [
    ['out', out],
    ...scoreAlso.map((place) => ['also', place] as const),
    ['labels', labels],
    ['shard', shard && `${shard.index}/${shard.of}`],
    ...scoringOptions.map((option) => [option, settingTexts[option]?.(settings)] as const),
  ];
  const options = given.flatMap(([option, text]) => (text === undefined ? [] : [`--${option}`, text]));
  if (settings.areas) options.push(...areaWords(settings.areas));
  return ['anomaly-review', 'score', model, source, ...options].map((word) => quoted(word, shell)).join(' ');
}

/** What may differ from the trained run's. */
const scoringOptions = ['score', 'threshold', 'unreadable', 'batch', 'backend', 'device', 'threads'];

/** What follows the verb: the source and the options, unquoted. */
export function commandLineArguments(request: ScanRequest): string[] {
  const { source, trainOn, withSource, knownAnomalies, scoreAlso = [], validation, labels, out, settings } = request;
  const given: (readonly [option: string, text: string | undefined])[] = [
    ['out', out],
    ['train-on', trainOn],
    ['with-source', withSource === 'auto' ? undefined : withSource],
    ['known-anomalies', knownAnomalies],
    ...scoreAlso.map((place) => ['also', place] as const),
    ['labels', labels],
    // One option for both: a folder of its own outranks a share.
    ['validation', validation ?? changed(settings, 'validationFraction', String)],
    ...Object.entries(settingTexts).map(([option, text]) => [option, text(settings)] as const),
  ];
  const options = given.flatMap(([option, text]) => (text === undefined ? [] : [`--${option}`, text]));
  const { areas = [] } = settings;
  return [source, ...options, ...(areas.length > 0 ? areaWords(areas) : [])];
}

/** `--ignore 0.8,0,1,1`, or the corners of a polygon; for none of them what lets everything count where a trained run has some. */
export function areaWords(areas: readonly Area[]): string[] {
  if (areas.length === 0) return ['--no-areas'];
  return areas.flatMap((area) => [`--${area.kind}`, areaNumbers(area).join(',')]);
}

/** `mask:0.5:0.5` */
export function formatDenoising({ kind, probability, amount }: DenoisingSettings): string {
  return `${kind}:${probability}:${amount}`;
}

/** `rotate=1,flip-horizontal,brightness=0.01`; `none` when nothing is done. */
export function formatAugmentation(augment: AugmentationSettings): string {
  const parts = Object.entries(augment).flatMap(([name, value]) => {
    const word = toKebabCase(name);
    if (typeof value === 'boolean') return value ? [word] : [];
    return [`${word}=${value}`];
  });
  return parts.length === 0 ? 'none' : parts.join(',');
}

/** `2,0.25,0` */
export function formatFocal({ alpha, gamma, threshold }: FocalSettings): string {
  return [alpha, gamma, threshold].join(',');
}

type SettingText = (settings: ScanSettings) => string | undefined;

const plain =
  (key: keyof ScanSettings): SettingText =>
  (settings) =>
    changed(settings, key, String);

const settingTexts: Readonly<Record<string, SettingText>> = {
  preset: (settings) => (settings.modelFile === undefined ? changed(settings, 'preset', String) : undefined),
  model: plain('modelFile'),
  size: plain('imageSize'),
  color: plain('color'),
  roi: ({ roi }) => roi?.join(','),
  latent: plain('latent'),
  resize: plain('resize'),
  backbone: plain('backbone'),
  'backbone-size': plain('backboneSize'),
  'backbone-mean': ({ backboneMean }) => backboneMean?.join(','),
  'backbone-std': ({ backboneStd }) => backboneStd?.join(','),
  epochs: plain('epochs'),
  minutes: plain('minutes'),
  batch: plain('batchSize'),
  lr: plain('learningRate'),
  loss: plain('loss'),
  focal: ({ focal }) =>
    focal === undefined || formatFocal(focal) === formatFocal(defaultFocal) ? undefined : formatFocal(focal),
  beta: plain('beta'),
  optimizer: plain('optimizer'),
  'weight-decay': plain('weightDecay'),
  momentum: plain('momentum'),
  clip: plain('gradientClip'),
  schedule: plain('schedule'),
  'schedule-factor': plain('scheduleFactor'),
  'schedule-every': plain('scheduleEvery'),
  'warm-up': plain('warmUpEpochs'),
  augment: ({ augment }) => {
    const text = augment && formatAugmentation(augment);
    return text === 'none' ? undefined : text;
  },
  denoise: ({ denoise }) => denoise && formatDenoising(denoise),
  // Runs of earlier versions say nothing of it, and asked nothing.
  pretext: (settings) => (settings.pretext === undefined ? 'none' : plain('pretext')(settings)),
  patience: plain('patience'),
  trim: plain('trimFraction'),
  keep: plain('keepEpoch'),
  'epoch-scores': plain('epochScores'),
  'array-layout': plain('arrayLayout'),
  'array-range': plain('arrayRange'),
  score: plain('score'),
  threshold: ({ threshold }) => (threshold.method === 'auto' ? undefined : formatThreshold(threshold)),
  unreadable: plain('unreadable'),
  backend: plain('backend'),
  device: plain('device'),
  threads: plain('threads'),
  seed: plain('seed'),
};

function changed<Key extends keyof ScanSettings>(
  settings: ScanSettings,
  key: Key,
  write: (value: ScanSettings[Key]) => string,
): string | undefined {
  const value = settings[key];
  return value === undefined || value === defaultSettings[key] ? undefined : write(value);
}

/** As one word of a command line. */
export function quoted(word: string, shell: ShellKind): string {
  switch (shell) {
    case 'posix':
      return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
    case 'powershell':
      // Its typographic quotes end a quoted word as well; a comma makes a list of a bare one.
      return /^[\w:./\\-]+$/.test(word) ? word : `'${word.replace(/['‘’‚‛]/g, '$&$&')}'`;
    case 'cmd':
      return /^[\w:./\\-]+$/.test(word) ? word : quotedForCmd(word);
  }
}

/** Backslashes before a quotation mark count, and a variable's name is broken up by quotation marks around its `%`. */
function quotedForCmd(word: string): string {
  const escaped = word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&');
  return `"${escaped.replaceAll('%', '"^%"')}"`;
}
