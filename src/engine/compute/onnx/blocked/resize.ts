/** Nearest-neighbour enlargement by whole factors on blocked values; everything else as for plain ones. */
import { blockedDomain } from '../blocked-domain';
import { toPlain } from '../layout';
import { resize } from '../operators/resize';
import type { Operator } from '../operators/operator';
import { blockedConv } from './kernels';

export const blockedResize: Operator<'resize'> = (place, layer, input) => {
  const { graph, batch, input: from, output: to } = place;
  const [rows, columns] = [to[1] / from[1], to[2] / from[2]];
  const isNearest = layer.mode === undefined || layer.mode === 'nearest';
  if (!isNearest || input.blocked !== true || !Number.isInteger(rows) || !Number.isInteger(columns)) {
    return resize(place, layer, toPlain(graph, input));
  }
  const [channels] = from;
  const scales = [1, 1, rows, columns];
  const output = graph.add('Upsample', [input], [batch, ...to], { scales, mode: 'nearest' }, blockedDomain);
  return {
    output: { ...output, blocked: true },
    backward(gradient) {
      const ones = graph.constant([channels, 1, rows, columns], new Float32Array(channels * rows * columns).fill(1));
      const blocks = { kernel: [rows, columns], strides: [rows, columns], groups: channels } as const;
      return { input: blockedConv(graph, gradient, ones, [batch, ...from], blocks) };
    },
  };
};
