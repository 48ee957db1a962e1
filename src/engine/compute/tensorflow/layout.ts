/** From PyTorch's layouts to TensorFlow's and back: images channels last, filters [height, width, in, out]. */
import * as l10n from '@vscode/l10n';
import type { NamedTensors, Tensor } from '../../model/tensors';
import { UserError } from '../../../shared/errors';
import type { ParameterPlan } from '../../model/plan';
import type { TensorFlow, TfTensor } from './api';

/** [batch, channels, height, width] to [batch, height, width, channels] */
export function channelsLast(tf: TensorFlow, images: TfTensor): TfTensor {
  const [batch = 1, channels = 1, height = 1, width = 1] = images.shape;
  if (channels === 1 || height * width === 1) return tf.reshape(images, [batch, height, width, channels]);
  return tf.transpose(images, [0, 2, 3, 1]);
}

/** [batch, height, width, channels] to [batch, channels, height, width] */
export function channelsFirst(tf: TensorFlow, images: TfTensor): TfTensor {
  const [batch = 1, height = 1, width = 1, channels = 1] = images.shape;
  if (channels === 1 || height * width === 1) return tf.reshape(images, [batch, channels, height, width]);
  return tf.transpose(images, [0, 3, 1, 2]);
}

/**
 * By the number of a tensor's axes. Filters of convolutions [out, in, height, width] and of transposed ones [in, out,
 * height, width] turn the same way; layer norms are [channels, height, width].
 */
const toTensorFlow: Readonly<Record<number, readonly number[]>> = { 4: [2, 3, 1, 0], 3: [1, 2, 0] };
const toPyTorch: Readonly<Record<number, readonly number[]>> = { 4: [3, 2, 0, 1], 3: [2, 0, 1] };

/** Of a weight, as {@link weightTensor} gives it. */
export function shapeInTensorFlow(shape: readonly number[]): number[] {
  return toTensorFlow[shape.length]?.map((axis) => shape[axis] ?? 1) ?? [...shape];
}

/** A weight, or what an optimizer keeps of it, as TensorFlow takes it. */
export function weightTensor(tf: TensorFlow, { shape, data }: Tensor): TfTensor {
  const tensor = tf.tensor(data, shape, 'float32');
  const axes = toTensorFlow[shape.length];
  return axes === undefined ? tensor : tf.transpose(tensor, axes);
}

/** @returns a copy in PyTorch's layout */
export function weightValues(tf: TensorFlow, tensor: TfTensor): Tensor {
  const axes = toPyTorch[tensor.shape.length];
  const turned = axes === undefined ? tensor : tf.transpose(tensor, axes);
  // What TensorFlow gives may be its own memory, kept for the next reader.
  return { shape: [...turned.shape], data: turned.dataSync().slice() };
}

/** @throws UserError `model-invalid` when the network's parameter is missing or has another shape */
export function givenTensor(tensors: NamedTensors, { name, shape }: ParameterPlan): Tensor {
  const tensor = tensors.get(name);
  if (tensor?.shape.join() !== shape.join()) {
    throw new UserError(
      'model-invalid',
      l10n.t('The weights do not fit the network: {0} should be [{1}].', name, shape.join()),
    );
  }
  return tensor;
}
