import { dynamicBatch, Graph } from '../../../src/engine/compute/onnx/graph';

interface SmallBackbone {
  readonly side: number;
  readonly channels?: number;
  readonly batch?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Makes so many more outputs. */
  readonly vectors?: number;
}

/** A network whose outputs are easy to tell: the images themselves, and the largest value of each channel. */
export function smallBackbone({ side, channels = 3, batch = dynamicBatch, metadata, vectors = 1 }: SmallBackbone) {
  const graph = new Graph();
  const shape = [batch, channels, side, side];
  const image = graph.input('pictures', shape);
  graph.output('map', image);
  for (let index = 0; index < vectors; index++) {
    const largest = graph.add('ReduceMax', [image], [batch, channels], { axes: [2, 3], keepdims: 0 });
    graph.output(`largest ${index}`, largest);
  }
  return graph.encode(metadata);
}
