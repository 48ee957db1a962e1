/**
 * Convolutions on blocked values. Channels must fill whole blocks, but for the two ends of a network: images come
 * plain and with few channels, and reconstructions leave so. What fits neither is computed on plain values.
 */
import type { Value } from '../graph';
import { toBlocked, toPlain } from '../layout';
import { conv, type ConvolutionGeometry } from '../operators/convolution';
import { filterGradient } from '../operators/filter-gradient';
import type { Forward, Operator, Place } from '../operators/operator';
import { blockedFilterGradient } from './filter-gradient';
import { blockFilter } from './filters';
import { blockedInputGradient } from './input-gradient';
import { blockedConv, sumByChannel } from './kernels';
import { lastConvolution } from './last-convolution';

export function blockedConvolution(block: number): Operator<'conv'> {
  return (place, layer, input) => {
    const [inChannels] = place.input;
    const [outChannels] = place.output;
    const { kernel, stride, padding } = layer;
    const geometry = { batch: place.batch, kernel, stride, padding, input: place.input, output: place.output };
    const wholeBlocksIn = inChannels % block === 0;
    if (outChannels % block === 0 && (wholeBlocksIn || inChannels < block)) {
      const given = wholeBlocksIn ? toBlocked(place.graph, input) : toPlain(place.graph, input);
      return inner(place, geometry, given, layer.bias, block);
    }
    if (outChannels < block && wholeBlocksIn && stride === 1 && padding < kernel) {
      return lastConvolution(place, geometry, toBlocked(place.graph, input), layer.bias, block);
    }
    return conv(place, layer, toPlain(place.graph, input));
  };
}

function windows({ kernel, stride, padding }: ConvolutionGeometry) {
  const pads = [padding, padding, padding, padding] as const;
  return { kernel: [kernel, kernel], strides: [stride, stride], pads } as const;
}

/** To whole blocks, from whole blocks or from an image. */
function inner(place: Place, geometry: ConvolutionGeometry, input: Value, hasBias: boolean, block: number): Forward {
  const { graph, parameter } = place;
  const { batch, output: to } = geometry;
  const weight = parameter('weight');
  const bias = hasBias ? parameter('bias') : undefined;
  return {
    output: blockedConv(graph, input, blockFilter(graph, weight, block), [batch, ...to], {
      ...windows(geometry),
      bias,
    }),
    backward(gradient, wanted) {
      const parameters = {
        weight:
          blockedFilterGradient(graph, geometry, input, gradient, block) ??
          filterGradient(graph, geometry, toPlain(graph, input), toPlain(graph, gradient)),
        ...(hasBias ? { bias: sumByChannel(graph, gradient, block) } : {}),
      };
      if (!wanted.input) return { parameters };
      return { input: blockedInputGradient(graph, geometry, weight, gradient, block), parameters };
    },
  };
}
