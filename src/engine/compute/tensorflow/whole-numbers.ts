/** Lists of whole numbers, which the library takes as tensors: shapes, sizes, axes. */
import type { TensorFlow, TfTensor } from './api';

const kept = new WeakMap<TensorFlow, Map<string, TfTensor>>();

/**
 * Kept as long as the library: every step asks for the same few, and making one takes as long as a small operation.
 * Nobody disposes of it.
 */
export function wholeNumbers(tf: TensorFlow, numbers: readonly number[]): TfTensor {
  const known = kept.get(tf) ?? new Map<string, TfTensor>();
  kept.set(tf, known);
  const key = numbers.join();
  const found = known.get(key);
  if (found) return found;
  const made = tf.keep(tf.tensor(Int32Array.from(numbers), [numbers.length], 'int32'));
  known.set(key, made);
  return made;
}
