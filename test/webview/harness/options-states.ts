/** The states of the page of options that a person can meet. */
import type { ModelDescription, SourceReport } from '../../../src/shared/contracts';
import type { OptionsState } from '../../../src/shared/scan-options';
import { defaultSettings } from '../../../src/shared/settings';
import { plainReport, type OptionsAnswers } from './options-end';

const models: readonly ModelDescription[] = [
  {
    name: 'convolutional',
    title: 'Convolutional',
    description: 'Fits any size; the first choice for photographs.',
    inputShape: [3, 64, 64],
    adaptive: true,
    latent: 128,
    parameters: 1_234_567,
  },
  {
    name: 'faces-variational',
    title: 'Faces, variational',
    description: 'A variational network with a convolutional encoder; images from −1 to 1.',
    inputShape: [3, 64, 64],
    adaptive: false,
    latent: 200,
    parameters: 4_100_000,
  },
  {
    name: 'corrupted-digits',
    title: 'Corrupted digits',
    description: 'Convolutions around two linear layers; any latent length down to 1.',
    inputShape: [1, 28, 28],
    adaptive: false,
    latent: 256,
    parameters: 7_290_113,
  },
];

export function optionsState(source: string, more: Partial<OptionsState> = {}): OptionsState {
  return { mode: 'scan', source, defaults: defaultSettings, models, ...more };
}

const casting = '/data/foundry line 4/metal-spill';
export const castingReport: SourceReport = {
  layout: 'known-anomalies',
  description: 'The engine’s sentence, for the command line.',
  suggestion: {
    source: `${casting}/test/imgs`,
    trainOn: `${casting}/train`,
    knownAnomalies: `${casting}/proliv`,
    labels: `${casting}/test/test_annotation.txt`,
  },
  arrays: [],
};

const digits = '/data/digits.npz';
export const digitsReport: SourceReport = {
  layout: 'arrays',
  description: 'The engine’s sentence, for the command line.',
  suggestion: { source: `${digits}#x_test`, trainOn: `${digits}#x_train` },
  arrays: [
    { name: 'x_train', type: 'uint8', shape: [60000, 28, 28], meaning: '60,000 grey images of 28 × 28, 0 to 255' },
    { name: 'x_test', type: 'uint8', shape: [10000, 28, 28], meaning: '10,000 grey images of 28 × 28, 0 to 255' },
    { name: 'y_train', type: 'int64', shape: [60000], problem: 'one number a row is no image' },
  ],
};

export const optionsStates = {
  plain: { state: optionsState('/data/apples'), inspect: (source) => Promise.resolve(plainReport(source)) },
  recognised: { state: optionsState(casting), inspect: () => Promise.resolve(castingReport) },
  arrays: { state: optionsState(digits), inspect: () => Promise.resolve(digitsReport) },
  failed: {
    state: optionsState('/data/apples'),
    ready: () => Promise.reject(new Error('The engine could not be started: there is no Node.js on the PATH.')),
  },
} satisfies Record<string, OptionsAnswers>;
