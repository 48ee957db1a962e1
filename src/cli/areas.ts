/** `--ignore` and `--attend`: rectangles and polygons of what the network sees, as often as one likes. */
import type { Command } from 'commander';
import * as v from 'valibot';
import { areaOfNumbers } from '../shared/areas';
import { UserError } from '../shared/errors';
import { areaKinds, areaSchema, mostCorners, type Area } from '../shared/settings';
import { optionTexts, type TypedOptions } from './options';
import { addRepeatable } from './repeatable';
import { number, WrongText } from './setting-options/option';

const helps: Readonly<Record<Area['kind'], string>> = {
  ignore:
    'what lies there does not count: x0,y0,x1,y1 as fractions of what the network sees, or x,y of each corner of a polygon (three or more); can be repeated',
  attend: 'only what lies in such areas counts; written alike, can be repeated',
};

export function addAreaOptions(command: Command): void {
  for (const kind of areaKinds) addRepeatable(command, `--${kind} <x0,y0,x1,y1[,…]>`, helps[kind]);
}

/** For verbs whose run has areas of its own, which these take the place of. */
export function addOtherAreaOptions(command: Command): void {
  addAreaOptions(command);
  command.option('--no-areas', 'everything counts');
}

/** The areas that were given, none with `--no-areas`; undefined: nothing was said of them. Throws `settings-invalid`. */
export function readAreas(options: TypedOptions): Area[] | undefined {
  const areas = areaKinds.flatMap((kind) => optionTexts(options, kind).map((written) => readArea(kind, written)));
  if (options['areas'] !== false) return areas.length > 0 ? areas : undefined;
  if (areas.length === 0) return [];
  throw new UserError('settings-invalid', '--no-areas lets everything count: leave out --ignore and --attend, or it.');
}

function readArea(kind: Area['kind'], written: string): Area {
  const parsed = v.safeParse(areaSchema, areaOfNumbers(kind, fractions(written)));
  if (parsed.success) return parsed.output;
  throw new UserError(
    'settings-invalid',
    `--${kind} needs four fractions x0,y0,x1,y1 with x0 < x1 and y0 < y1, such as 0.8,0,1,1 for the right fifth, or x,y of 3 to ${mostCorners} corners of a polygon, such as 0,0,0.3,0,0,0.3 for the upper left corner, not “${written}”.`,
  );
}

/** None where one of them is no number. */
function fractions(written: string): number[] {
  try {
    return written.split(',').map(number);
  } catch (error) {
    if (error instanceof WrongText) return [];
    throw error;
  }
}
