/** What an array is, in words for people. */
import { nameOfType, type ElementType } from './array-header';
import type { ArrayLayout } from './array-layout';
import { rangeText, type ValueRange } from './array-values';

/** `float32 in −1…1, 3 channels last` */
export function describeReading(type: ElementType, layout: ArrayLayout, range: ValueRange): string {
  return `${nameOfType(type)} in ${rangeText(range)}, ${describeChannels(layout)}`;
}

/** `grey` or `3 channels first` */
export function describeChannels({ channels, planar }: ArrayLayout): string {
  if (channels === 1) return 'grey';
  return `${channels} channels ${planar ? 'first' : 'last'}`;
}
