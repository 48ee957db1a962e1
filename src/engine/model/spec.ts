/** A network as data. Layers have no names of their own: a layer is named by its place, `encoder.3`. */
import * as v from 'valibot';

const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_536));
const padding = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1024));

export const layerSchema = v.variant('type', [
  v.object({
    type: v.literal('conv'),
    out: size,
    kernel: size,
    stride: v.optional(size, 1),
    padding: v.optional(padding, 0),
    bias: v.optional(v.boolean(), true),
  }),
  v.object({ type: v.literal('linear'), out: size }),
  /** Nearest neighbour, to exactly [height, width], up or down; source pixel = floor(i · in / out). */
  v.object({ type: v.literal('resize'), height: size, width: size }),
  /** Over the channels of an image or the features of a vector. Epsilon 1e-5, momentum 0.1, unbiased running variance. */
  v.object({ type: v.literal('batchNorm') }),
  v.object({ type: v.literal('groupNorm'), groups: size }),
  v.object({ type: v.literal('relu') }),
  v.object({ type: v.literal('leakyRelu'), slope: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.01) }),
  v.object({ type: v.literal('mish') }),
  v.object({ type: v.literal('tanh') }),
  v.object({ type: v.literal('sigmoid') }),
  v.object({ type: v.literal('flatten') }),
  v.object({ type: v.literal('reshape'), channels: size, height: size, width: size }),
]);
export type Layer = v.InferOutput<typeof layerSchema>;

export const networkSpecSchema = v.object({
  name: v.string(),
  input: v.object({ channels: size, height: size, width: size }),
  /** Its output, flattened, is the latent vector. */
  encoder: v.pipe(v.array(layerSchema), v.minLength(1), v.maxLength(1000)),
  /** Its output has the input's shape. */
  decoder: v.pipe(v.array(layerSchema), v.minLength(1), v.maxLength(1000)),
});
export type NetworkSpec = v.InferOutput<typeof networkSpecSchema>;

/** Channels, height, width; a vector is [n, 1, 1]. */
export type FeatureShape = readonly [channels: number, height: number, width: number];
