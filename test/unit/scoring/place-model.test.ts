import { describe, expect, it } from 'vitest';
import {
  fitPlaces,
  packPlaces,
  placeDistances,
  type PlaceModel,
  type SampledMaps,
  unpackPlaces,
} from '../../../src/engine/scoring/place-model';
import { median } from '../../../src/shared/statistics';
import { randomStream } from '../../../src/shared/random';

const shape = [3, 4, 5] as const;
const mapSize = 60;
const places = 20;

function randomMaps(count: number, name: string): Float32Array {
  const random = randomStream(0, name);
  // What is usual differs from place to place.
  return Float32Array.from({ length: count * mapSize }, (_, at) => (at % places) + random.normal());
}

function sampleOf(maps: Float32Array): readonly [SampledMaps, losses: Float32Array] {
  const rows = Uint32Array.from({ length: maps.length / mapSize }, (_, row) => row);
  const losses = Float32Array.from(rows, (row) => 1 + (row % 7));
  return [{ maps: { rows: rows.length, columns: mapSize, data: maps }, rows, shape }, losses];
}

/** A model of that place alone, and a map of it alone. */
function onlyPlace(model: PlaceModel, place: number): PlaceModel {
  return {
    channels: 3,
    places: 1,
    mean: model.mean.slice(place * 3, place * 3 + 3),
    whitening: model.whitening.slice(place * 9, place * 9 + 9),
  };
}

function mapAt(map: Float32Array, place: number): Float32Array {
  return map.filter((_, at) => at % places === place);
}

describe('what is usual at each place', () => {
  it('finds an image that is odd at one place only, by values that are usual elsewhere', () => {
    const { model } = fitPlaces(...sampleOf(randomMaps(200, 'usual')));
    const others = randomMaps(50, 'others');
    const odd = others.slice(0, mapSize);
    for (const channel of [0, 1, 2]) odd[channel * places + 7] = 19;
    const usual = placeDistances(model, others, 50);
    expect(placeDistances(model, odd, 1)[0]).toBeGreaterThan(5 * Math.max(...usual));
  });

  it('takes the mean of the five strangest places, also of a small map', () => {
    const { model } = fitPlaces(...sampleOf(randomMaps(200, 'usual')));
    const image = randomMaps(1, 'one');
    const at = (place: number) => placeDistances(onlyPlace(model, place), mapAt(image, place), 1)[0] ?? NaN;
    const distances = Array.from({ length: places }, (_, place) => at(place)).sort((a, b) => b - a);
    const mean = distances.slice(0, 5).reduce((sum, distance) => sum + distance / 5, 0);
    expect(placeDistances(model, image, 1)[0]).toBeCloseTo(mean, 4);
  });

  it('measures images of the fit as if they had not been in it', () => {
    const maps = randomMaps(60, 'few');
    const { model, leaveOneOut } = fitPlaces(...sampleOf(maps));
    const within = placeDistances(model, maps, 60);
    const others = placeDistances(model, randomMaps(400, 'new'), 400);
    const measured = leaveOneOut.filter((distance) => !Number.isNaN(distance));
    expect(measured.length).toBeGreaterThanOrEqual(55);
    expect(median(measured) / median(others)).toBeGreaterThan(0.85);
    expect(median(measured) / median(others)).toBeLessThan(1.15);
    expect(median(within)).toBeLessThan(median(measured));
  });

  it('is the same after it was kept in a run', () => {
    const fitted = fitPlaces(...sampleOf(randomMaps(80, 'kept')));
    const others = randomMaps(5, 'others');
    const again = unpackPlaces(packPlaces(fitted));
    expect(placeDistances(again.model, others, 5)).toEqual(placeDistances(fitted.model, others, 5));
    expect(again.leaveOneOut).toEqual(fitted.leaveOneOut);
  });
});
