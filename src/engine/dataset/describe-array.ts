/** What an array is, in words for people. */
import * as l10n from '@vscode/l10n';
import { nameOfType, type ElementType } from './array-header';
import type { ArrayLayout } from './array-layout';
import { rangeText, type ValueRange } from './array-values';

/** `float32 in −1…1, 3 channels last` */
export function describeReading(type: ElementType, layout: ArrayLayout, range: ValueRange): string {
  return l10n.t('{0} in {1}, {2}', nameOfType(type), rangeText(range), describeChannels(layout));
}

/** `grey` or `3 channels first` */
export function describeChannels({ channels, planar }: ArrayLayout): string {
  if (channels === 1) return l10n.t('grey');
  return planar ? l10n.t('{0} channels first', channels) : l10n.t('{0} channels last', channels);
}
