/**
 * A trained network in the CPU provider's blocked layout. Where weights are constants the provider finds the blocked
 * kernels by itself; what it does not find is that an enlargement and the convolution behind it are several small
 * convolutions (network/phases.ts), and it leaves the layout for everything that it does not know. So this graph names them.
 */
import type { FeatureShape, Layer } from '../../../model/spec';
import type { LayerPlan } from '../../../model/plan';
import type { NamedTensors } from '../../../model/tensors';
import { activationTypes } from '../../network/activation-types';
import type { Filter } from '../../network/filter';
import { type FusedLayers, fuseLayers, type JoinedActivation } from '../../network/fused-layers';
import { aligned, type Phases, phasesOfEnlarged, phasesOfTransposed } from '../../network/phases';
import { weightsFirstLinear } from '../blocked/linear';
import { blockedDomain, wholeBlocks } from '../blocked-domain';
import type { Attribute, Graph, Value } from '../graph';
import { toBlocked, toPlain } from '../layout';
import { lowerLayer, type Lowering, type LoweringContext, plainLowering } from '../lowering';
import type { Observe } from '../network-features';
import { composites } from '../operators/composites';
import type { Chain } from '../operators/operator';
import { reshape } from '../operators/arithmetic';
import { pixelBlockSide, squareFilter } from '../../network/pixel-blocks';
import { layOutBias, layOutFilter } from './filter-layout';

interface Windows {
  readonly stride: number;
  /** Above, left, below, right. */
  readonly pads: readonly [number, number, number, number];
}

/** Of the layers that go one by one. */
const lowering: Lowering = { ...plainLowering, operators: { ...plainLowering.operators, linear: weightsFirstLinear } };
const inAnyLayout: ReadonlySet<Layer['type']> = new Set(['dropout', ...activationTypes]);

export class BlockedNetwork {
  /** A convolution's filter and bias in blocks: what is drawn again takes them again. */
  private readonly laidOut = new Map<LayerPlan, readonly [filter: Value, bias: Value]>();

  constructor(
    private readonly graph: Graph,
    private readonly weights: NamedTensors,
    private readonly context: Pick<LoweringContext, 'batch' | 'parameters'>,
    private readonly block: number,
  ) {}

  /** Adds layers one after the other. Takes and gives values in any layout. */
  draw(plans: readonly LayerPlan[], input: Value, observe?: Observe): Value {
    let value = input;
    for (let at = 0; at < plans.length;) {
      const fused = fuseLayers(plans, at, this.weights);
      const output = fused && this.fusedConvolution(fused, value);
      if (fused && output) {
        observe?.(fused.last, output);
        value = output;
        at += fused.count;
        continue;
      }
      const plan = plans[at++];
      if (plan) value = this.single(plan, value, observe);
    }
    return value;
  }

  private single(plan: LayerPlan, input: Value, observe: Observe | undefined): Value {
    const { graph, context } = this;
    const { layer } = plan;
    let output: Value;
    if (layer.type === 'residual' || layer.type === 'branches') output = this.composite(plan, input, observe);
    else if (layer.type === 'maxPool' && input.blocked === true) output = this.maxima(plan, layer, input);
    else if (layer.type === 'resize' && (layer.mode ?? 'nearest') === 'nearest' && input.blocked === true) {
      output = this.resized(plan, input);
    } else {
      const given = inAnyLayout.has(layer.type) ? input : toPlain(graph, input);
      output = lowerLayer({ ...context, lowering, training: false, graph }, plan, given).output;
    }
    observe?.(plan, output);
    return output;
  }

  private composite(plan: LayerPlan, input: Value, observe: Observe | undefined): Value {
    const inner = (plan.inner ?? []).map((plans): Chain => (value) => ({
      output: this.draw(plans, value, observe),
      backward: neverTrained,
    }));
    const { batch } = this.context;
    const place = {
      graph: this.graph,
      batch,
      training: false,
      input: plan.input,
      output: plan.output,
      parameter: neverTrained,
      noise: neverTrained,
      inner,
    };
    const { layer } = plan;
    if (layer.type === 'residual') return composites.residual(place, layer, input).output;
    if (layer.type === 'branches') return composites.branches(place, layer, input).output;
    throw new Error(`${plan.name} is not made of layers.`);
  }

  private maxima(plan: LayerPlan, layer: Extract<Layer, { type: 'maxPool' }>, input: Value): Value {
    const { kernel, stride = kernel, padding } = layer;
    const attributes = {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [padding, padding, padding, padding],
    };
    const shape = [this.context.batch, ...plan.output];
    return { ...this.graph.add('MaxPool', [input], shape, attributes, blockedDomain), blocked: true };
  }

  /** Undefined where channels do not fill blocks: then every layer goes by itself. */
  private fusedConvolution(fused: FusedLayers, input: Value): Value | undefined {
    const { block } = this;
    const { into, out } = fused.filter;
    const wholeOut = out % block === 0;
    if (into % block !== 0 && (into >= block || fused.enlargement > 1)) return undefined;
    if (!wholeOut && out > block) return undefined;
    const phases = phasesOf(fused);
    if (phases) return this.enlarged(fused, phases, input);
    if (fused.enlargement > 1 || fused.layer.type !== 'conv') return undefined;
    const { stride, padding } = fused.layer;
    const pads = [padding, padding, padding, padding] as const;
    if (wholeOut) {
      return this.convolution(fused, fused.filter, input, fused.convolution.output, { stride, pads });
    }
    const [, height, width] = fused.convolution.output;
    const side = pixelBlockSide(fused.convolution, block);
    const filter = squareFilter(fused.filter, side);
    const shape: FeatureShape = [filter.out, height / side, width / side];
    const deep = this.convolution(fused, filter, input, shape, { stride: stride * side, pads });
    return this.spreadOut(deep, side, fused.last.output);
  }

  private enlarged(fused: FusedLayers, phases: Phases, input: Value): Value | undefined {
    const { block } = this;
    const [out, outHeight, outWidth] = fused.convolution.output;
    const { factor } = phases;
    const [height, width] = [Math.ceil(outHeight / factor), Math.ceil(outWidth / factor)];
    const [, inHeight, inWidth] = fused.first.input;
    const isSpread = out % block !== 0;
    const { filter, starts } = isSpread ? aligned(phases) : phases;
    if (isSpread && (outHeight % factor > 0 || outWidth % factor > 0)) return undefined;
    const first = Math.min(...starts);
    const reach = Math.max(...starts) - first;
    const [rows, columns] = [height + reach, width + reach];
    const [below, right] = [rows - 1 + first + filter.kernel - inHeight, columns - 1 + first + filter.kernel - inWidth];
    if (first > 0 || below < 0 || right < 0) return undefined;
    const { kernel } = fused.filter;
    // Of few channels all phases together fill the blocks that each pixel alone would leave empty.
    const isFaster = isSpread || rows * columns * factor ** 2 * filter.kernel ** 2 < outHeight * outWidth * kernel ** 2;
    if (!isFaster && fused.layer.type === 'conv') return undefined;
    const shape: FeatureShape = [filter.out, rows, columns];
    const deep = this.convolution(fused, filter, input, shape, { stride: 1, pads: [-first, -first, below, right] });
    if (isSpread) return this.spreadOut(deep, factor, fused.last.output);
    return this.interleaved(
      deep,
      starts.map((start) => start - first),
      fused.last.output,
    );
  }

  private convolution(
    { activation, convolution }: FusedLayers,
    filter: Filter,
    input: Value,
    [, height, width]: FeatureShape,
    { stride, pads }: Windows,
  ): Value {
    const { graph, block } = this;
    const { into, kernel } = filter;
    const given = into % block === 0 ? toBlocked(graph, input) : toPlain(graph, input);
    const constants = this.laidOut.get(convolution) ?? this.layOut(filter);
    this.laidOut.set(convolution, constants);
    const attributes = {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads,
      ...(activation && activationAttributes(activation)),
    };
    const shape = [this.context.batch, filter.out, height, width];
    return { ...graph.add('Conv', [given, ...constants], shape, attributes, blockedDomain), blocked: true };
  }

  private layOut(filter: Filter): readonly [filter: Value, bias: Value] {
    const { graph, block } = this;
    const { into, kernel } = filter;
    const out = wholeBlocks(filter.out, block);
    return [
      graph.constant([out, into, kernel, kernel], layOutFilter(filter, block)),
      graph.constant([out], layOutBias(filter, block)),
    ];
  }

  /** [batch, side² · channels, height / side, …] blocked → [batch, channels, height, width] plain. */
  private spreadOut(deep: Value, side: number, output: FeatureShape): Value {
    const plain = toPlain(this.graph, deep);
    if (side === 1) return plain;
    return this.graph.add('DepthToSpace', [plain], [this.context.batch, ...output], { blocksize: side, mode: 'DCR' });
  }

  /** Phases as channels, of each the part that begins at its shift, to neighbouring pixels: whole blocks move. */
  private interleaved(deep: Value, shifts: readonly number[], [channels, height, width]: FeatureShape): Value {
    const factor = shifts.length;
    const [, , rows = 1, columns = 1] = deep.shape;
    const blocks = channels / this.block;
    const places: number[] = [];
    for (let channel = 0; channel < blocks; channel++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const [down, right] = [y % factor, x % factor];
          const map = (down * factor + right) * blocks + channel;
          const row = Math.floor(y / factor) + (shifts[down] ?? 0);
          places.push((map * rows + row) * columns + Math.floor(x / factor) + (shifts[right] ?? 0));
        }
      }
    }
    return this.picked(deep, places, [channels, height, width]);
  }

  /** Nearest-neighbour resizing to any size. */
  private resized({ input: [channels, fromHeight, fromWidth], output }: LayerPlan, input: Value): Value {
    const [, height, width] = output;
    const places: number[] = [];
    for (let channel = 0; channel < channels / this.block; channel++) {
      for (let y = 0; y < height; y++) {
        const row = channel * fromHeight + Math.floor((y * fromHeight) / height);
        for (let x = 0; x < width; x++) places.push(row * fromWidth + Math.floor((x * fromWidth) / width));
      }
    }
    return this.picked(input, places, output);
  }

  /** @param places of the output's pixels among those of the input, counted over all blocks of channels */
  private picked(value: Value, places: readonly number[], output: FeatureShape): Value {
    const { graph, block } = this;
    const { batch } = this.context;
    const [, channels = 0, rows = 1, columns = 1] = value.shape;
    const parts = reshape(graph, value, [batch, (channels / block) * rows * columns, block]);
    const chosen = graph.add('Gather', [parts, graph.integers(places)], [batch, places.length, block], { axis: 1 });
    return { ...reshape(graph, chosen, [batch, ...output]), blocked: true };
  }
}

function phasesOf({ layer, enlargement, filter, convolution }: FusedLayers): Phases | undefined {
  if (layer.type === 'convTranspose') {
    const { stride, padding } = layer;
    return stride > 1 && filter.into > 1 ? phasesOfTransposed(filter, padding, stride) : undefined;
  }
  const keepsSize = layer.stride === 1 && 2 * layer.padding === layer.kernel - 1;
  if (enlargement === 1 || !keepsSize || convolution.output[1] < 2) return undefined;
  return phasesOfEnlarged(filter, layer.padding, enlargement);
}

/** The runtime's attributes for an activation inside of a convolution. */
function activationAttributes(layer: JoinedActivation): Readonly<Record<string, Attribute>> {
  switch (layer.type) {
    case 'relu':
      return { activation: 'Relu' };
    case 'leakyRelu':
      return { activation: 'LeakyRelu', activation_params: { floats: [layer.slope] } };
    case 'sigmoid':
      return { activation: 'Sigmoid' };
    case 'tanh':
      return { activation: 'Tanh' };
  }
}

function neverTrained(): never {
  throw new Error('A network in evaluation mode is not trained.');
}
