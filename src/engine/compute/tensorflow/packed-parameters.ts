/**
 * Parameters as an optimizer changes them: large ones alone, all others as one row of numbers, since each change takes
 * the same few calls of the library however small the tensor is.
 */
import { type ParameterPlan, valueCount } from '../../model/plan';
import type { NamedTensors, Tensor } from '../../model/tensors';
import type { TensorFlow, TfTensor } from './api';
import { givenTensor, shapeInTensorFlow, weightTensor, weightValues } from './layout';
import { reshape, split } from './native';

/** Values from which on the work itself takes longer than its calls. */
const large = 2 ** 17;

/** One tensor of the optimizer: a parameter in its own shape, or several in a row. */
export type Pack = readonly ParameterPlan[];

export function planPacks(parameters: readonly ParameterPlan[]): Pack[] {
  const isLarge = ({ shape }: ParameterPlan) => valueCount(shape) >= large;
  const small = parameters.filter((parameter) => !isLarge(parameter));
  const alone = parameters.filter(isLarge).map((parameter) => [parameter]);
  return small.length === 0 ? alone : [...alone, small];
}

/** @param given by the parameters' names, in TensorFlow's shapes */
export function packed(tf: TensorFlow, pack: Pack, given: (name: string) => TfTensor): TfTensor {
  const tensors = pack.map(({ name }) => given(name));
  const [first, ...others] = tensors;
  if (first !== undefined && others.length === 0) return first;
  const rows = tensors.map((tensor) => (tensor.shape.length === 1 ? tensor : reshape(tf, tensor, [-1])));
  return tf.concat(rows, 0);
}

/**
 * The pack's tensors as one, to be disposed of by the caller.
 * @throws UserError `model-invalid` when a tensor is missing or has another shape; without any, all is 0
 */
export function packedValues(tf: TensorFlow, pack: Pack, tensors: NamedTensors | undefined): TfTensor {
  const given = new Map(
    pack.map((plan) => [plan.name, tensors === undefined ? zeros(plan) : givenTensor(tensors, plan)] as const),
  );
  const make = (name: string) => weightTensor(tf, given.get(name) ?? { shape: [0], data: new Float32Array() });
  return tf.tidy(() => tf.keep(packed(tf, pack, make)));
}

/** By the parameters' names, in TensorFlow's shapes. */
export function unpacked(tf: TensorFlow, pack: Pack, value: TfTensor): (readonly [name: string, value: TfTensor])[] {
  const [first, ...others] = pack;
  if (first !== undefined && others.length === 0) return [[first.name, value]];
  const shapes = pack.map(({ shape }) => shapeInTensorFlow(shape));
  const parts = split(tf, value, shapes.map(valueCount));
  return parts.map((part, at) => {
    const shape = shapes[at] ?? [];
    return [pack[at]?.name ?? '', shape.length === 1 ? part : reshape(tf, part, shape)];
  });
}

/** In PyTorch's shapes. */
export function copies(tf: TensorFlow, pack: Pack, value: TfTensor): (readonly [name: string, tensor: Tensor])[] {
  const values: (readonly [string, Tensor])[] = [];
  // Nothing comes back through `tidy`, which would look for tensors among the numbers.
  tf.tidy(() => {
    for (const [name, part] of unpacked(tf, pack, value)) values.push([name, weightValues(tf, part)]);
  });
  return values;
}

export function zeros({ shape }: ParameterPlan): Tensor {
  return { shape, data: new Float32Array(valueCount(shape)) };
}
