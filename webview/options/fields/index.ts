/** Every setting of the form: where it stands, what it is called and what can be chosen. One file a part of the engine. */
import * as l10n from '@vscode/l10n';
import type { ModelDescription } from '../../../src/shared/contracts';
import type { SettingField } from './field';
import { imageChangeFields } from './image-changes';
import { basicFields, networkFields } from './network';
import { machineFields, scoringFields } from './result';
import { trainingFields } from './training';

export const sectionNames = ['basics', 'network', 'training', 'augmentation', 'scoring', 'machine'] as const;
export type SectionName = (typeof sectionNames)[number];

export function sectionTitle(section: SectionName): string {
  switch (section) {
    case 'basics':
      return l10n.t('Network and time');
    case 'network':
      return l10n.t('What the network sees and how it is built');
    case 'training':
      return l10n.t('Training');
    case 'augmentation':
      return l10n.t('Augmentation and denoising');
    case 'scoring':
      return l10n.t('Scoring');
    case 'machine':
      return l10n.t('Where it computes');
  }
}

/** In the order of the form, in the user's language. */
export function sectionFields(section: SectionName, models: readonly ModelDescription[]): readonly SettingField[] {
  switch (section) {
    case 'basics':
      return basicFields(models);
    case 'network':
      return networkFields();
    case 'training':
      return trainingFields();
    case 'augmentation':
      return imageChangeFields();
    case 'scoring':
      return scoringFields();
    case 'machine':
      return machineFields();
  }
}
