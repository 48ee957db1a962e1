/** Losses of one image, outside any graph: for watching the training and for ranking by an epoch's weights. */
import { defaultFocal, type FocalSettings, type LossName } from '../../shared/settings';
import { structuralSimilarity } from './structural-similarity';

export interface ImageLossOptions {
  readonly loss: LossName;
  /** Of the focal loss; absent: its defaults. */
  readonly focal?: FocalSettings;
  /** What black and white are to the network. In −1 … 1 differences count twice, so that `mse` is 4 times as large. */
  readonly range?: '0..1' | '-1..1';
  /** [channels, height, width] */
  readonly shape: readonly [number, number, number];
}

type ValueLoss = (target: number, predicted: number) => number;

/** As PyTorch's binary cross-entropy bounds its logarithms. */
const leastLogarithm = -100;
/** Rounding may lift a likelihood above 1. */
const leastDoubt = 1e-7;

/**
 * Each image's loss, the mean over all its values, as the trainer computes it, in the network's own range. A
 * variational network's KL divergence is not part of it: what is watched is how well images come back.
 * @param targets and predictions [count, channels, height, width] in [0, 1]; returns [count]
 */
export function imageLosses(
  options: ImageLossOptions,
  targets: Float32Array,
  predictions: Float32Array,
  count: number,
): Float32Array {
  const [channels, height, width] = options.shape;
  const valuesPerImage = channels * height * width;
  const lossOfImage = imageLoss(options);
  return Float32Array.from({ length: count }, (_, image) => {
    const [start, end] = [image * valuesPerImage, (image + 1) * valuesPerImage];
    return lossOfImage(targets.subarray(start, end), predictions.subarray(start, end));
  });
}

function imageLoss({ loss, focal, range, shape }: ImageLossOptions): (a: Float32Array, b: Float32Array) => number {
  const stretch = range === '-1..1' ? 2 : 1;
  switch (loss) {
    case 'mse':
      return meanOf((target, predicted) => (stretch * (predicted - target)) ** 2);
    case 'l1':
      return meanOf((target, predicted) => stretch * Math.abs(predicted - target));
    case 'bce':
      return meanOf(binaryCrossEntropy);
    case 'focal':
      return meanOf(focalLoss(focal ?? defaultFocal));
    case 'ssim':
      return (target, predicted) => 1 - structuralSimilarity(target, predicted, shape);
  }
}

function meanOf(valueLoss: ValueLoss): (targets: Float32Array, predictions: Float32Array) => number {
  return (targets, predictions) => {
    let sum = 0;
    for (let place = 0; place < targets.length; place++) {
      sum += valueLoss(targets[place] ?? 0, predictions[place] ?? 0);
    }
    return sum / targets.length;
  };
}

function binaryCrossEntropy(target: number, predicted: number): number {
  const hit = Math.max(leastLogarithm, Math.log(predicted));
  const miss = Math.max(leastLogarithm, Math.log(1 - predicted));
  return -target * hit - (1 - target) * miss;
}

function focalLoss({ alpha, gamma, threshold }: FocalSettings): ValueLoss {
  return (target, predicted) => {
    const likelihood = (target > threshold ? predicted : 1 - predicted) + 1e-8;
    return -alpha * Math.log(likelihood) * Math.max(leastDoubt, 1 - likelihood) ** gamma;
  };
}
