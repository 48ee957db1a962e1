/** What the page asks the editor about the form, and of which parts of it that is an answer. */
import type { ScanEstimate, TrainingSample } from '../../src/shared/contracts';
import type { OptionsHostApi } from '../../src/shared/scan-options';
import type { ScanRequest } from '../../src/shared/settings';
import { AnswerLoader } from './answer-loader';

/** Samples of training images. */
export function previewLoader(host: OptionsHostApi, onChange: () => void): AnswerLoader<readonly TrainingSample[]> {
  return new AnswerLoader({
    fetch: (request) => host.preview(request),
    keyOf: previewKey,
    onChange,
    settleMs: 350,
  });
}

/** What the scan will take. Measuring is work: it waits for a person to pause. */
export function estimateLoader(host: OptionsHostApi, onChange: () => void): AnswerLoader<ScanEstimate> {
  return new AnswerLoader({
    fetch: (request) => host.estimate(request),
    keyOf: estimateKey,
    onChange,
    settleMs: 800,
    cancel: () => void host.cancelEstimate().catch(() => undefined), // the editor went: nothing is measured any more
  });
}

/** What of a request the samples depend on, or whether there can be any. */
function previewKey({ source, trainOn, settings }: ScanRequest): string {
  const { preset, modelFile, imageSize, latent, resize, color, roi, arrayLayout, arrayRange } = settings;
  const seen = { preset, modelFile, imageSize, latent, resize, color, roi, arrayLayout, arrayRange };
  const { augment, denoise, seed } = settings;
  return JSON.stringify({ source, trainOn, ...seen, augment, denoise, seed });
}

/** What is decided when the scores are there, and what changes numbers without changing work. */
const ofNoWeight: readonly string[] = [
  'labels',
  'score',
  'threshold',
  'unreadable',
  'learningRate',
  'weightDecay',
  'seed',
  'trimFraction',
] satisfies (keyof ScanRequest | keyof ScanRequest['settings'])[];

function estimateKey(request: ScanRequest): string {
  return JSON.stringify(request, (name, value: unknown) => (ofNoWeight.includes(name) ? undefined : value));
}
