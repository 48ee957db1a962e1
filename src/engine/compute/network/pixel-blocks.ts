/**
 * A convolution to one or a few channels, as at the end of every decoder, wastes most of a processor's vector, which
 * holds 8 or 16 channels. So the channels of r × r neighbouring pixels are computed as if they were channels of one:
 * a convolution with a kernel of k + r − 1 and stride r, then depth to space.
 */
import type { LayerPlan } from '../../model/plan';
import type { Filter } from './filter';

/** The side r of the square of pixels that makes the least work, 1 where nothing is gained. */
export function pixelBlockSide(plan: LayerPlan, vectorChannels: number): number {
  const { layer, output } = plan;
  if (layer.type !== 'conv' || layer.stride !== 1) return 1;
  const [channels, height, width] = output;
  const workPerPixel = (side: number): number => {
    const vectors = Math.ceil((channels * side * side) / vectorChannels);
    return (vectors * (layer.kernel + side - 1) ** 2) / side ** 2;
  };
  const sides = [2, 3, 4].filter((side) => height % side === 0 && width % side === 0);
  return sides.reduce((best, side) => (workPerPixel(side) < workPerPixel(best) ? side : best), 1);
}

/** The filter for squares of `side` × `side` pixels: their channels row by row, [side² · out, in, k + side − 1, …]. */
export function squareFilter(filter: Filter, side: number): Filter {
  const { out, into, kernel, weight, bias } = filter;
  if (side === 1) return filter;
  return {
    out: side * side * out,
    into,
    kernel: kernel + side - 1,
    weight: spread(weight, [out, into, kernel], side),
    bias: Float32Array.from({ length: side * side * out }, (_, at) => bias[at % out] ?? 0),
  };
}

/** [out, in, k, k] → [side² · out, in, k + side − 1, …]: each pixel of the square has the kernel at its own place. */
function spread(
  data: Float32Array,
  [out, into, kernel]: readonly [number, number, number],
  side: number,
): Float32Array {
  const wide = kernel + side - 1;
  const spreadData = new Float32Array(side * side * out * into * wide * wide);
  for (let pixel = 0; pixel < side * side; pixel++) {
    const [down, right] = [Math.floor(pixel / side), pixel % side];
    for (let pair = 0; pair < out * into; pair++) {
      for (let tap = 0; tap < kernel * kernel; tap++) {
        const row = Math.floor(tap / kernel) + down;
        const column = (tap % kernel) + right;
        const place = ((pixel * out * into + pair) * wide + row) * wide + column;
        spreadData[place] = data[pair * kernel * kernel + tap] ?? 0;
      }
    }
  }
  return spreadData;
}
