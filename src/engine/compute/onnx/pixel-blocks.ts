/**
 * A convolution to one or a few channels, as at the end of every decoder, wastes most of a processor's vector, which
 * holds 8 or 16 channels. So the channels of r × r neighbouring pixels are computed as if they were channels of one:
 * a convolution with a kernel of k + r − 1 and stride r, then depth to space. Standard ONNX; for constant weights.
 */
import type { LayerPlan } from '../../model/shapes';
import type { NamedTensors } from '../../model/tensors';
import type { Graph, Value } from './graph';

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

/** @returns the convolution's output [batch, channels, height, width], as without blocks */
export function addPixelBlockConv(
  graph: Graph,
  plan: LayerPlan,
  weights: NamedTensors,
  input: Value,
  side: number,
): Value {
  const { layer, name } = plan;
  const weight = weights.get(`${name}.weight`);
  if (layer.type !== 'conv' || weight === undefined) throw new Error(`${name} is not a convolution with weights.`);
  const [batch = 1] = input.shape;
  const [out, height, width] = plan.output;
  const [into] = plan.input;
  const { kernel, padding } = layer;
  const wide = kernel + side - 1;
  const blocks = side * side;
  const filter = graph.constant([blocks * out, into, wide, wide], spread(weight.data, [out, into, kernel], side));
  const bias = weights.get(`${name}.bias`)?.data;
  const repeated =
    bias === undefined ? undefined : Float32Array.from({ length: blocks * out }, (_, at) => bias[at % out] ?? 0);
  const operands = [input, filter, ...(repeated === undefined ? [] : [graph.constant([blocks * out], repeated)])];
  const deep = graph.add('Conv', operands, [batch, blocks * out, height / side, width / side], {
    kernel_shape: [wide, wide],
    strides: [side, side],
    pads: [padding, padding, padding, padding],
  });
  return graph.add('DepthToSpace', [deep], [batch, out, height, width], { blocksize: side, mode: 'DCR' });
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
