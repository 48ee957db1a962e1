import { describe, expect, it } from 'vitest';
import { PretextImages } from '../../../src/engine/training/augmentation/pretext';
import type { ImageShape } from '../../../src/engine/training/augmentation/image-shape';
import { randomStream } from '../../../src/shared/random';

const places = Uint32Array.from({ length: 64 }, (_, place) => 3 * place);

/** [64, …shape] */
function randomImages(shape: ImageShape): Float32Array {
  const stream = randomStream(4, 'pictures');
  return Float32Array.from({ length: places.length * size(shape) }, () => stream.below(1000) / 1000);
}

function size([channels, height, width]: ImageShape): number {
  return channels * height * width;
}

/** Which answer each image has of a task whose answers stand in columns from … to. */
function answers(labels: Float32Array, columns: number, from: number, to: number): number[] {
  return Array.from(places, (_, row) => {
    const own = [...labels.subarray(row * columns + from, row * columns + to)];
    expect([...own].sort()).toEqual([...new Array<number>(to - from - 1).fill(0), 1]);
    return own.indexOf(1);
  });
}

/** A quarter turn: the first column becomes the last row. */
function turned(image: Float32Array, [, side]: ImageShape): Float32Array {
  return image.map((_, at) => {
    const channel = Math.floor(at / (side * side));
    const [row, column] = [Math.floor(at / side) % side, at % side];
    return image[channel * side * side + column * side + (side - 1 - row)] ?? NaN;
  });
}

function turnedTimes(image: Float32Array, times: number, shape: ImageShape): Float32Array {
  let result = image;
  for (let turn = 0; turn < times; turn++) result = turned(result, shape);
  return result;
}

describe('images for pretext tasks', () => {
  it.each<[string, ImageShape]>([
    ['colour', [3, 7, 7]],
    ['grey', [1, 8, 8]],
  ])('are turned by as many quarters as their answer says, pixel by pixel, in %s', (_title, shape) => {
    const images = randomImages(shape);
    const before = images.slice();
    const made = new PretextImages(['rotation'], shape, 1).make(images, 1, places);
    const turns = answers(made.labels, 4, 0, 4);
    for (const [row, times] of turns.entries()) {
      const imageOf = (all: Float32Array) => all.subarray(row * size(shape), (row + 1) * size(shape));
      expect(imageOf(made.images)).toEqual(turnedTimes(imageOf(images), times, shape));
    }
    for (const times of [0, 1, 2, 3]) expect(turns.filter((one) => one === times).length).toBeGreaterThan(5);
    expect(images).toEqual(before);
  });

  it('stand upright or upside down where sides differ', () => {
    const shape: ImageShape = [2, 6, 9];
    const images = randomImages(shape);
    const made = new PretextImages(['rotation'], shape, 1).make(images, 1, places);
    const turns = answers(made.labels, 2, 0, 2);
    for (const [row, times] of turns.entries()) {
      const channels = [0, 1].map((channel) => (2 * row + channel) * 54);
      for (const start of channels) {
        const own = images.slice(start, start + 54);
        expect(made.images.slice(start, start + 54)).toEqual(times === 1 ? own.reverse() : own);
      }
    }
    expect(new Set(turns)).toEqual(new Set([0, 1]));
  });

  it('hold a rectangle of 12 to 42 % a side from an image of the batch where their answer says so', () => {
    const shape: ImageShape = [2, 24, 40];
    // Each image has a colour of its own, so that it is seen where a rectangle came from.
    const colour = (row: number) => (row + 1) / 200;
    const images = randomImages(shape).map((_, at) => colour(Math.floor(at / size(shape))));
    const made = new PretextImages(['cut-paste'], shape, 1).make(images, 1, places);
    const pasted = answers(made.labels, 2, 0, 2);
    let fromOthers = 0;
    for (const [row, isPasted] of pasted.entries()) {
      const image = made.images.subarray(row * size(shape), (row + 1) * size(shape));
      const own = Math.fround(colour(row));
      const changed = [...image.subarray(0, 960).entries()].filter(([, value]) => value !== own);
      const rows = changed.map(([at]) => Math.floor(at / 40));
      const columns = changed.map(([at]) => at % 40);
      const [tall, wide] = [new Set(rows).size, new Set(columns).size];
      if (isPasted === 0) expect(changed).toEqual([]);
      else {
        expect(changed).toHaveLength(tall * wide);
        expect([tall >= 2, tall <= 10, wide >= 4, wide <= 16]).toEqual([true, true, true, true]);
        const light = (changed[0]?.[1] ?? NaN) / own;
        if (light < 0.59 || light > 1.41) fromOthers++;
      }
      expect(image.subarray(960)).toEqual(image.subarray(0, 960));
    }
    expect(pasted.filter((one) => one === 1).length).toBeGreaterThan(20);
    expect(fromOthers).toBeGreaterThan(5);
  });

  it('keep to 0 … 1, however small they are', () => {
    for (const shape of [
      [1, 1, 1],
      [3, 2, 2],
      [1, 1, 5],
    ] satisfies ImageShape[]) {
      const images = randomImages(shape).fill(0.9);
      const made = new PretextImages(['rotation', 'cut-paste'], shape, 1).make(images, 1, places);
      for (const value of made.images) expect(value >= 0.5 && value <= 1).toBe(true);
    }
  });

  it('are the same for the same seed, epoch, image and batch, and others else', () => {
    const shape: ImageShape = [3, 8, 8];
    const images = randomImages(shape);
    const maker = new PretextImages(['rotation', 'cut-paste'], shape, 1);
    const copy = ({ images: pictures, labels }: ReturnType<typeof maker.make>) => [pictures.slice(), labels.slice()];
    const first = copy(maker.make(images, 1, places));
    const second = copy(maker.make(images, 2, places));
    expect(second[1]).not.toEqual(first[1]);
    expect(copy(maker.make(images, 1, places))).toEqual(first);
    const elsewhere = new PretextImages(['rotation', 'cut-paste'], shape, 2);
    expect(copy(elsewhere.make(images, 1, places))[1]).not.toEqual(first[1]);
  });

  it('ask one task the same, whether the other is asked or not', () => {
    const shape: ImageShape = [1, 8, 8];
    const images = randomImages(shape);
    const both = new PretextImages(['rotation', 'cut-paste'], shape, 1).make(images, 1, places);
    const turns = new PretextImages(['rotation'], shape, 1).make(images, 1, places);
    const pastes = new PretextImages(['cut-paste'], shape, 1).make(images, 1, places);
    expect(answers(both.labels, 6, 0, 4)).toEqual(answers(turns.labels, 4, 0, 4));
    expect(answers(both.labels, 6, 4, 6)).toEqual(answers(pastes.labels, 2, 0, 2));
  });

  it('leave what does not count as it is filled', () => {
    const shape: ImageShape = [1, 8, 8];
    const ignored = { places: Uint32Array.of(0, 63), fill: Float32Array.of(0.25, 0.75) };
    const made = new PretextImages(['rotation', 'cut-paste'], shape, 1, ignored).make(randomImages(shape), 1, places);
    for (let row = 0; row < places.length; row++) {
      expect([made.images[row * 64], made.images[row * 64 + 63]]).toEqual([0.25, 0.75]);
    }
  });
});
