/** Short ways to write the layers that presets share. */
import type { Layer, ResizeMode } from '../spec';

export interface WindowShape {
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
}

/** Keeps the size. */
export const three: WindowShape = { kernel: 3, padding: 1 };

export function conv(out: number, { kernel, stride = 1, padding = 0 }: WindowShape = three): Layer {
  return { type: 'conv', out, kernel, stride, padding, bias: true };
}

export function convTranspose(
  out: number,
  { kernel, stride = 1, padding = 0 }: WindowShape = three,
  outputPadding = 0,
): Layer {
  return { type: 'convTranspose', out, kernel, stride, padding, outputPadding, bias: true };
}

export function linear(out: number): Layer {
  return { type: 'linear', out };
}

/** To height × width; a square when only one is given. */
export function resizeTo(height: number, width = height, mode?: ResizeMode): Layer {
  return { type: 'resize', height, width, ...(mode && { mode }) };
}

export const doubled: Layer = { type: 'resize', scale: 2 };
export const batchNorm: Layer = { type: 'batchNorm' };
export const relu: Layer = { type: 'relu' };
export const leakyRelu: Layer = { type: 'leakyRelu', slope: 0.01 };
export const mish: Layer = { type: 'mish' };
export const tanh: Layer = { type: 'tanh' };
export const sigmoid: Layer = { type: 'sigmoid' };
export const flatten: Layer = { type: 'flatten' };

export function groupNorm(groups: number): Layer {
  return { type: 'groupNorm', groups };
}
