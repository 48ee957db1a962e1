/** The small language of `--set`: `2=*3` multiplies element 2 by 3, `2=+1` adds 1 to it, `2=0.5` sets it. */
import type { LatentEdit } from '../shared/contracts';
import { UserError } from '../shared/errors';

/** Elements count from 1. Throws `settings-invalid`. */
export function readLatentEdit(text: string): LatentEdit {
  const [, element, sign = '', amount = ''] = /^\s*(\d+)\s*=\s*([*+]?)\s*(\S+)\s*$/.exec(text) ?? [];
  const number = Number(amount);
  if (element === undefined || amount === '' || !Number.isFinite(number) || Number(element) < 1) {
    throw new UserError(
      'settings-invalid',
      `--set needs ELEMENT=*X, ELEMENT=+X or ELEMENT=X, such as 2=*3 (elements count from 1), not “${text}”.`,
    );
  }
  const change = sign === '*' ? 'multiply' : sign === '+' ? 'add' : 'set';
  return { element: Number(element), change, amount: number };
}
