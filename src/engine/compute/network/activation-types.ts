import type { Layer } from '../../model/spec';

/** Layers that make of each value another one, and nothing else. */
export const activationTypes = [
  'relu',
  'leakyRelu',
  'elu',
  'gelu',
  'mish',
  'silu',
  'tanh',
  'sigmoid',
] as const satisfies readonly Layer['type'][];
