/** Training inside a run: builds the network, goes on from a checkpoint, keeps the best weights. */
import { availableParallelism } from 'node:os';
import type { RunRecord } from '../../shared/run';
import { quantile } from '../../shared/statistics';
import type { Backend, NamedTensors } from '../compute/backend';
import { initialWeights } from '../model/initial';
import { checkNetwork } from '../model/shapes';
import type { NetworkSpec } from '../model/spec';
import { packCheckpoint, unpackCheckpoint, type Checkpoint } from '../training/checkpoint';
import { imageLosses } from '../training/loss';
import { newTrainingState, train, type TrainingState } from '../training/loop';
import { planTraining, type TrainingPlan } from '../training/plan';
import type { TensorCache } from '../dataset/dataset';
import type { TrainingImages } from './images';
import type { Stage } from './stage';

const millisecondsBetweenCheckpoints = 5000;
const checkpointName = 'checkpoint';
const weightDecay = 1e-4;
/** The worst of the validation images may be the anomalies; the mean of the others says when to stop. */
const watchedShare = 0.95;
const validationBatch = 32;

export interface TrainedNetwork {
  readonly spec: NetworkSpec;
  readonly weights: NamedTensors;
}

export function threadsOf({ request }: RunRecord): number {
  return request.settings.threads ?? availableParallelism();
}

export async function trainNetwork(
  stage: Stage,
  backend: Backend,
  spec: NetworkSpec,
  training: TrainingImages,
): Promise<TrainedNetwork> {
  const { run } = stage;
  const { settings } = run.record.request;
  const { images } = training;
  const plan = planTraining(images.count, settings);
  const checkpoint = await readCheckpoint(stage, plan);
  const weights = checkpoint?.weights ?? initialWeights(checkNetwork(spec), settings.seed);
  const state = checkpoint?.state ?? newTrainingState(plan);
  await run.update({ plannedEpochs: plan.epochs, epochs: state.reports });
  const trainer = await backend.createTrainer(spec, {
    batchSize: plan.batchSize,
    loss: settings.loss,
    weightDecay,
    threads: threadsOf(run.record),
    weights,
    ...(checkpoint && { optimizerState: checkpoint.optimizerState }),
  });
  const save = async () => {
    const tensors = packCheckpoint({
      state,
      weights: await trainer.weights(),
      optimizerState: await trainer.optimizerState(),
    });
    await run.writeTensors(checkpointName, tensors);
  };
  const deadline = settings.minutes === undefined ? Infinity : performance.now() + settings.minutes * 60_000;
  let savedAt = performance.now();
  try {
    const result = await train(
      {
        trainer,
        plan,
        images,
        settings,
        signal: stage.signal,
        isEnough: () => stage.isEnough() || performance.now() > deadline,
        validate: (current) => validationLoss(stage, backend, spec, current, images, plan.validation),
        onStep: async (now, imagesPerSecond) => {
          reportStep(stage, plan, now, imagesPerSecond);
          if (performance.now() - savedAt < millisecondsBetweenCheckpoints) return;
          await save();
          savedAt = performance.now();
        },
        onEpoch: async (report) => {
          await run.update({ epochs: [...state.reports], ...(state.best && { bestEpoch: state.best.epoch }) });
          stage.epoch(report);
        },
      },
      state,
    );
    stage.state.leftOut = result.leftOut
      .map((index) => training.scoredPlace(index) + 1) // unsigned: an image of another source becomes 0
      .filter((place) => place > 0)
      .map((place) => place - 1)
      .sort();
    await run.writeIndexes('left-out', stage.state.leftOut);
    await run.update({
      bestEpoch: result.bestEpoch,
      imagesPerSecond: { ...run.record.imagesPerSecond, train: result.imagesPerSecond },
    });
    return { spec, weights: result.weights };
  } catch (error) {
    // What was reached must not be lost to a stop; a diverged state must not replace a good checkpoint.
    if (stage.signal.aborted) await save();
    throw error;
  } finally {
    await trainer.dispose();
  }
}

async function readCheckpoint(stage: Stage, plan: TrainingPlan): Promise<Checkpoint | undefined> {
  const tensors = await stage.run.readTensors(checkpointName);
  if (!tensors) return undefined;
  const checkpoint = unpackCheckpoint(tensors, stage.run.record.epochs);
  // Images that came or went since change the plan; then training begins anew.
  return checkpoint.state.losses.length === plan.training.length ? checkpoint : undefined;
}

function reportStep(stage: Stage, plan: TrainingPlan, state: TrainingState, imagesPerSecond: number): void {
  const perEpoch = plan.stepsPerEpoch * plan.batchSize;
  const done = (state.epoch - 1) * perEpoch + state.stepInEpoch * plan.batchSize;
  const total = plan.epochs * perEpoch;
  stage.report('training', {
    done,
    total,
    epoch: state.epoch,
    plannedEpochs: plan.epochs,
    imagesPerSecond,
    secondsLeft: (total - done) / Math.max(imagesPerSecond, 1e-3),
  });
}

async function validationLoss(
  stage: Stage,
  backend: Backend,
  spec: NetworkSpec,
  weights: NamedTensors,
  images: TensorCache,
  places: Uint32Array,
): Promise<number> {
  const { settings } = stage.run.record.request;
  const scorer = await backend.createScorer(spec, {
    // Small beside the trainer, which holds its memory meanwhile.
    batchSize: Math.min(validationBatch, scoringBatch(images.valuesPerImage)),
    threads: threadsOf(stage.run.record),
    weights,
    encoderFeatures: false,
  });
  try {
    const losses = new Float32Array(places.length);
    const buffer = new Float32Array(scorer.batchSize * images.valuesPerImage);
    for (let start = 0; start < places.length; start += scorer.batchSize) {
      const part = places.subarray(start, start + scorer.batchSize);
      const input = buffer.subarray(0, part.length * images.valuesPerImage);
      images.read(part, input);
      const { reconstruction } = await scorer.run(input, part.length);
      losses.set(imageLosses(settings.loss, input, reconstruction, part.length), start);
    }
    const limit = settings.trimFraction > 0 ? quantile(losses, watchedShare) : Infinity;
    const watched = losses.filter((loss) => loss <= limit);
    return watched.reduce((sum, loss) => sum + loss, 0) / Math.max(1, watched.length);
  } finally {
    await scorer.dispose();
  }
}

/** Images scored at once: large enough to fill the processor, small enough for large images. */
export function scoringBatch(valuesPerImage: number): number {
  return Math.max(1, Math.min(128, Math.floor(2 ** 21 / valuesPerImage)));
}
