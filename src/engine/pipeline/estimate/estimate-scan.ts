/** How long a scan will take and how much memory it will hold, from a short trial of its own work. Makes no run. */
import type { ScanEstimate } from '../../../shared/contracts';
import type { ScanRequest, ScanSettings } from '../../../shared/settings';
import { OnnxMatrixMultiplier } from '../../compute/onnx/matrix';
import type { ChooseBackend } from '../../compute/select';
import type { ImageSource } from '../../dataset/dataset';
import { openJoined, type ScoredSource } from '../../dataset/joined-source';
import { openSource } from '../../dataset/open-source';
import { mostBytesAtOnce } from '../../training/images/image-feed';
import { lookShare, planTraining, type TrainingPlan } from '../../training/plan';
import { planRankings } from '../../training/rankings';
import { usefulThreads } from '../capacity';
import { checkRequest } from '../check-request';
import { chooseNetwork } from '../network-choice';
import { howToTrain } from '../network';
import { choosePreprocessing } from '../preprocessing';
import { largestSample, largestSampleValues } from '../scores';
import { peakBytes, tryScoring, tryTraining, type TriedScoring, type TriedTraining } from './measure';
import { sampleImages } from './sample-images';

/**
 * @throws UserError as the scan of the request would, where that can be seen without reading everything
 */
export async function estimateScan(request: ScanRequest, chooseBackend: ChooseBackend): Promise<ScanEstimate> {
  await checkRequest(request);
  const sources = await openAll(request);
  try {
    return await estimate(request, sources, chooseBackend);
  } finally {
    for (const source of [sources.scored, sources.trainOn, sources.known, sources.validation]) await source?.close();
  }
}

interface Sources {
  readonly scored: ScoredSource;
  readonly trainOn: ImageSource | undefined;
  readonly known: ImageSource | undefined;
  readonly validation: ImageSource | undefined;
}

async function openAll(request: ScanRequest): Promise<Sources> {
  const { signal } = new AbortController();
  const arrays = { arrays: request.settings };
  const open = (location: string | undefined) =>
    location === undefined ? Promise.resolve(undefined) : openSource(location, signal, arrays);
  const scored = await openJoined(request, signal, arrays);
  return {
    scored,
    trainOn: await open(request.trainOn),
    known: await open(request.knownAnomalies),
    validation: await open(request.validation),
  };
}

async function estimate(
  { settings, withSource }: ScanRequest,
  { scored, trainOn, known, validation }: Sources,
  chooseBackend: ChooseBackend,
): Promise<ScanEstimate> {
  const counts = {
    scored: scored.paths.length,
    trainOn: trainOn?.paths.length ?? 0,
    known: known?.paths.length ?? 0,
    validation: validation?.paths.length ?? 0,
  };
  const trainedOn = trainOn ? counts.trainOn + (withSource === 'yes' ? scored.ownImages : 0) : scored.ownImages;
  const preprocessing = await choosePreprocessing(settings, trainOn ?? scored, new AbortController().signal);
  const { images, secondsPerImage: secondsToRead } = await sampleImages(trainOn ?? scored, preprocessing);
  const { spec } = await chooseNetwork(settings, images.shape);
  const plan = planTraining(trainedOn, settings, validation !== undefined);
  const threads = usefulThreads(settings);
  const { backend, device } = settings;
  const trial = { spec, threads, batchSize: plan.batchSize, training: howToTrain(settings) };
  const choice = await chooseBackend({ backend, device, threads, trial });
  const tryOn = { backend: choice.backend, spec, settings, threads, images };
  const training = await tryTraining(tryOn, plan.batchSize);
  const multiplier = new OnnxMatrixMultiplier('cpu', threads);
  const scoring = await tryScoring(tryOn, multiplier).finally(() => multiplier.dispose());

  const read = counts.scored + counts.trainOn + counts.known + counts.validation;
  const trainSeconds = secondsOfTraining(plan, training, counts.scored, settings);
  const mostSeconds = settings.minutes === undefined ? Infinity : settings.minutes * 60;
  const passed = counts.scored + counts.known + [counts.trainOn, counts.validation].reduce(addSampled, 0);
  return {
    images: read,
    epochs: plan.epochs,
    isCutOff: trainSeconds > mostSeconds,
    mayTrainOnMore: trainOn !== undefined && withSource === 'auto',
    seconds: {
      read: read * secondsToRead,
      train: Math.min(trainSeconds, mostSeconds),
      score: secondsOfScoring(scoring, sampleSize(scoring, trainedOn), passed),
    },
    memoryBytes: memoryOf(training, scoring, plan, images.valuesPerImage, trainedOn),
    backend: choice.backend.name,
    device: choice.backend.device,
    threads,
  };
}

const addSampled = (sum: number, count: number) => sum + Math.min(count, largestSample);

/** As many epochs as are planned; fewer when training ends early. */
function secondsOfTraining(
  plan: TrainingPlan,
  { secondsPerStep }: TriedTraining,
  scored: number,
  settings: ScanSettings,
): number {
  const steps = plan.epochs * plan.stepsPerEpoch;
  const looks = Math.ceil(plan.epochs / plan.validateEvery);
  const looked = looks * plan.validation.length + planRankings(plan, scored, settings).size * scored;
  return secondsPerStep * (steps + (lookShare * looked) / plan.batchSize);
}

function sampleSize({ bytesPerFitted }: TriedScoring, trainedOn: number): number {
  const values = bytesPerFitted / Float32Array.BYTES_PER_ELEMENT;
  return Math.min(trainedOn, largestSample, Math.floor(largestSampleValues / values));
}

/** The statistics' matrices take the same for any number of images; looking at an image there costs as in the pass. */
function secondsOfScoring({ secondsPerImage, fitSeconds, fittedOn }: TriedScoring, sample: number, passed: number) {
  return fitSeconds + (Math.max(0, sample - fittedOn) + passed) * secondsPerImage;
}

/** The thread that prepares images, the list of images, and what the editor is told. */
const besideBytes = 60e6;

function memoryOf(
  training: TriedTraining,
  scoring: TriedScoring,
  { batchSize }: TrainingPlan,
  valuesPerImage: number,
  trainedOn: number,
): number {
  const ahead = Math.min(mostBytesAtOnce, 9 * batchSize * valuesPerImage * Float32Array.BYTES_PER_ELEMENT);
  const sample = Math.max(0, sampleSize(scoring, trainedOn) - scoring.fittedOn) * scoring.bytesPerFitted;
  return besideBytes + Math.max(training.memoryBytes + ahead, peakBytes() + sample);
}
