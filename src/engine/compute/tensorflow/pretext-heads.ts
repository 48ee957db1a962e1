/** What the pretext tasks' heads answer of the encoder's last map, and what each image pays for it. */
import { type PretextPlan, pretextShare } from '../../model/pretext';
import type { TensorFlow, TfTensor } from './api';
import { linear } from './native';

/**
 * Cross-entropies of all tasks.
 * @param map [batch, height, width, channels], and `right` [batch, answers of all tasks]: 1 at each task's answer
 * @returns [batch], what is added to the reconstruction losses
 */
export function pretextLosses(
  tf: TensorFlow,
  plan: PretextPlan,
  map: TfTensor,
  right: TfTensor,
  parameter: (name: string) => TfTensor,
): TfTensor {
  const [batch = 1, height = 1, width = 1] = map.shape;
  const whole = [height, width] as const;
  const pooled = tf.concat([tf.avgPool(map, whole, whole, 'valid'), tf.maxPool(map, whole, whole, 'valid')], 3);
  let start = 0;
  const losses = plan.heads.map(({ classes, weight, bias }) => {
    const given = [pooled, parameter(weight.name), parameter(bias.name)] as const;
    const answers = tf.reshape(linear(tf, given, { isImage: false }), [batch, classes]);
    const ofHead = tf.slice(right, [0, start], [batch, classes]);
    start += classes;
    return tf.sub(tf.logSumExp(answers, [1]), tf.sum(tf.mul(answers, ofHead), [1]));
  });
  return tf.mul(
    losses.reduce((sum, one) => tf.add(sum, one)),
    pretextShare,
  );
}
