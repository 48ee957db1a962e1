/**
 * Convolutions on blocked values. Channels must fill whole blocks, but for the two ends of a network: images come
 * plain and with few channels, and reconstructions leave so. What fits neither is computed on plain values.
 */
import type { Graph, Value } from '../graph';
import { toBlocked, toPlain } from '../layout';
import { reshape, sumOver } from '../operators/arithmetic';
import { conv, type ConvolutionGeometry, inputGradient } from '../operators/convolution';
import { filterGradient } from '../operators/filter-gradient';
import type { Forward, Operator, Place } from '../operators/operator';
import { blockedFilterGradient, lastFilterGradient } from './filter-gradient';
import { blockFilter, blockTurnedFilter, padFilter, padTo } from './filters';
import { blockedConv, sumByChannel } from './kernels';

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
      return last(place, geometry, toBlocked(place.graph, input), layer.bias, block);
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
      const { kernel, stride, padding } = geometry;
      const wholeBlocksIn = geometry.input[0] % block === 0;
      return {
        input:
          stride === 1 && padding < kernel && wholeBlocksIn
            ? turnedConvolution(graph, geometry, weight, gradient, block)
            : inputGradient(graph, geometry, weight, toPlain(graph, gradient)),
        parameters,
      };
    },
  };
}

/** From whole blocks to a few plain channels: the filter gets empty channels up to a block, which are cut off again. */
function last(place: Place, geometry: ConvolutionGeometry, input: Value, hasBias: boolean, block: number): Forward {
  const { graph, parameter } = place;
  const { batch, output: to } = geometry;
  const [channels, height, width] = to;
  const weight = parameter('weight');
  const bias = hasBias ? padTo(graph, parameter('bias'), [block]) : undefined;
  const filter = padFilter(graph, weight, block);
  const wide = blockedConv(graph, input, filter, [batch, block, height, width], { ...windows(geometry), bias });
  return {
    output: toPlain(graph, { ...wide, shape: [batch, ...to] }),
    backward(gradient, wanted) {
      const parameters = {
        weight: lastFilterGradient(graph, geometry, input, gradient, block),
        ...(hasBias ? { bias: reshape(graph, sumOver(graph, gradient, [0, 2, 3]), [channels]) } : {}),
      };
      if (!wanted.input) return { parameters };
      return { input: turnedConvolution(graph, geometry, weight, gradient, block), parameters };
    },
  };
}

/** The input's gradient with stride 1: a convolution of the output's gradient with the filter turned around. */
function turnedConvolution(
  graph: Graph,
  { batch, kernel, padding, input }: ConvolutionGeometry,
  weight: Value,
  gradient: Value,
  block: number,
): Value {
  const border = kernel - 1 - padding;
  const filter = blockTurnedFilter(graph, weight, block);
  return blockedConv(graph, gradient, filter, [batch, ...input], {
    kernel: [kernel, kernel],
    pads: [border, border, border, border],
  });
}
