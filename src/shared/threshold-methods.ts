/** What each threshold method is called, assumes and takes; and the form it has on a command line: `percentile:95`. */
import * as l10n from '@vscode/l10n';
import { UserError } from './errors';
import { thresholdMethods } from './settings';
import type { ThresholdMethod, ThresholdSetting } from './settings';

export interface ThresholdParameter {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

export interface ThresholdMethodInfo {
  readonly method: ThresholdMethod;
  readonly title: string;
  /** One sentence: what must hold for the method to be right. */
  readonly assumes: string;
  readonly needs: 'nothing' | 'normals' | 'known' | 'labels';
  readonly parameter?: ThresholdParameter;
}

const parameters: Readonly<Partial<Record<ThresholdMethod, ThresholdParameter>>> = {
  value: { default: 3.5, min: -1e6, max: 1e6, step: 0.1 },
  percentile: { default: 95, min: 0, max: 100, step: 0.5 },
  contamination: { default: 0.05, min: 0, max: 1, step: 0.005 },
  mad: { default: 3.5, min: 0, max: 1e6, step: 0.1 },
  evt: { default: 0.01, min: 1e-6, max: 0.5, step: 0.005 },
  normals: { default: 0.03, min: 0, max: 1, step: 0.005 },
  'known-tpr': { default: 0.95, min: 0, max: 1, step: 0.01 },
  tpr: { default: 0.95, min: 0, max: 1, step: 0.01 },
  fpr: { default: 0.05, min: 0, max: 1, step: 0.005 },
};

/** The range and default of what stands after the colon, for methods that take a number. */
export function thresholdParameter(method: ThresholdMethod): ThresholdParameter | undefined {
  return parameters[method];
}

/** All methods in the order of the menu, in the user's language. */
export function thresholdMethodTable(): readonly ThresholdMethodInfo[] {
  return thresholdMethods.map((method) => {
    const { title, assumes, needs } = describe(method);
    const parameter = parameters[method];
    return parameter ? { method, title, assumes, needs, parameter } : { method, title, assumes, needs };
  });
}

export function thresholdTitle(method: ThresholdMethod): string {
  return describe(method).title;
}

/** What a method chooses by, beside the scores. */
export function thresholdNeeds(method: ThresholdMethod): ThresholdMethodInfo['needs'] {
  return describe(method).needs;
}

/** Reads `auto`, `mad`, `percentile:95`. Throws `settings-invalid` with the methods there are. */
export function parseThreshold(text: string): ThresholdSetting {
  const [name = '', number, ...more] = text.trim().split(':');
  const method = thresholdMethods.find((known) => known === name);
  if (!method) {
    throw new UserError(
      'settings-invalid',
      l10n.t('There is no threshold method “{0}”; choose one of {1}.', name, thresholdMethods.map(example).join(', ')),
    );
  }
  const range = parameters[method];
  if (number === undefined) {
    if (method !== 'value') return { method };
    throw new UserError('settings-invalid', l10n.t('The threshold method “value” needs a number: write value:3.5.'));
  }
  const parameter = Number(number);
  const wellFormed = range !== undefined && more.length === 0 && number.trim() !== '' && Number.isFinite(parameter);
  if (wellFormed && parameter >= range.min && parameter <= range.max) return { method, parameter };
  throw new UserError(
    'settings-invalid',
    range
      ? l10n.t(
          '“{0}” is not a threshold: “{1}” takes a number from {2} to {3}, such as {4}.',
          text,
          method,
          range.min,
          range.max,
          example(method),
        )
      : l10n.t('“{0}” is not a threshold: “{1}” takes no number.', text, method),
  );
}

/** The inverse of {@link parseThreshold}. */
export function formatThreshold(setting: ThresholdSetting): string {
  return setting.parameter === undefined ? setting.method : `${setting.method}:${setting.parameter}`;
}

function example(method: ThresholdMethod): string {
  return formatThreshold({ method, ...optionalParameter(parameters[method]?.default) });
}

function optionalParameter(parameter: number | undefined): { parameter?: number } {
  return parameter === undefined ? {} : { parameter };
}

function describe(method: ThresholdMethod): Pick<ThresholdMethodInfo, 'title' | 'assumes' | 'needs'> {
  switch (method) {
    case 'auto':
      return {
        title: l10n.t('Automatic'),
        assumes: l10n.t(
          'Nine in ten images are usual, or two in three where the odd ones stand apart; about one in a hundred of the usual ones is flagged for nothing, up to five where known anomalies score low.',
        ),
        needs: 'nothing',
      };
    case 'value':
      return {
        title: l10n.t('Value'),
        assumes: l10n.t('You know the score from which an image is odd.'),
        needs: 'nothing',
      };
    case 'percentile':
      return {
        title: l10n.t('Percentile'),
        assumes: l10n.t('You know which share of the images is usual; a fixed share is flagged, odd or not.'),
        needs: 'nothing',
      };
    case 'contamination':
      return {
        title: l10n.t('Contamination'),
        assumes: l10n.t('You know which share of the images is odd; that many are flagged.'),
        needs: 'nothing',
      };
    case 'mad':
      return {
        title: l10n.t('Median deviation'),
        assumes: l10n.t('Usual scores spread about their median; odd ones lie many robust deviations above it.'),
        needs: 'nothing',
      };
    case 'otsu':
      return {
        title: l10n.t('Otsu'),
        assumes: l10n.t('The scores form two groups, and the odd group is not tiny.'),
        needs: 'nothing',
      };
    case 'gmm':
      return {
        title: l10n.t('Gaussian mixture'),
        assumes: l10n.t('Usual scores are bell-shaped; the odd ones are a second group beyond them.'),
        needs: 'nothing',
      };
    case 'evt':
      return {
        title: l10n.t('Extreme value'),
        assumes: l10n.t('The scores of usual images die out evenly; you know which share of them may be flagged.'),
        needs: 'nothing',
      };
    case 'normals':
      return {
        title: l10n.t('Held-out normals'),
        assumes: l10n.t(
          'The images given as usual are like the scored ones; you know which share of them may be flagged for nothing.',
        ),
        needs: 'normals',
      };
    case 'known-min':
      return {
        title: l10n.t('Lowest known anomaly'),
        assumes: l10n.t('Whatever is at least as strange as the least strange known anomaly is odd.'),
        needs: 'known',
      };
    case 'known-mean':
      return {
        title: l10n.t('Mean of known anomalies'),
        assumes: l10n.t('Odd images score like the average of the known anomalies, or higher.'),
        needs: 'known',
      };
    case 'known-max':
      return {
        title: l10n.t('Highest known anomaly'),
        assumes: l10n.t('Only images at least as strange as the strangest known anomaly are odd.'),
        needs: 'known',
      };
    case 'known-tpr':
      return {
        title: l10n.t('Share of known anomalies'),
        assumes: l10n.t('Odd images score like the known anomalies; the line lies below the wanted share of them.'),
        needs: 'known',
      };
    case 'tpr':
      return {
        title: l10n.t('True positive rate'),
        assumes: l10n.t('The labels are typical; the line lies where the wanted share of the anomalies is found.'),
        needs: 'labels',
      };
    case 'fpr':
      return {
        title: l10n.t('False positive rate'),
        assumes: l10n.t('The labels are typical; at most this share of the good images may be flagged.'),
        needs: 'labels',
      };
    case 'f1':
      return {
        title: l10n.t('Best F1'),
        assumes: l10n.t('The labels are typical; missing an anomaly and a false alarm are about equally bad.'),
        needs: 'labels',
      };
    case 'youden':
      return {
        title: l10n.t('Youden'),
        assumes: l10n.t('The labels are typical; the shares found of both classes count equally, however rare one is.'),
        needs: 'labels',
      };
  }
}
