import type { ImageShape } from './image-shape';

/** Beyond three deviations less than 0.3 % of the bell lies. */
const deviationsReached = 3;
/** A narrower bell stays within a pixel. */
const smallestDeviation = 0.1;

/**
 * Gaussian blur of one image in place, first along rows, then along columns; the edge's pixels are repeated.
 * @param deviation in pixels @param scratch at least height × width values
 */
export function blur(image: Float32Array, shape: ImageShape, deviation: number, scratch: Float32Array): void {
  if (deviation < smallestDeviation) return;
  const [channels, height, width] = shape;
  const area = height * width;
  const kernel = bell(deviation);
  for (let channel = 0; channel < channels; channel++) {
    const plane = image.subarray(channel * area, (channel + 1) * area);
    blurRows(plane, scratch, height, width, kernel);
    blurColumns(scratch, plane, height, width, kernel);
  }
}

/** From the middle to one side; both sides together sum to 1. */
function bell(deviation: number): Float64Array {
  const reach = Math.ceil(deviationsReached * deviation);
  const side = Float64Array.from({ length: reach + 1 }, (_, away) => Math.exp(-(away * away) / (2 * deviation ** 2)));
  const total = 2 * side.reduce((sum, weight) => sum + weight, 0) - (side[0] ?? 0);
  return side.map((weight) => weight / total);
}

function blurRows(from: Float32Array, to: Float32Array, height: number, width: number, kernel: Float64Array): void {
  const reach = kernel.length - 1;
  const padded = new Float32Array(width + 2 * reach);
  for (let row = 0; row < height; row++) {
    const start = row * width;
    padded.fill(from[start] ?? 0, 0, reach);
    padded.set(from.subarray(start, start + width), reach);
    padded.fill(from[start + width - 1] ?? 0, reach + width);
    for (let column = 0; column < width; column++) {
      const middle = column + reach;
      let sum = (kernel[0] ?? 0) * (padded[middle] ?? 0);
      for (let away = 1; away <= reach; away++) {
        sum += (kernel[away] ?? 0) * ((padded[middle - away] ?? 0) + (padded[middle + away] ?? 0));
      }
      to[start + column] = sum;
    }
  }
}

function blurColumns(from: Float32Array, to: Float32Array, height: number, width: number, kernel: Float64Array): void {
  const last = height - 1;
  for (let row = 0; row < height; row++) {
    const start = row * width;
    for (let column = 0; column < width; column++) to[start + column] = (kernel[0] ?? 0) * (from[start + column] ?? 0);
    for (let away = 1; away < kernel.length; away++) {
      const weight = kernel[away] ?? 0;
      const above = Math.max(0, row - away) * width;
      const below = Math.min(last, row + away) * width;
      for (let column = 0; column < width; column++) {
        const sum = (from[above + column] ?? 0) + (from[below + column] ?? 0);
        to[start + column] = (to[start + column] ?? 0) + weight * sum;
      }
    }
  }
}
