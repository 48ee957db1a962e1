/** How a data set of a given size is trained on: split, batches, epochs. Depends on counts and seed only. */
import type { ScanSettings } from '../../shared/settings';
import { permutation, randomStream } from '../../shared/random';

export interface TrainingPlan {
  /** Places in the list of usable images. */
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
  /** All batches have this size: what does not fill the last one waits for another epoch's shuffle. */
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  /** The validation loss is computed after every so many epochs, and after the last. */
  readonly validateEvery: number;
  /** The first epoch (from 1) whose worst images are left out of the gradient. */
  readonly trimFrom: number;
}

/** About as many images as an epoch must hold for its validation to cost little beside it. */
const imagesBetweenValidations = 1000;
const looksInPatience = 5;
/** What looking at an image costs of what training on it does. */
export const lookShare = 0.2;

/**
 * @param imageCount readable images, at least one
 * @param isWatchedByOthers whether other images watch the training, so that none of these is held out
 */
export function planTraining(imageCount: number, settings: ScanSettings, isWatchedByOthers = false): TrainingPlan {
  const order = permutation(imageCount, randomStream(settings.seed, 'split'));
  // With few images every one is worth more in training than in watching it.
  const isTooFew = isWatchedByOthers || imageCount < 20;
  const heldOut = isTooFew ? 0 : Math.floor(imageCount * settings.validationFraction);
  const validation = order.slice(0, heldOut).sort();
  const training = order.slice(heldOut).sort();
  const stepsPerEpoch = Math.ceil(training.length / settings.batchSize);
  const batchSize = Math.floor(training.length / stepsPerEpoch);
  const epochs = settings.epochs ?? suggestEpochs(training.length);
  return {
    training,
    validation,
    batchSize,
    stepsPerEpoch,
    epochs,
    validateEvery: epochsBetweenLooks(training.length, settings),
    trimFrom: Math.max(1, Math.floor(epochs / 6)) + 1,
  };
}

function epochsBetweenLooks(imageCount: number, { schedule, patience }: ScanSettings): number {
  // A plateau counts epochs without a better loss, so that it has to know every epoch's.
  if (schedule === 'plateau') return 1;
  const cheap = Math.max(1, Math.round(imagesBetweenValidations / imageCount));
  // Where patience counts from the start, one unlucky look must not end the training.
  return schedule === 'one-cycle' ? cheap : Math.min(cheap, Math.ceil(patience / looksInPatience));
}

/** Small folders need more rounds for the same number of steps; large ones have seen enough after a few. */
export function suggestEpochs(imageCount: number): number {
  const forSmall = Math.ceil(6000 / imageCount);
  const forLarge = Math.ceil(20_000 / imageCount);
  return Math.min(60, Math.max(forSmall, Math.min(10, Math.max(4, forLarge))));
}

/** How many images of a batch make the gradient. */
export function keptPerBatch(batchSize: number, trimFraction: number): number {
  return Math.max(1, Math.floor(batchSize * (1 - trimFraction)));
}
