/** `--augment` and `--denoise`: their small languages. Bounds are the settings' schema's. */
import { UserError } from '../../shared/errors';
import { denoisingKinds } from '../../shared/settings';
import type { AugmentationSettings, DenoisingSettings } from '../../shared/settings';
import { usualDenoising } from '../../shared/usual-denoising';

type Switch = 'flipHorizontal' | 'flipVertical';
const switches: Readonly<Record<string, Switch>> = {
  'flip-horizontal': 'flipHorizontal',
  'flip-vertical': 'flipVertical',
};
const amounts = [
  'rotate',
  'brightness',
  'contrast',
  'saturation',
  'crop',
  'blur',
] as const satisfies readonly (keyof AugmentationSettings)[];

/** `rotate=1,flip-horizontal,brightness=0.01`; `none`: undefined. Throws `settings-invalid`. */
export function readAugmentation(written: string): AugmentationSettings | undefined {
  if (written.trim() === 'none') return undefined;
  const found: Record<string, number | boolean> = {};
  for (const part of written.split(',').map((piece) => piece.trim())) {
    const { key, value } = readChange(part);
    if (key in found) throw wrong('augment', `“${part}” changes the same a second time; name each change once.`);
    found[key] = value;
  }
  return found;
}

function readChange(part: string): { key: string; value: number | boolean } {
  const [name = '', ...rest] = part.split('=');
  const flip = switches[name];
  if (flip !== undefined && rest.length === 0) return { key: flip, value: true };
  if (flip !== undefined) throw wrong('augment', `“${part}” has a number too many; write ${name}.`);
  const amount = amounts.find((known) => known === name);
  if (amount === undefined) {
    const known = [...amounts.map((each) => `${each}=X`), ...Object.keys(switches)];
    throw wrong('augment', `“${part}” is no change it knows; there are ${known.join(', ')}, and none.`);
  }
  const value = rest.length === 1 ? asNumber(rest[0] ?? '') : undefined;
  if (value === undefined) throw wrong('augment', `“${part}” needs a number, such as ${name}=${example(amount)}.`);
  return { key: amount, value };
}

function example(amount: (typeof amounts)[number]): string {
  return amount === 'rotate' || amount === 'blur' ? '1' : '0.1';
}

/** `mask`, `mask:0.5` or `mask:0.5:0.5`; `none`: undefined. Throws `settings-invalid`. */
export function readDenoising(written: string): DenoisingSettings | undefined {
  if (written.trim() === 'none') return undefined;
  const [name, probability, amount, ...more] = written.trim().split(':');
  const kind = denoisingKinds.find((known) => known === name);
  if (kind === undefined) {
    throw wrong('denoise', `“${name ?? ''}” is no kind of noise; there are ${denoisingKinds.join(', ')}, and none.`);
  }
  const usual = usualDenoising[kind];
  const numbers = [
    asNumber(probability ?? String(usual.probability)),
    asNumber(amount ?? String(usual.amount)),
  ] as const;
  if (numbers[0] === undefined || numbers[1] === undefined || more.length > 0) {
    throw wrong('denoise', `“${written}” is not KIND:PROBABILITY:AMOUNT, such as ${kind}:0.5:${usual.amount}.`);
  }
  return { kind, probability: numbers[0], amount: numbers[1] };
}

function asNumber(text: string): number | undefined {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value;
}

function wrong(option: string, sentence: string): UserError {
  return new UserError('settings-invalid', `--${option}: ${sentence}`);
}
