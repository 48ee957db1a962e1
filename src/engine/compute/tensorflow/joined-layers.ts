/**
 * Layers that become one in evaluation mode, as for ONNX Runtime: enlargement, convolution,
 * normalisation and activation. Their filters are made once, for as long as a network scores.
 */
import type { LayerPlan } from '../../model/plan';
import type { NamedTensors } from '../../model/tensors';
import type { Filter } from '../network/filter';
import { type FusedLayers, fuseLayers } from '../network/fused-layers';
import { squareFilter } from '../network/pixel-blocks';
import type { TensorFlow, TfTensor } from './api';
import type { JoinedLayers } from './layers/layer';
import { weightTensor } from './layout';
import { convolve, transpose, type Windows } from './convolution';
import { isJoinedIn } from './enlarged-layers';
import { addBias, leakyRelu, relu, sigmoid } from './native';
import { cut, placeTransposed, type TransposedConvolution } from './transposition';
import { enlargingFilter, squareSide } from './wide-filters';

type Run = (input: TfTensor) => TfTensor;

export class JoinedNetwork {
  /** By the first layer of each. */
  readonly layers = new Map<LayerPlan, JoinedLayers>();
  /** Whoever made this disposes of them. */
  readonly tensors: TfTensor[] = [];
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
    const { layer, enlargement, convolution, filter } = fused;
    if (layer.type === 'convTranspose') return this.transposed(fused, layer);
    const { stride, padding, kernel } = layer;
    if (enlargement > 1) return isJoinedIn(layer) ? this.enlarged(fused) : undefined;
    // oneDNN crashes in some 1×1 convolutions with a stride; these layers go the other way.
    if (kernel === 1 && stride > 1) return undefined;
    const side = squareSide(convolution);
    if (side > 1) return this.squares(fused, side);
    return this.convolution(fused, filter, { stride, padding: [padding, padding, padding, padding] });
  }

  private enlarged(fused: FusedLayers): Run {
    const { tf } = this;
    const [, height, width] = fused.convolution.output;
    const { enlargement: stride, filter } = fused;
    const wide = tf.tidy(() => tf.keep(enlargingFilter(tf, this.filterTensor(filter), stride)));
    return this.ended(fused, wide, (input) =>
      transpose(tf, [input, wide], { stride, padding: 'SAME' }, [height, width]),
    );
  }

  private transposed(fused: FusedLayers, layer: TransposedConvolution): Run {
    const { tf } = this;
    const filter = tf.tidy(() => tf.keep(tf.transpose(this.filterTensor(fused.filter), [0, 1, 3, 2])));
    const { input, output } = fused.convolution;
    const place = placeTransposed(layer, input, output);
    return this.ended(fused, filter, (value) =>
      cut(tf, transpose(tf, [value, filter], place.windows, place.reach), place),
    );
  }

  /** With the bias and the activation behind `run`; both it and `filter` are kept. */
  private ended({ activation, filter: { out, bias } }: FusedLayers, filter: TfTensor, run: Run): Run {
    const { tf } = this;
    const offsets = tf.tensor(bias, [out], 'float32');
    this.tensors.push(filter, offsets);
    return (input) => activated(tf, activation, addBias(tf, run(input), offsets));
  }

  /** [kernel, kernel, in, out] */
  private filterTensor({ out, into, kernel, weight }: Filter): TfTensor {
    return weightTensor(this.tf, { shape: [out, into, kernel, kernel], data: weight });
  }

  /** A last convolution of few channels. */
  private squares(fused: FusedLayers, side: number): Run {
    const { tf } = this;
    const around = (fused.filter.kernel - 1) / 2;
    const padding = [around, around, around, around] as const;
    const deep = this.convolution(fused, squareFilter(fused.filter, side), { stride: side, padding });
    return (input) => tf.depthToSpace(deep(input), side, 'NHWC');
  }

  /** The filter and the bias are kept. */
  private convolution({ activation }: FusedLayers, given: Filter, windows: Windows): Run {
    const { tf } = this;
    const filter = tf.tidy(() => tf.keep(this.filterTensor(given)));
    const bias = tf.tensor(given.bias, [given.out], 'float32');
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
