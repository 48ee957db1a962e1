/** What an encoder's map looks like in a few numbers per channel. */
import type { FeatureShape } from '../../model/spec';
import type { Graph, Value } from './graph';
import { meanOver, multiply, reshape, subtract, unary } from './operators/arithmetic';

/**
 * Mean and (population) standard deviation of every channel, then, when asked for and the map is at least 2×2, the
 * means of its quarters as PyTorch's adaptive_avg_pool2d(2) cuts them: with an odd side the quarters share the middle.
 *
 * @param map [batch, channels, height, width]
 * @returns each [batch, n]
 */
export function addMapFeatures(graph: Graph, map: Value, shape: FeatureShape, quarters: boolean): Value[] {
  const [channels, height, width] = shape;
  const [batch = 1] = map.shape;
  const mean = meanOver(graph, map, [2, 3]);
  const centred = subtract(graph, map, mean);
  const variance = meanOver(graph, multiply(graph, centred, centred), [2, 3]);
  const features = [
    reshape(graph, mean, [batch, channels]),
    reshape(graph, unary(graph, 'Sqrt', variance), [batch, channels]),
  ];
  if (quarters && height >= 2 && width >= 2) {
    const pooled = graph.add('AveragePool', [map], [batch, channels, 2, 2], {
      kernel_shape: [Math.ceil(height / 2), Math.ceil(width / 2)],
      strides: [Math.floor(height / 2), Math.floor(width / 2)],
    });
    features.push(reshape(graph, pooled, [batch, channels * 4]));
  }
  return features;
}
