/** What stands in the form, as typed; how it begins, and the request it makes. All of it is text, so that it can be kept. */
import * as v from 'valibot';
import { areaNumbers, areaOfNumbers } from '../../src/shared/areas';
import type { SourceReport } from '../../src/shared/contracts';
import { defaultFocal, defaultSettings, thresholdMethods } from '../../src/shared/settings';
import type { Area, ScanRequest, ScanSettings } from '../../src/shared/settings';
import { isArrayFile, splitLocation } from '../../src/shared/source-location';
import { thresholdParameter } from '../../src/shared/threshold-methods';
import { isSettingUsed } from '../../src/shared/used-settings';
import { usualDenoising } from '../../src/shared/usual-denoising';

/** Places by their name in a request; empty where none is chosen. */
export const placeNames = ['source', 'trainOn', 'knownAnomalies', 'labels', 'validation'] as const;
export type PlaceName = (typeof placeNames)[number];

/** Settings by their dotted path in {@link ScanSettings}. */
export const settingNames = [
  'preset',
  'modelFile',
  'imageSize',
  'color',
  'latent',
  'resize',
  'roi',
  'areas',
  'backbone',
  'backboneSize',
  'backboneMean',
  'backboneStd',
  'arrayLayout',
  'arrayRange',
  'epochs',
  'minutes',
  'batchSize',
  'learningRate',
  'loss',
  'focal.alpha',
  'focal.gamma',
  'focal.threshold',
  'beta',
  'pretext',
  'optimizer',
  'weightDecay',
  'momentum',
  'gradientClip',
  'schedule',
  'scheduleFactor',
  'scheduleEvery',
  'warmUpEpochs',
  'patience',
  'validationFraction',
  'trimFraction',
  'seed',
  'augment.rotate',
  'augment.flipHorizontal',
  'augment.flipVertical',
  'augment.brightness',
  'augment.contrast',
  'augment.saturation',
  'augment.crop',
  'augment.blur',
  'denoise.kind',
  'denoise.probability',
  'denoise.amount',
  'score',
  'threshold.method',
  'threshold.parameter',
  'epochScores',
  'keepEpoch',
  'unreadable',
  'backend',
  'device',
  'threads',
] as const;
export type SettingName = (typeof settingNames)[number];

/** Settings that are words or switches; all others are numbers, or several of them. */
const wordSettings: readonly SettingName[] = [
  'preset',
  'modelFile',
  'backbone',
  'color',
  'resize',
  'arrayLayout',
  'arrayRange',
  'loss',
  'pretext',
  'optimizer',
  'schedule',
  'denoise.kind',
  'score',
  'threshold.method',
  'epochScores',
  'keepEpoch',
  'unreadable',
  'backend',
  'device',
];
const switchSettings: readonly SettingName[] = ['augment.flipHorizontal', 'augment.flipVertical'];
const listSettings: readonly SettingName[] = ['roi', 'backboneMean', 'backboneStd'];

const settingValuesSchema = v.object(v.entriesFromList(settingNames, v.string()));
export type SettingValues = Readonly<Record<SettingName, string>>;

const draftSchema = v.object({
  places: v.object({
    source: v.string(),
    trainOn: v.string(),
    knownAnomalies: v.string(),
    labels: v.string(),
    validation: v.string(),
  }),
  scoreAlso: v.array(v.string()),
  withSource: v.picklist(['auto', 'yes', 'no']),
  /** Empty: left to the engine, or to the part's own default. A switch is `yes` or empty. */
  values: v.record(v.string(), v.string()),
});
export interface Draft {
  readonly places: Readonly<Record<PlaceName, string>>;
  readonly scoreAlso: readonly string[];
  readonly withSource: ScanRequest['withSource'];
  readonly values: SettingValues;
}

/** The form of a scan of `source` as it is opened. */
export function emptyDraft(source: string, defaults: ScanSettings): Draft {
  return {
    places: { source, trainOn: '', knownAnomalies: '', labels: '', validation: '' },
    scoreAlso: [],
    withSource: 'auto',
    values: settingValues(defaults),
  };
}

/** The places of a draft as a report suggests them. */
export function suggestedPlaces({ suggestion }: SourceReport): Draft['places'] {
  const { source, trainOn = '', knownAnomalies = '', labels = '', validation = '' } = suggestion;
  return { source, trainOn, knownAnomalies, labels, validation };
}

/** Settings as they stand in the form. */
export function settingValues(settings: ScanSettings): SettingValues {
  const { areas = [] } = settings;
  const entries = settingNames.map(
    (name) => [name, name === 'areas' ? areas.map(writtenArea).join('; ') : written(valueAt(settings, name))] as const,
  );
  return v.parse(settingValuesSchema, Object.fromEntries(entries));
}

/** A draft that was kept by an earlier page; undefined when it is none of this version. */
export function readDraft(kept: unknown, defaults: ScanSettings): Draft | undefined {
  const parsed = v.safeParse(draftSchema, kept);
  if (!parsed.success) return undefined;
  const { values, ...rest } = parsed.output;
  const known = Object.entries(values).filter(([name]) => settingNames.some((setting) => setting === name));
  return {
    ...rest,
    values: v.parse(settingValuesSchema, { ...settingValues(defaults), ...Object.fromEntries(known) }),
  };
}

/** Whether a setting has a meaning next to the others; one that has none is hidden and not asked for. */
export function isRelevant(name: SettingName, { values, places }: Draft): boolean {
  const { loss, optimizer, schedule } = values;
  const chosen = (name: 'modelFile' | 'backbone') => (values[name] === '' ? undefined : values[name]);
  const choices = { loss, optimizer, schedule, modelFile: chosen('modelFile'), backbone: chosen('backbone') };
  switch (name) {
    case 'arrayLayout':
    case 'arrayRange':
      return [places.source, places.trainOn].some((place) => isArrayFile(splitLocation(place).path));
    case 'focal.alpha':
    case 'focal.gamma':
    case 'focal.threshold':
      return isSettingUsed('focal', choices);
    case 'beta':
      return values.beta !== '' || values.modelFile !== '' || values.preset.includes('variational');
    case 'preset':
    case 'imageSize':
    case 'latent':
    case 'resize':
    case 'backboneSize':
    case 'backboneMean':
    case 'backboneStd':
    case 'momentum':
    case 'scheduleFactor':
    case 'scheduleEvery':
    case 'warmUpEpochs':
      return isSettingUsed(name, choices);
    case 'validationFraction':
      return places.validation === '';
    case 'denoise.probability':
    case 'denoise.amount':
      return values['denoise.kind'] !== '';
    case 'threshold.parameter':
      return thresholdMethods.some((method) => method === values['threshold.method'] && thresholdParameter(method));
    default:
      return true;
  }
}

/** The settings as the schema is to judge them: not yet known to be right. */
export function wishedSettings(draft: Draft): Record<string, unknown> {
  const wished: Record<string, unknown> = {};
  const put = (name: SettingName, value: unknown): void => {
    const [first = name, second] = name.split('.');
    if (second === undefined) wished[first] = value;
    else wished[first] = { ...asObject(wished[first]), [second]: value };
  };
  for (const name of settingNames) {
    const text = draft.values[name].trim();
    if (!isRelevant(name, draft)) {
      const fallback = valueAt(defaultSettings, name);
      if (fallback !== undefined) put(name, fallback);
    } else if (text !== '') put(name, typed(name, text));
    else {
      const fallback = usualValue(name, draft.values);
      if (fallback !== undefined) put(name, fallback);
    }
  }
  return wished;
}

/** What an empty field stands for where the schema wants a value. */
export function usualValue(name: SettingName, values: SettingValues): unknown {
  const [first, second] = name.split('.');
  if (first === 'focal') return { ...defaultFocal }[second ?? ''];
  if (first === 'denoise') return asObject(usualDenoisingOf(values['denoise.kind']))[second ?? ''];
  return undefined;
}

function usualDenoisingOf(kind: string): unknown {
  return Object.entries(usualDenoising).find(([name]) => name === kind)?.[1];
}

function typed(name: SettingName, text: string): unknown {
  if (wordSettings.includes(name)) return text;
  if (switchSettings.includes(name)) return text === 'yes';
  if (name === 'areas') return text.split(';').filter(isWritten).map(readArea);
  if (listSettings.includes(name)) return text.split(/[,;\s]+/).map(readNumber);
  return readNumber(text);
}

/** `ignore 0.8, 0, 1, 1`, or x and y of each corner: the schema says whether it is one. */
function readArea(text: string): unknown {
  const [kind, ...numbers] = text.trim().split(/[,\s]+/);
  return areaOfNumbers(kind, numbers.map(readNumber));
}

function isWritten(text: string): boolean {
  return text.trim() !== '';
}

/** With a point or a comma. */
function readNumber(text: string): number {
  return text.trim() === '' ? NaN : Number(text.trim().replace(',', '.').replace('−', '-'));
}

function written(value: unknown): string {
  if (value === undefined || value === false) return '';
  if (value === true) return 'yes';
  if (Array.isArray(value)) return value.map(written).join(', ');
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function writtenArea(area: Area): string {
  return `${area.kind} ${areaNumbers(area).join(', ')}`;
}

function valueAt(settings: ScanSettings, name: SettingName): unknown {
  return name.split('.').reduce<unknown>((part, key) => asObject(part)[key], settings);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
