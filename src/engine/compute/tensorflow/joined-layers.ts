/**
 * Layers that become one in evaluation mode, as for ONNX Runtime: enlargement, convolution,
 * normalisation and activation. Their filters are made once, for as long as a network scores.
 */
import type { LayerPlan } from '../../model/plan';
import type { NamedTensors } from '../../model/tensors';
import type { Filter } from '../network/filter';
import { type FusedLayers, fuseLayers } from '../network/fused-layers';
import { type Phases, phasesOfEnlarged, phasesOfTransposed } from '../network/phases';
import type { TensorFlow, TfTensor } from './api';
import type { JoinedLayers } from './layers/layer';
import { weightTensor } from './layout';
import { convolve, type Windows } from './convolution';
import { leakyRelu, relu, sigmoid } from './native';

type Run = (input: TfTensor) => TfTensor;

export class JoinedNetwork {
  /** By the first layer of each. */
  readonly layers = new Map<LayerPlan, JoinedLayers>();
  private readonly tensors: TfTensor[] = [];
  private readonly held = new Set<string>();

  /** @param plans also those inside of other layers are joined */
  constructor(
    private readonly tf: TensorFlow,
    plans: readonly LayerPlan[],
    private readonly weights: NamedTensors,
  ) {
    this.join(plans);
  }

  /** Whether joined layers hold what they need of a parameter. */
  holds(parameter: string): boolean {
    return this.held.has(parameter);
  }

  dispose(): void {
    this.tf.dispose(this.tensors);
  }

  private join(plans: readonly LayerPlan[]): void {
    for (let at = 0; at < plans.length;) {
      const fused = fuseLayers(plans, at, this.weights);
      const run = fused && this.runOf(fused);
      if (fused && run) {
        this.layers.set(fused.first, { count: fused.count, last: fused.last, run });
        for (const { parameters } of plans.slice(at, at + fused.count)) {
          for (const { name } of parameters) this.held.add(name);
        }
        at += fused.count;
        continue;
      }
      for (const inner of plans[at]?.inner ?? []) this.join(inner);
      at++;
    }
  }

  private runOf(fused: FusedLayers): Run | undefined {
    const phases = phasesOf(fused);
    if (phases) return this.enlarged(fused, phases);
    if (fused.enlargement > 1 || fused.layer.type !== 'conv') return undefined;
    const { stride, padding, kernel } = fused.layer;
    // oneDNN crashes in some 1×1 convolutions with a stride; these layers go the other way.
    if (kernel === 1 && stride > 1) return undefined;
    return this.convolution(fused, fused.filter, { stride, padding: [padding, padding, padding, padding] });
  }

  /** Each phase of the larger image is a channel of a convolution on the small one, and begins at its own shift. */
  private enlarged(fused: FusedLayers, { factor, starts, filter }: Phases): Run | undefined {
    const [channels, outHeight, outWidth] = fused.convolution.output;
    const [, inHeight, inWidth] = fused.first.input;
    const [height, width] = [Math.ceil(outHeight / factor), Math.ceil(outWidth / factor)];
    const first = Math.min(...starts);
    const reach = Math.max(...starts) - first;
    const [below, right] = [height + reach - 1, width + reach - 1].map(
      (last, axis) => last + first + filter.kernel - (axis === 0 ? inHeight : inWidth),
    );
    if (first > 0 || below === undefined || right === undefined || below < 0 || right < 0) return undefined;
    if (outHeight % factor > 0 || outWidth % factor > 0) return undefined;
    const operations = (height + reach) * (width + reach) * factor ** 2 * filter.kernel ** 2;
    if (operations >= outHeight * outWidth * fused.filter.kernel ** 2 && fused.layer.type === 'conv') return undefined;
    const convolution = this.convolution(fused, filter, { stride: 1, padding: [-first, below, -first, right] });
    const { tf } = this;
    return (input) => {
      const deep = convolution(input);
      const [batch = 1] = deep.shape;
      const phase = (down: number, across: number) =>
        tf.slice(
          deep,
          [0, (starts[down] ?? 0) - first, (starts[across] ?? 0) - first, (down * factor + across) * channels],
          [batch, height, width, channels],
        );
      const all = Array.from({ length: factor ** 2 }, (_, at) => phase(Math.floor(at / factor), at % factor));
      return tf.depthToSpace(reach === 0 ? deep : tf.concat(all, 3), factor, 'NHWC');
    };
  }

  /** The filter and the bias are kept. */
  private convolution(
    { activation }: FusedLayers,
    { out, into, kernel, weight, bias: offsets }: Filter,
    windows: Windows,
  ): Run {
    const { tf } = this;
    const filter = tf.tidy(() => tf.keep(weightTensor(tf, { shape: [out, into, kernel, kernel], data: weight })));
    const bias = tf.tensor(offsets, [out], 'float32');
    this.tensors.push(filter, bias);
    return (input) => activated(tf, activation, convolve(tf, [input, filter, bias], windows));
  }
}

function activated(tf: TensorFlow, layer: FusedLayers['activation'], value: TfTensor): TfTensor {
  switch (layer?.type) {
    case 'relu':
      return relu(tf, value);
    case 'leakyRelu':
      return leakyRelu(tf, value, layer.slope);
    case 'sigmoid':
      return sigmoid(tf, value);
    case 'tanh':
      return tf.tanh(value);
    case undefined:
      return value;
  }
}

function phasesOf({ layer, enlargement, filter, convolution }: FusedLayers): Phases | undefined {
  if (layer.type === 'convTranspose') {
    return layer.stride > 1 ? phasesOfTransposed(filter, layer.padding, layer.stride) : undefined;
  }
  const keepsSize = layer.stride === 1 && 2 * layer.padding === layer.kernel - 1;
  if (enlargement === 1 || !keepsSize || convolution.output[1] < 2) return undefined;
  return phasesOfEnlarged(filter, layer.padding, enlargement);
}
