/**
 * A network as data. Layers have no names of their own: a layer is named by its place, `encoder.3`, and inside a
 * composite layer `encoder.3.layers.0`, `encoder.3.shortcut.0` or `encoder.0.branches.1.2`. What each layer computes
 * is what PyTorch's layer of that name does with its defaults, unless it says otherwise here.
 */
import * as v from 'valibot';
import { resizeModes } from '../../shared/settings';

const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_536));
const padding = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1024));
const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

export type ResizeMode = (typeof resizeModes)[number];

const simpleLayerSchema = v.variant('type', [
  v.strictObject({
    type: v.literal('conv'),
    out: size,
    kernel: size,
    stride: v.optional(size, 1),
    padding: v.optional(padding, 0),
    bias: v.optional(v.boolean(), true),
  }),
  /** Output side = (side − 1) · stride − 2 · padding + kernel + outputPadding. */
  v.strictObject({
    type: v.literal('convTranspose'),
    out: size,
    kernel: size,
    stride: v.optional(size, 1),
    padding: v.optional(padding, 0),
    outputPadding: v.optional(padding, 0),
    bias: v.optional(v.boolean(), true),
  }),
  v.strictObject({ type: v.literal('linear'), out: size, bias: v.exactOptional(v.boolean()) }),
  /** Stride: the kernel's size unless given. */
  v.strictObject({
    type: v.literal('maxPool'),
    kernel: size,
    stride: v.exactOptional(size),
    padding: v.optional(padding, 0),
  }),
  /** Zeros of the padding count in the mean. */
  v.strictObject({
    type: v.literal('averagePool'),
    kernel: size,
    stride: v.exactOptional(size),
    padding: v.optional(padding, 0),
  }),
  /**
   * To exactly [height, width], or by `scale`, up or down; nearest unless `mode` says otherwise. Nearest: source pixel =
   * floor(i · in / out); bilinear and bicubic (a = −0.75): half-pixel centres, no antialiasing.
   */
  v.strictObject({
    type: v.literal('resize'),
    mode: v.exactOptional(v.picklist(resizeModes)),
    height: v.exactOptional(size),
    width: v.exactOptional(size),
    scale: v.exactOptional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1024))),
  }),
  /** Over the channels of an image or the features of a vector. Epsilon 1e-5, momentum 0.1, unbiased running variance. */
  v.strictObject({ type: v.literal('batchNorm') }),
  v.strictObject({ type: v.literal('groupNorm'), groups: size }),
  /** Without weights unless `affine`. */
  v.strictObject({ type: v.literal('instanceNorm'), affine: v.exactOptional(v.boolean()) }),
  /** Over all values of an image; a weight and a bias for each. */
  v.strictObject({ type: v.literal('layerNorm') }),
  v.strictObject({
    type: v.literal('dropout'),
    /** Less than 1. */
    probability: v.optional(v.pipe(v.number(), v.minValue(0), v.ltValue(1)), 0.5),
  }),
  v.strictObject({ type: v.literal('relu') }),
  v.strictObject({ type: v.literal('leakyRelu'), slope: v.optional(fraction, 0.01) }),
  v.strictObject({ type: v.literal('elu'), alpha: v.exactOptional(v.pipe(v.number(), v.gtValue(0), v.maxValue(100))) }),
  /** The exact one, by the error function. */
  v.strictObject({ type: v.literal('gelu') }),
  v.strictObject({ type: v.literal('mish') }),
  v.strictObject({ type: v.literal('silu') }),
  v.strictObject({ type: v.literal('tanh') }),
  v.strictObject({ type: v.literal('sigmoid') }),
  v.strictObject({ type: v.literal('flatten') }),
  v.strictObject({ type: v.literal('reshape'), channels: size, height: size, width: size }),
  /**
   * Takes a vector of 2n values, n means and n log variances, and gives n: drawn from that normal distribution in
   * training, the means in evaluation. Only as the encoder's last layer; it makes the network variational.
   */
  v.strictObject({ type: v.literal('sample') }),
]);

type SimpleLayer = v.InferOutput<typeof simpleLayerSchema>;

/** layers(x) + shortcut(x); without a shortcut x itself. What follows the sum is a layer of its own. */
export interface ResidualLayer {
  readonly type: 'residual';
  readonly layers: Layer[];
  readonly shortcut?: Layer[];
}

/** The same input through every branch (an empty one passes it on); `concat` joins along the channels. */
export interface BranchesLayer {
  readonly type: 'branches';
  readonly branches: Layer[][];
  readonly join: 'concat' | 'average' | 'sum';
}

export type Layer = SimpleLayer | ResidualLayer | BranchesLayer;

const innerLayers = v.array(v.lazy((): v.GenericSchema<unknown, Layer> => layerSchema));

export const layerSchema: v.GenericSchema<unknown, Layer> = v.variant('type', [
  simpleLayerSchema,
  v.strictObject({
    type: v.literal('residual'),
    layers: v.pipe(innerLayers, v.minLength(1), v.maxLength(1000)),
    shortcut: v.exactOptional(v.pipe(innerLayers, v.maxLength(1000))),
  }),
  v.strictObject({
    type: v.literal('branches'),
    branches: v.pipe(v.array(v.pipe(innerLayers, v.maxLength(1000))), v.minLength(2), v.maxLength(64)),
    join: v.picklist(['concat', 'average', 'sum']),
  }),
]);

export const networkSpecSchema = v.strictObject({
  /** For editors; not read. */
  $schema: v.exactOptional(v.string()),
  name: v.pipe(v.string(), v.maxLength(200)),
  input: v.strictObject({
    channels: size,
    height: size,
    width: size,
    /** What black and white are to the network: 0 and 1 (absent), or −1 and 1. */
    range: v.exactOptional(v.picklist(['0..1', '-1..1'])),
  }),
  /** Its output, flattened, is the latent vector. */
  encoder: v.pipe(v.array(layerSchema), v.minLength(1), v.maxLength(1000)),
  /** Its output has the input's shape. */
  decoder: v.pipe(v.array(layerSchema), v.minLength(1), v.maxLength(1000)),
});
export type NetworkSpec = v.InferOutput<typeof networkSpecSchema>;

/** Channels, height, width; a vector is [n, 1, 1]. */
export type FeatureShape = readonly [channels: number, height: number, width: number];
