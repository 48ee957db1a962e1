/** `--ignore` and `--attend`: rectangles of what the network sees, as often as one likes. */
import type { Command } from 'commander';
import * as v from 'valibot';
import { UserError } from '../shared/errors';
import { areaKinds, areaSchema, type Area } from '../shared/settings';
import { optionTexts, type TypedOptions } from './options';
import { addRepeatable } from './repeatable';
import { numbers, WrongText } from './setting-options/option';

const helps: Readonly<Record<Area['kind'], string>> = {
  ignore: 'what lies there does not count, as fractions of what the network sees; can be repeated',
  attend: 'only what lies in such areas counts; can be repeated',
};

export function addAreaOptions(command: Command): void {
  for (const kind of areaKinds) addRepeatable(command, `--${kind} <x0,y0,x1,y1>`, helps[kind]);
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
  const parsed = v.safeParse(areaSchema, { kind, ...corners(written) });
  if (parsed.success) return parsed.output;
  throw new UserError(
    'settings-invalid',
    `--${kind} needs four fractions x0,y0,x1,y1 with x0 < x1 and y0 < y1, such as 0.8,0,1,1 for the right fifth, not “${written}”.`,
  );
}

function corners(written: string): object {
  try {
    const [x0, y0, x1, y1] = numbers(written, 4);
    return { x0, y0, x1, y1 };
  } catch (error) {
    if (error instanceof WrongText) return {};
    throw error;
  }
}
