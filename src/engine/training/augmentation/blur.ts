import type { ImageShape } from './image-shape';

/** Beyond three deviations less than 0.3 % of the bell lies. */
const deviationsReached = 3;
/** A narrower bell stays within a pixel. */
const smallestDeviation = 0.1;

/**
 * Gaussian blur of one image in place, along one axis and then along the other; the edge's pixels are repeated.
 * @param deviation in pixels @param scratch at least height × width values
 */
export function blur(image: Float32Array, shape: ImageShape, deviation: number, scratch: Float32Array): void {
  if (deviation < smallestDeviation) return;
  const [channels, height, width] = shape;
  const area = height * width;
  const kernel = bell(deviation);
  for (let channel = 0; channel < channels; channel++) {
    const plane = image.subarray(channel * area, (channel + 1) * area);
    // Turned over twice, the plane lies as before.
    blurColumns(plane, scratch, height, width, kernel);
    blurColumns(scratch, plane, width, height, kernel);
  }
}

/** From the middle to one side; both sides together sum to 1. */
function bell(deviation: number): Float64Array {
  const reach = Math.ceil(deviationsReached * deviation);
  const side = Float64Array.from({ length: reach + 1 }, (_, away) => Math.exp(-(away * away) / (2 * deviation ** 2)));
  const total = 2 * side.reduce((sum, weight) => sum + weight, 0) - (side[0] ?? 0);
  return side.map((weight) => weight / total);
}

/**
 * Each column blurred becomes a row of `to`. Four columns at a time keep their sums in the processor's registers, which
 * takes a little more than half the time of one sum after the other.
 */
function blurColumns(from: Float32Array, to: Float32Array, height: number, width: number, kernel: Float64Array): void {
  const last = height - 1;
  const middleWeight = kernel[0] ?? 0;
  const whole = width - (width % 4);
  for (let row = 0; row < height; row++) {
    const start = row * width;
    for (let column = 0; column < whole; column += 4) {
      const middle = start + column;
      let first = middleWeight * (from[middle] ?? 0);
      let second = middleWeight * (from[middle + 1] ?? 0);
      let third = middleWeight * (from[middle + 2] ?? 0);
      let fourth = middleWeight * (from[middle + 3] ?? 0);
      for (let away = 1; away < kernel.length; away++) {
        const weight = kernel[away] ?? 0;
        const above = Math.max(0, row - away) * width + column;
        const below = Math.min(last, row + away) * width + column;
        first += weight * ((from[above] ?? 0) + (from[below] ?? 0));
        second += weight * ((from[above + 1] ?? 0) + (from[below + 1] ?? 0));
        third += weight * ((from[above + 2] ?? 0) + (from[below + 2] ?? 0));
        fourth += weight * ((from[above + 3] ?? 0) + (from[below + 3] ?? 0));
      }
      const turned = column * height + row;
      to[turned] = first;
      to[turned + height] = second;
      to[turned + 2 * height] = third;
      to[turned + 3 * height] = fourth;
    }
    for (let column = whole; column < width; column++) {
      let sum = middleWeight * (from[start + column] ?? 0);
      for (let away = 1; away < kernel.length; away++) {
        const above = Math.max(0, row - away) * width + column;
        const below = Math.min(last, row + away) * width + column;
        sum += (kernel[away] ?? 0) * ((from[above] ?? 0) + (from[below] ?? 0));
      }
      to[column * height + row] = sum;
    }
  }
}
