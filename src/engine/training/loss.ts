/** Losses of one image, outside any graph: for validation and for scores. Means over all values of the image. */
import type { LossName } from '../../shared/settings';

type ValueLoss = (target: number, predicted: number) => number;

const smallest = 1e-7;
const losses: Readonly<Partial<Record<LossName, ValueLoss>>> = {
  mse: (target, predicted) => (predicted - target) ** 2,
  l1: (target, predicted) => Math.abs(predicted - target),
  bce: (target, predicted) => {
    const probability = Math.min(1 - smallest, Math.max(smallest, predicted));
    return -target * Math.log(probability) - (1 - target) * Math.log(1 - probability);
  },
};

/** @param targets and predictions [count, valuesPerImage] in [0, 1]; resolves to [count] */
export function imageLosses(
  name: LossName,
  targets: Float32Array,
  predictions: Float32Array,
  count: number,
): Float32Array {
  const valueLoss = losses[name];
  if (valueLoss === undefined) throw new Error(`The loss ${name} cannot be computed here.`);
  const valuesPerImage = targets.length / count;
  const result = new Float32Array(count);
  for (let image = 0; image < count; image++) {
    let sum = 0;
    const end = (image + 1) * valuesPerImage;
    for (let place = image * valuesPerImage; place < end; place++) {
      sum += valueLoss(targets[place] ?? 0, predictions[place] ?? 0);
    }
    result[image] = sum / valuesPerImage;
  }
  return result;
}
