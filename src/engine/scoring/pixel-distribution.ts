/** How a picture's values are spread, and whether the network has drawn nearly one value only. */
import type { PixelDistribution } from '../../shared/contracts';

const binCount = 64;
/** A spike is so many neighbouring bins wide, about a thirtieth of the range. */
const spikeBins = 3;
/** Of each channel's values: so many in its spike make a reconstruction one value. */
const spikeShare = 0.9;
/** A reconstruction that varies this much of what the original does draws something. */
const livingDeviation = 0.25;
/** An original that varies less than half a bin is blank itself. */
const blankDeviation = 0.5 / binCount;

/**
 * Collapsed is a reconstruction that has nearly all values of every channel in one spike and varies far less than the
 * original. Spikes alone do not tell: a drawing on black paper is a spike itself.
 * @param original and reconstruction [channels, height, width] in [0, 1]
 */
export function pixelDistribution(
  original: Float32Array,
  reconstruction: Float32Array,
  channels: number,
): PixelDistribution {
  const area = original.length / channels;
  const [before, after] = [new Float64Array(binCount), new Float64Array(binCount)];
  let spikes = 0;
  let [varianceBefore, varianceAfter] = [0, 0];
  for (let channel = 0; channel < channels; channel++) {
    const of = (values: Float32Array) => values.subarray(channel * area, (channel + 1) * area);
    addTo(before, of(original));
    const own = addTo(new Float64Array(binCount), of(reconstruction));
    own.forEach((count, bin) => (after[bin] = (after[bin] ?? 0) + count));
    if (largestSpike(own) >= spikeShare * area) spikes++;
    varianceBefore += variance(of(original)) / channels;
    varianceAfter += variance(of(reconstruction)) / channels;
  }
  const isBlank = Math.sqrt(varianceBefore) < blankDeviation;
  const isFlat = Math.sqrt(varianceAfter) < livingDeviation * Math.sqrt(varianceBefore);
  const share = (count: number) => count / original.length;
  return {
    original: Array.from(before, share),
    reconstruction: Array.from(after, share),
    collapsed: spikes === channels && isFlat && !isBlank,
  };
}

function addTo(bins: Float64Array, values: Float32Array): Float64Array {
  for (const value of values) {
    const bin = Math.min(binCount - 1, Math.max(0, Math.floor(value * binCount)));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}

function largestSpike(bins: Float64Array): number {
  let largest = 0;
  for (let first = 0; first + spikeBins <= bins.length; first++) {
    largest = Math.max(
      largest,
      bins.subarray(first, first + spikeBins).reduce((sum, count) => sum + count, 0),
    );
  }
  return largest;
}

function variance(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
