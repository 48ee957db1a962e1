/**
 * The gradient of a convolution with respect to its filter, as one matrix product per kernel position.
 *
 * For kernel position (i, j), dW[:, :, i, j] = Σ over images and output pixels of dY · X shifted by (i, j). Padded to a
 * common width and laid out as [channels, all pixels in a row], a shift is an offset, so each shifted X is one slice
 * of the row. Pixels where a shift runs over a row's end meet zeros in dY. With a stride, X is first split into its
 * stride² phases, each of which is shifted by whole pixels.
 */
import type { Graph, Value } from '../graph';
import { concat, gemm, reshape, slice, transpose } from './arithmetic';
import type { ConvolutionGeometry } from './convolution';

/** @returns [out, in, kernel, kernel] */
export function filterGradient(graph: Graph, geometry: ConvolutionGeometry, input: Value, gradient: Value): Value {
  const { batch, kernel, stride } = geometry;
  const [inChannels] = geometry.input;
  const [outChannels, outHeight, outWidth] = geometry.output;
  const height = paddedSide(geometry, 1);
  const width = paddedSide(geometry, 2);
  const phaseHeight = height / stride;
  const phaseWidth = width / stride;
  const pixels = batch * phaseHeight * phaseWidth;

  const images = transpose(graph, padImages(graph, geometry, input, height, width), [1, 0, 2, 3]);
  const phases = new Map<string, Value>();
  const phase = (row: number, column: number): Value => {
    const key = `${String(row)},${String(column)}`;
    const known = phases.get(key);
    if (known !== undefined) return known;
    const made = reshape(graph, everyNth(graph, images, row, column, stride), [inChannels, pixels]);
    phases.set(key, made);
    return made;
  };

  // The largest shift leaves the last pixels of dY, zeros or not reached by any, without a partner.
  const shiftOf = (row: number, column: number): number =>
    Math.floor(row / stride) * phaseWidth + Math.floor(column / stride);
  const used = pixels - shiftOf(kernel - 1, kernel - 1);
  const widened = widen(graph, gradient, [batch, outChannels, phaseHeight, phaseWidth], [outHeight, outWidth]);
  const allErrors = reshape(graph, transpose(graph, widened, [1, 0, 2, 3]), [outChannels, pixels]);
  const errors = used === pixels ? allErrors : slice(graph, allErrors, 1, 0, used);

  const taps: Value[] = [];
  for (let row = 0; row < kernel; row++) {
    for (let column = 0; column < kernel; column++) {
      const shift = shiftOf(row, column);
      const source = phase(row % stride, column % stride);
      const shifted = used === pixels ? source : slice(graph, source, 1, shift, shift + used);
      const tap = gemm(graph, errors, shifted, { transposeB: true });
      taps.push(reshape(graph, tap, [outChannels, inChannels, 1]));
    }
  }
  return reshape(graph, concat(graph, taps, 2), [outChannels, inChannels, kernel, kernel]);
}

/** The padded input's height or width, up to a multiple of the stride. */
function paddedSide({ input, output, padding, kernel, stride }: ConvolutionGeometry, axis: 1 | 2): number {
  const reached = (output[axis] - 1) * stride + kernel;
  return Math.ceil(Math.max(reached, input[axis] + padding) / stride) * stride;
}

function padImages(
  graph: Graph,
  { batch, input: [channels, height, width], padding }: ConvolutionGeometry,
  input: Value,
  paddedHeight: number,
  paddedWidth: number,
): Value {
  const below = paddedHeight - padding - height;
  const right = paddedWidth - padding - width;
  if (padding === 0 && below === 0 && right === 0) return input;
  return graph.add(
    'Pad',
    [input, graph.integers([0, 0, padding, padding, 0, 0, below, right])],
    [batch, channels, paddedHeight, paddedWidth],
  );
}

/** Zeros to the right and below. */
function widen(graph: Graph, value: Value, shape: readonly number[], sides: readonly [number, number]): Value {
  const below = (shape[2] ?? 0) - sides[0];
  const right = (shape[3] ?? 0) - sides[1];
  if (below === 0 && right === 0) return value;
  return graph.add('Pad', [value, graph.integers([0, 0, 0, 0, 0, 0, below, right])], shape);
}

/** Every `stride`th row and column of [c, n, h, w], from the given ones on. */
function everyNth(graph: Graph, images: Value, row: number, column: number, stride: number): Value {
  if (stride === 1) return images;
  const [channels = 1, batch = 1, height = 1, width = 1] = images.shape;
  return graph.add(
    'Slice',
    [
      images,
      graph.integers([row, column]),
      graph.integers([height, width]),
      graph.integers([2, 3]),
      graph.integers([stride, stride]),
    ],
    [channels, batch, height / stride, width / stride],
  );
}
