/** The states of the panel that a person can meet. */
import type { PanelState } from '../../../src/shared/contracts';
import type { EpochReport } from '../../../src/shared/run';
import { syntheticRun } from './synthetic-run';

export const epochs: readonly EpochReport[] = Array.from({ length: 14 }, (_, place) => ({
  epoch: place + 1,
  trainLoss: 0.08 / (place + 1) + 0.004,
  validationLoss: 0.09 / (place + 1) + 0.006 + 0.0006 * (place % 3),
  separation: 2 + Math.log(place + 1),
  // Stands out most after epoch 4; ranked after every second one.
  ...(place % 2 === 1 ? { scoredSeparation: 5 - 0.3 * Math.abs(place - 3) } : {}),
  learningRate: 2e-3,
  seconds: 1.2,
  imagesPerSecond: 2380,
}));

const unreadable = {
  12: 'The file is empty.',
  40: 'This is not an image: VipsJpeg reported a premature end of the data.',
  77: 'bytes',
} as const;

const calm = syntheticRun({ images: 24, unreadable: { 3: `${'r'.repeat(180)} could not be read.` }, leftOut: [5] });

/** As file systems let them be. */
const uglyNames = [
  `${'n'.repeat(196)}.png`,
  `${'folder/'.repeat(24)}deep.png`,
  'line\nbreak.png',
  `"quotes" 'and' <b>marks</b> & 🍎🍏 emoji.png`,
  'من اليمين إلى اليسار.png',
  `${'图'.repeat(60)}.png`,
  ' .png',
];

export const states = {
  connecting: { sourceName: 'apples' },
  failed: {
    sourceName: 'apples',
    notice: {
      level: 'error',
      text: 'There is no image in /pictures/apples. Looked for 12 kinds of file, also in subfolders.',
    },
  },
  listing: {
    sourceName: 'apples',
    snapshot: syntheticRun({
      images: 0,
      unranked: true,
      record: { status: 'running', phase: 'listing' },
    }),
  },
  unranked: {
    sourceName: 'apples',
    snapshot: syntheticRun({
      images: 165,
      unranked: true,
      record: { status: 'running', phase: 'reading' },
    }),
  },
  training: {
    sourceName: 'apples',
    notice: { level: 'warning', text: 'The engine stopped and was started again; training goes on from epoch 12.' },
    snapshot: syntheticRun({
      images: 165,
      record: { status: 'running', phase: 'training', epochs, plannedEpochs: 40, bestEpoch: 12 },
    }),
  },
  done: {
    sourceName: 'apples',
    snapshot: syntheticRun({
      images: 165,
      unreadable,
      leftOut: [3, 9, 17],
      known: [5.5, 7, 9],
      record: {
        epochs,
        bestEpoch: 12,
        notes: ['The folder cannot be written to: the run is kept in your storage folder.'],
      },
    }),
  },
  labelled: {
    sourceName: 'metal spill',
    snapshot: syntheticRun({
      images: 165,
      unreadable: { 12: 'The file is empty.' },
      known: [2.1, 5.5, 6, 7, 9],
      labelled: true,
      record: { epochs, bestEpoch: 12 },
    }),
  },
  stopped: {
    sourceName: 'apples',
    snapshot: syntheticRun({ images: 165, record: { status: 'stopped', phase: 'training', epochs, bestEpoch: 12 } }),
  },
  'all unreadable': {
    sourceName: 'scans',
    snapshot: syntheticRun({
      images: 3,
      unreadable: { 0: 'The file is empty.', 1: 'This is not an image.', 2: 'Permission was refused.' },
    }),
  },
  'ugly names': {
    sourceName: 's'.repeat(200),
    notice: { level: 'warning', text: `“${'n'.repeat(196)}.png” went away in the middle of the scan.` },
    snapshot: { ...calm, paths: calm.paths.map((path, index) => uglyNames[index] ?? path) },
  },
  huge: {
    sourceName: 'production line 4',
    snapshot: syntheticRun({ images: 100_000, runFolder: '/runs/huge', labelled: true }),
  },
} satisfies Record<string, PanelState>;
