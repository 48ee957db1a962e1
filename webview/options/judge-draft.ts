/** Whether a draft can be started: the request it makes, or what is wrong at which field. */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { scanSettingsSchema, type ScanRequest } from '../../src/shared/settings';
import { thresholdMethodTable } from '../../src/shared/threshold-methods';
import { isRelevant, settingNames, wishedSettings, type Draft, type PlaceName, type SettingName } from './draft';

export type FieldName = PlaceName | SettingName | 'withSource';

/** Sentences by field; a draft without any can be started. */
export type Problems = ReadonlyMap<FieldName, string>;

export type JudgedDraft = { readonly request: ScanRequest } | { readonly problems: Problems };

/** By the schema that every side shares, and by what parts of the request need of each other. */
export function judgeDraft(draft: Draft): JudgedDraft {
  const problems = new Map<FieldName, string>();
  const parsed = v.safeParse(scanSettingsSchema, wishedSettings(draft));
  if (!parsed.success) {
    for (const issue of parsed.issues) {
      const name = fieldOf(v.getDotPath(issue) ?? '');
      if (name && !problems.has(name)) problems.set(name, name === 'areas' ? areasSentence() : sentenceOf(issue));
    }
  }
  for (const [name, sentence] of contradictions(draft)) if (!problems.has(name)) problems.set(name, sentence);
  if (problems.size > 0 || !parsed.success) return { problems };
  const { places, scoreAlso, withSource } = draft;
  const { source, trainOn, knownAnomalies, validation, labels } = places;
  return {
    request: {
      source,
      ...(trainOn !== '' && { trainOn }),
      withSource: trainOn === '' ? 'auto' : withSource,
      ...(knownAnomalies !== '' && { knownAnomalies }),
      ...(scoreAlso.length > 0 && { scoreAlso: [...scoreAlso] }),
      ...(validation !== '' && { validation }),
      ...(labels !== '' && { labels }),
      settings: parsed.output,
    },
  };
}

/** `roi.2` belongs to `roi`. */
function fieldOf(path: string): SettingName | undefined {
  return settingNames.find((name) => path === name || path.startsWith(`${name}.`));
}

function contradictions({ places, values, ...draft }: Draft): [FieldName, string][] {
  const found: [FieldName, string][] = [];
  if (places.source === '') found.push(['source', l10n.t('Choose the images to score.')]);
  const method = thresholdMethodTable().find((candidate) => candidate.method === values['threshold.method']);
  if (method?.needs === 'known' && places.knownAnomalies === '') {
    found.push(['threshold.method', l10n.t('“{0}” needs known anomalies: choose them above.', method.title)]);
  }
  if (method?.needs === 'labels' && places.labels === '') {
    found.push(['threshold.method', l10n.t('“{0}” needs labels: choose a label file above.', method.title)]);
  }
  if (method?.parameter && values['threshold.parameter'].trim() !== '') {
    const { min, max } = method.parameter;
    const number = Number(values['threshold.parameter'].replace(',', '.'));
    if (number < min || number > max) {
      found.push(['threshold.parameter', l10n.t('This must be from {0} to {1}.', min, max)]);
    }
  } else if (method?.method === 'value' && isRelevant('threshold.parameter', { places, values, ...draft })) {
    found.push(['threshold.parameter', l10n.t('Write the score from which an image is odd.')]);
  }
  const [x0 = 0, y0 = 0, x1 = 1, y1 = 1] = values.roi === '' ? [] : values.roi.split(/[,;\s]+/).map(Number);
  if (x0 >= x1 || y0 >= y1) {
    found.push(['roi', l10n.t('The left edge must lie before the right one, the upper before the lower.')]);
  }
  return found;
}

/** Whatever is wrong with one of them: it may have been meant as either shape. */
function areasSentence(): string {
  return l10n.t(
    'Write “ignore” or “attend” and four fractions (left, top, right, bottom), or at least three pairs for the corners of a polygon; a semicolon between areas.',
  );
}

function sentenceOf(issue: v.InferIssue<typeof scanSettingsSchema>): string {
  switch (issue.type) {
    case 'number':
      return l10n.t('This must be a number.');
    case 'integer':
      return l10n.t('This must be a whole number.');
    case 'min_value':
      return l10n.t('This must be at least {0}.', String(issue.requirement));
    case 'max_value':
      return l10n.t('This must be at most {0}.', String(issue.requirement));
    case 'gt_value':
      return l10n.t('This must be more than {0}.', String(issue.requirement));
    case 'lt_value':
      return l10n.t('This must be less than {0}.', String(issue.requirement));
    case 'tuple':
      return l10n.t('Write four fractions: left, top, right, bottom, such as 0.1, 0, 0.9, 1.');
    case 'picklist':
      return l10n.t('This is not one of the choices.');
    default:
      return issue.received === 'undefined' ? l10n.t('This may not be empty.') : l10n.t('This is not possible here.');
  }
}
