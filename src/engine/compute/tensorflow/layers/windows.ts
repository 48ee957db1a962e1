/** Convolutions and pooling. TensorFlow pads unevenly by itself, so that zeros are put around explicitly. */
import type { TensorFlow, TfTensor } from '../api';
import {
  convolve,
  type Given,
  pixelsOfChannels,
  trainedConvolution,
  trainedTransposition,
  type Windows,
} from '../convolution';
import { addBias } from '../native';
import { cut, placeTransposed } from '../transposition';
import { squareSide, squaresFilter } from '../wide-filters';
import type { LayerFunctions, Place } from './layer';

/** Below everything that is computed with; infinity would make differences that are no numbers. */
const lowest = -3e38;

function padded(tf: TensorFlow, input: TfTensor, padding: number, value = 0): TfTensor {
  if (padding === 0) return input;
  const sides = [padding, padding] as const;
  return tf.pad(input, [[0, 0], sides, sides, [0, 0]], value);
}

function withBias(tf: TensorFlow, { parameter }: Place, bias: boolean, output: TfTensor): TfTensor {
  return bias ? addBias(tf, output, parameter('bias')) : output;
}

export const windows = {
  conv(tf, place, { kernel, stride, padding, bias }, input) {
    const filter = place.parameter('weight');
    const { isImage, training, plan } = place;
    const side = training ? squareSide(plan) : 1;
    if (side > 1) {
      const wide = squaresFilter(tf, filter, side);
      const windows = { stride: side, padding: 'SAME' } as const;
      const deep = trainedConvolution(tf, [input, wide], windows, { isImage });
      return withBias(tf, place, bias, pixelsOfChannels(tf, deep, side));
    }
    const given = (image: TfTensor): Given => [image, filter, bias ? place.parameter('bias') : undefined];
    const run = (image: TfTensor, windows: Windows) =>
      training ? trainedConvolution(tf, given(image), windows, { isImage }) : convolve(tf, given(image), windows);
    if (stride === 1 && 2 * padding === kernel - 1) return run(input, { stride, padding: 'SAME' });
    const around = padded(tf, input, padding);
    // oneDNN crashes in the filter gradient of some 1×1 convolutions with a stride: take the pixels first.
    const isThinned = kernel === 1 && stride > 1;
    const seen = isThinned ? tf.avgPool(around, 1, stride, 'valid') : around;
    return run(seen, { stride: isThinned ? 1 : stride, padding: 'VALID' });
  },

  convTranspose(tf, place, layer, input) {
    const { input: before, output } = place.plan;
    const where = placeTransposed(layer, before, output);
    const whole = trainedTransposition(tf, [input, place.parameter('weight')], where.windows, where.reach);
    return withBias(tf, place, layer.bias, cut(tf, whole, where));
  },

  maxPool: (tf, _place, { kernel, stride = kernel, padding }, input) =>
    tf.maxPool(padded(tf, input, padding, lowest), kernel, stride, 'valid'),

  /** Zeros of the padding count. */
  averagePool: (tf, _place, { kernel, stride = kernel, padding }, input) =>
    tf.avgPool(padded(tf, input, padding), kernel, stride, 'valid'),
} satisfies Partial<LayerFunctions>;
