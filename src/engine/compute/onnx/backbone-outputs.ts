/** What is kept of a pretrained network's outputs: numbers for the whole image, and one small map of its places. */
import type * as ort from 'onnxruntime-node';
import type { BackboneOutput, PlaceMapShape } from '../backbone';

/** The covariances at each place grow with the square of the channels. */
const mostChannels = 128;
/** Maps are averaged down to so many places a side: more of them say no more, and are held for a sample. */
const mostPlaces = 8;
const fewestPlaces = 2;
/** Of the image's side: finer maps know edges only, coarser ones no places. */
const usualSteps = 8;

export interface NamedOutput {
  readonly name: string;
  readonly output: ort.Tensor;
}

interface Block {
  readonly name: string;
  readonly data: Float32Array;
  /** [count, features], or [count, channels, height, width] */
  readonly dims: readonly number[];
}

/** The map whose places are compared with each other. */
export interface PlaceOutput {
  readonly name: string;
  /** So many places a side are averaged to one. */
  readonly square: number;
  readonly shape: PlaceMapShape;
}

/** Undefined where no output is a map of few enough channels. @param side of the images */
export function choosePlaces(outputs: readonly NamedOutput[], count: number, side: number): PlaceOutput | undefined {
  let best: (PlaceOutput & { readonly off: number }) | undefined;
  for (const { name, dims } of usable(outputs, count)) {
    const [, channels = 0, height = 0, width = 0] = dims;
    if (dims.length !== 4 || channels > mostChannels || Math.min(height, width) < fewestPlaces) continue;
    const off = Math.abs(Math.log((Math.max(height, width) * usualSteps) / side));
    if (best && best.off <= off) continue;
    const square = Math.ceil(Math.max(height, width) / mostPlaces);
    best = { name, square, shape: [channels, Math.ceil(height / square), Math.ceil(width / square)], off };
  }
  return best;
}

/**
 * Of each output: a vector as it is; of a map, mean and standard deviation of every channel: [count, features]. Nothing
 * of an output that is neither.
 */
export function describeOutputs(
  outputs: readonly NamedOutput[],
  count: number,
  places: PlaceOutput | undefined,
): BackboneOutput {
  const blocks = usable(outputs, count);
  const described = blocks.map(({ data, dims }) => (dims.length === 2 ? data : momentsOf(data, dims)));
  const columns = described.reduce((sum, block) => sum + block.length / count, 0);
  const features = new Float32Array(count * columns);
  let offset = 0;
  for (const block of described) {
    const own = block.length / count;
    for (let image = 0; image < count; image++) {
      features.set(block.subarray(image * own, (image + 1) * own), image * columns + offset);
    }
    offset += own;
  }
  const map = places && blocks.find(({ name }) => name === places.name);
  return { features, ...(map && { map: averaged(map, places) }) };
}

function usable(outputs: readonly NamedOutput[], count: number): Block[] {
  return outputs.flatMap(({ name, output: { data, dims } }) => {
    const isDescribed = dims.length === 2 || (dims.length === 4 && dims[1] !== 0);
    return data instanceof Float32Array && dims[0] === count && isDescribed ? [{ name, data, dims }] : [];
  });
}

function momentsOf(data: Float32Array, [count = 0, channels = 0, height = 0, width = 0]: readonly number[]) {
  const area = height * width;
  const moments = new Float32Array(count * channels * 2);
  for (let row = 0; row < count * channels; row++) {
    const end = (row + 1) * area;
    let sum = 0;
    for (let at = row * area; at < end; at++) sum += data[at] ?? 0;
    const mean = sum / area;
    let squares = 0;
    for (let at = row * area; at < end; at++) squares += ((data[at] ?? 0) - mean) ** 2;
    moments[2 * row] = mean;
    moments[2 * row + 1] = Math.sqrt(squares / area);
  }
  return moments;
}

/** [count, channels, places, places]: means over squares, which are cut off at the right and lower edge. */
function averaged({ data, dims }: Block, { square, shape }: PlaceOutput): Float32Array {
  const [count = 0, channels = 0, height = 0, width = 0] = dims;
  const [, rows, columns] = shape;
  if (square === 1) return data;
  const map = new Float32Array(count * channels * rows * columns);
  for (let plane = 0; plane < count * channels; plane++) {
    for (let y = 0; y < height; y++) {
      const row = (plane * rows + Math.floor(y / square)) * columns;
      for (let x = 0; x < width; x++) {
        const at = row + Math.floor(x / square);
        map[at] = (map[at] ?? 0) + (data[(plane * height + y) * width + x] ?? 0);
      }
    }
  }
  const extent = (index: number, size: number) => Math.min(square, size - index * square);
  for (let at = 0; at < map.length; at++) {
    const place = at % (rows * columns);
    map[at] = (map[at] ?? 0) / (extent(Math.floor(place / columns), height) * extent(place % columns, width));
  }
  return map;
}
