/** Images are in 0..1 outside; a network may see and give them as −1..1. */
import type { LossName } from '../../../shared/settings';
import type { NetworkSpec } from '../../model/spec';
import type { Graph, Value } from './graph';
import { add, multiply, subtract } from './operators/arithmetic';

type ValueRange = NetworkSpec['input']['range'];

/** From 0..1 to what the network sees. */
export function fromUnitRange(graph: Graph, images: Value, range: ValueRange): Value {
  if (range !== '-1..1') return images;
  return subtract(graph, multiply(graph, images, graph.scalar(2)), graph.scalar(1));
}

/** From what the network gives to 0..1. */
export function toUnitRange(graph: Graph, images: Value, range: ValueRange): Value {
  if (range !== '-1..1') return images;
  const half = graph.scalar(0.5);
  return add(graph, multiply(graph, images, half), half);
}

export interface LossRange {
  readonly reconstruction: (output: Value) => Value;
  readonly target: (images: Value) => Value;
  /** From the loss's gradient to that of the network's output. */
  readonly gradient: (gradient: Value) => Value;
}

/** In which range a loss compares: the network's own, but for SSIM, whose constants are made for 0..1. */
export function lossRange(graph: Graph, loss: LossName, range: ValueRange): LossRange {
  const same = (value: Value) => value;
  if (range !== '-1..1') return { reconstruction: same, target: same, gradient: same };
  if (loss !== 'ssim')
    return { reconstruction: same, target: (images) => fromUnitRange(graph, images, range), gradient: same };
  return {
    reconstruction: (output) => toUnitRange(graph, output, range),
    target: same,
    gradient: (gradient) => multiply(graph, gradient, graph.scalar(0.5)),
  };
}
