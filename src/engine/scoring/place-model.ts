/** One Gaussian at each place of a feature map, fitted on the usual images, and the distance of an image from them. */
import { quantile } from '../../shared/statistics';
import type { Matrix, NamedTensors } from '../compute/backend';
import { withoutItself } from './leave-one-out';
import { whitening } from './linear-algebra';
import type { ImageShape } from './score';
import { tensorNamed, vectorTensor } from './statistics-tensors';

export interface PlaceModel {
  readonly channels: number;
  readonly places: number;
  /** [places, channels] */
  readonly mean: Float32Array;
  /** [places, channels, channels]: lower triangles W with W·C·Wᵀ = I. */
  readonly whitening: Float32Array;
}

export interface FittedPlaces {
  readonly model: PlaceModel;
  /** By row of the sample: its distance as if it had taken no part in the fit; NaN for those that took none. */
  readonly leaveOneOut: Float32Array;
}

const shrinkage = 0.05;
const smallestVariance = 1e-4;
const keptShare = 0.95;
const strangestShare = 0.02;
/** A single place is too often odd by chance: small maps have few. */
const fewestStrangest = 5;

/** Maps of some of the images that statistics are fitted on. */
export interface SampledMaps {
  /** [rows, channels · height · width] */
  readonly maps: Matrix;
  /** Rows of the sample whose maps these are, ascending. */
  readonly rows: Uint32Array;
  readonly shape: ImageShape;
}

/**
 * First on the 95 % with the lowest loss, then on the nearest 95 %.
 * @param allLosses of the whole sample
 */
export function fitPlaces({ maps, rows, shape: mapShape }: SampledMaps, allLosses: Float32Array): FittedPlaces {
  const { data } = maps;
  const [channels, height, width] = mapShape;
  const shape = { channels, places: height * width };
  const losses = Float32Array.from(rows, (row) => allLosses[row] ?? NaN);
  const calm = nearest(losses);
  const first = fitOnce(data, shape, calm);
  const distances = distancesWithout(first, data, calm);
  const near = nearest(distances);
  const model = fitOnce(data, shape, near);
  const without = distancesWithout(model, data, near);
  const leaveOneOut = new Float32Array(allLosses.length).fill(NaN);
  rows.forEach((row, place) => {
    if (near[place] === 1) leaveOneOut[row] = without[place] ?? NaN;
  });
  return { model, leaveOneOut };
}

/** @param maps [count, channels, height, width]; returns the mean squared distance of the strangest places [count] */
export function placeDistances(model: PlaceModel, maps: Float32Array, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, image) => strangest(distancesAt(model, maps, image)));
}

export function packPlaces({ model, leaveOneOut }: FittedPlaces): NamedTensors {
  return new Map([
    ['mean', { shape: [model.places, model.channels], data: model.mean }],
    ['whitening', { shape: [model.places, model.channels, model.channels], data: model.whitening }],
    ['leave-one-out', vectorTensor(leaveOneOut)],
  ]);
}

export function unpackPlaces(tensors: NamedTensors): FittedPlaces {
  const mean = tensorNamed(tensors, 'mean');
  const [places = 0, channels = 0] = mean.shape;
  const model = { places, channels, mean: mean.data, whitening: tensorNamed(tensors, 'whitening').data };
  return { model, leaveOneOut: tensorNamed(tensors, 'leave-one-out').data };
}

function nearest(values: Float32Array): Uint8Array {
  const limit = quantile(values, keptShare);
  return Uint8Array.from(values, (value) => (value <= limit ? 1 : 0));
}

function fitOnce(
  maps: Float32Array,
  { channels, places }: Pick<PlaceModel, 'channels' | 'places'>,
  taken: Uint8Array,
): PlaceModel {
  const count = Math.max(
    1,
    taken.reduce((sum, one) => sum + one, 0),
  );
  const mean = new Float32Array(places * channels);
  const factors = new Float32Array(places * channels * channels);
  const centre = new Float64Array(channels);
  const centred = new Float64Array(channels);
  for (let place = 0; place < places; place++) {
    centre.fill(0);
    forEachTaken(taken, (image) => {
      for (let channel = 0; channel < channels; channel++) {
        centre[channel] = (centre[channel] ?? 0) + (maps[(image * channels + channel) * places + place] ?? 0) / count;
      }
    });
    const covariance = new Float64Array(channels * channels);
    forEachTaken(taken, (image) => {
      for (let channel = 0; channel < channels; channel++) {
        centred[channel] = (maps[(image * channels + channel) * places + place] ?? 0) - (centre[channel] ?? 0);
      }
      for (let row = 0; row < channels; row++) {
        const value = centred[row] ?? 0;
        for (let column = 0; column <= row; column++) {
          const at = row * channels + column;
          covariance[at] = (covariance[at] ?? 0) + value * (centred[column] ?? 0);
        }
      }
    });
    mean.set(centre, place * channels);
    factors.set(whitening(shrunk(covariance, channels, count), channels), place * channels * channels);
  }
  return { channels, places, mean, whitening: factors };
}

/** (1 − s)·C + (s · mean variance + a little)·I */
function shrunk(sums: Float64Array, size: number, count: number): Float64Array {
  let variance = 0;
  for (let row = 0; row < size; row++) variance += (sums[row * size + row] ?? 0) / count / size;
  const covariance = sums.map((sum) => ((1 - shrinkage) * sum) / count);
  for (let row = 0; row < size; row++) {
    const at = row * size + row;
    covariance[at] = (covariance[at] ?? 0) + shrinkage * variance + smallestVariance;
  }
  return covariance;
}

/** For those that took part in the fit, as if they had not, by Sherman and Morrison at each place. */
function distancesWithout(model: PlaceModel, maps: Float32Array, taken: Uint8Array): Float32Array {
  const count = taken.reduce((sum, one) => sum + one, 0);
  return Float32Array.from(taken, (isTaken, image) => {
    const distances = distancesAt(model, maps, image);
    if (isTaken === 0) return strangest(distances);
    const leverage = ((1 - shrinkage) * model.channels) / count;
    return strangest(distances.map((distance) => withoutItself(distance, leverage * distance)));
  });
}

/** Squared distance at every place, divided by the number of channels. */
function distancesAt({ channels, places, mean, whitening: factors }: PlaceModel, maps: Float32Array, image: number) {
  const distances = new Float32Array(places);
  const centred = new Float64Array(channels);
  for (let place = 0; place < places; place++) {
    for (let channel = 0; channel < channels; channel++) {
      centred[channel] =
        (maps[(image * channels + channel) * places + place] ?? 0) - (mean[place * channels + channel] ?? 0);
    }
    let sum = 0;
    for (let row = 0; row < channels; row++) {
      const start = (place * channels + row) * channels;
      // Two running sums: one would wait for itself.
      let even = 0;
      let odd = 0;
      for (let column = 0; column < row; column += 2) {
        even += (factors[start + column] ?? 0) * (centred[column] ?? 0);
        odd += (factors[start + column + 1] ?? 0) * (centred[column + 1] ?? 0);
      }
      if (row % 2 === 0) even += (factors[start + row] ?? 0) * (centred[row] ?? 0);
      sum += (even + odd) ** 2;
    }
    distances[place] = sum / channels;
  }
  return distances;
}

function strangest(distances: Float32Array): number {
  const wanted = Math.max(fewestStrangest, Math.round(strangestShare * distances.length));
  const count = Math.min(wanted, distances.length);
  const top = distances.sort().subarray(distances.length - count);
  return top.reduce((sum, distance) => sum + distance, 0) / count;
}

function forEachTaken(taken: Uint8Array, visit: (image: number) => void): void {
  for (let image = 0; image < taken.length; image++) if (taken[image] === 1) visit(image);
}
