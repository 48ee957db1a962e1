/** What a user can choose for a scan: one schema for the command line, the editor's settings and run.json. */
import * as v from 'valibot';

const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const wholeNumber = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const optional = <T extends v.GenericSchema>(schema: T) => v.exactOptional(schema);

/** How the line between usual and odd is drawn. `parameter` is what stands after the colon in `percentile:95`. */
export const thresholdMethods = [
  'auto', // mad with the default factor; issue 6 chooses by the data
  'value', // parameter: a score (a robust z)
  'percentile', // parameter: 0–100, the share of images below the line
  'contamination', // parameter: 0–1, the share of images to flag
  'mad', // parameter: how many robust standard deviations above the median
  'otsu',
  'known-min',
  'known-mean',
  'known-max', // over the scores of the known anomalies
  'tpr', // parameter: 0–1, wanted true positive rate; needs labels
  'f1',
  'youden', // need labels
] as const;
export type ThresholdMethod = (typeof thresholdMethods)[number];

export const thresholdSettingSchema = v.object({
  method: v.picklist(thresholdMethods),
  parameter: optional(v.pipe(v.number(), v.finite())),
});
export type ThresholdSetting = v.InferOutput<typeof thresholdSettingSchema>;

export const lossNames = ['mse', 'l1', 'bce'] as const;
export type LossName = (typeof lossNames)[number];
export const deviceNames = ['cpu', 'webgpu', 'dml', 'coreml', 'cuda'] as const;
export type DeviceName = (typeof deviceNames)[number];

export const scanSettingsSchema = v.object({
  /** A preset's name, or `auto`: by image size and count. Ignored when `modelFile` is given. */
  preset: v.string(),
  /** A network specification as JSON. */
  modelFile: optional(v.string()),
  /** Side length in pixels of what the network sees; absent: chosen from the images. */
  imageSize: optional(wholeNumber(4, 512)),
  color: v.picklist(['auto', 'rgb', 'gray']),
  /** Region of interest x0, y0, x1, y1 as fractions of width and height. */
  roi: optional(v.tuple([fraction, fraction, fraction, fraction])),
  /** At most this many epochs; absent: chosen from the number of images. */
  epochs: optional(wholeNumber(1, 10_000)),
  /** At most this many minutes of training. */
  minutes: optional(v.pipe(v.number(), v.minValue(0))),
  batchSize: wholeNumber(1, 4096),
  learningRate: v.pipe(v.number(), v.gtValue(0), v.maxValue(10)),
  loss: v.picklist(lossNames),
  optimizer: v.picklist(['adamw']),
  schedule: v.picklist(['one-cycle', 'constant']),
  /** Epochs without a better validation loss after which training stops. */
  patience: wholeNumber(1, 10_000),
  /** Share of the images held out to watch the validation loss. */
  validationFraction: v.pipe(v.number(), v.minValue(0), v.maxValue(0.9)),
  /** Share of each batch, the worst by loss, that is left out of the gradient after the first epochs; 0: off. */
  trimFraction: v.pipe(v.number(), v.minValue(0), v.maxValue(0.5)),
  /** `auto` (the composite) or a column of the scores. */
  score: v.string(),
  threshold: thresholdSettingSchema,
  /** What happens to images that cannot be read. */
  unreadable: v.picklist(['flag', 'keep']),
  backend: v.picklist(['auto', 'onnx']),
  device: v.picklist(['auto', ...deviceNames]),
  /** CPU threads; absent: as many as the machine has cores. */
  threads: optional(wholeNumber(1, 1024)),
  seed: wholeNumber(0, 2 ** 31 - 1),
});
export type ScanSettings = v.InferOutput<typeof scanSettingsSchema>;

export const defaultSettings: ScanSettings = {
  preset: 'auto',
  color: 'auto',
  batchSize: 64,
  learningRate: 2e-3,
  loss: 'mse',
  optimizer: 'adamw',
  schedule: 'one-cycle',
  patience: 10,
  validationFraction: 0.1,
  trimFraction: 0.05,
  score: 'auto',
  threshold: { method: 'auto' },
  unreadable: 'flag',
  backend: 'auto',
  device: 'auto',
  seed: 0,
};

/** What is scanned, with what beside it. All paths are absolute; syntax as in cli.md (folder, .npy, file.npz#array, list). */
export const scanRequestSchema = v.object({
  source: v.string(),
  /** Train on these images; absent: on the source itself. */
  trainOn: optional(v.string()),
  /** Whether the scored images join those of `trainOn` in training. */
  withSource: v.picklist(['auto', 'yes', 'no']),
  /** Images known to be bad: never trained on. */
  knownAnomalies: optional(v.string()),
  /** The run folder; absent: `.anomaly-review/<source>-<time>` beside the source. */
  out: optional(v.string()),
  /** A trained run whose model is applied instead of training one. */
  model: optional(v.string()),
  settings: scanSettingsSchema,
});
export type ScanRequest = v.InferOutput<typeof scanRequestSchema>;
