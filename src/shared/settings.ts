/** What a user can choose for a scan: one schema for the command line, the editor's settings and run.json. */
import * as v from 'valibot';
import { enclosesSomething } from './areas';

const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const wholeNumber = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const channelNumbers = v.pipe(v.array(v.pipe(v.number(), v.finite())), v.minLength(1), v.maxLength(3));
const optional = <T extends v.GenericSchema>(schema: T) => v.exactOptional(schema);

/** How the line between usual and odd is drawn. `parameter` is what stands after the colon in `percentile:95`. */
export const thresholdMethods = [
  'auto', // by the tail of the usual scores, see docs/scores.md
  'value', // parameter: a score (a robust z)
  'percentile', // parameter: 0–100, the share of images below the line
  'contamination', // parameter: 0–1, the share of images to flag
  'mad', // parameter: how many robust standard deviations above the median
  'otsu',
  'gmm',
  'evt', // parameter: 0–1, the share of usual images expected above the line
  'normals', // parameter: 0–1, the share of images known to be usual that may lie above the line
  'known-min',
  'known-mean',
  'known-max', // over the scores of the known anomalies
  'known-tpr', // parameter: 0–1, the share of the known anomalies that must be found
  'tpr', // parameter: 0–1, wanted true positive rate; needs labels
  'fpr', // parameter: 0–1, the largest false positive rate; needs labels
  'f1',
  'youden', // need labels
] as const;
export type ThresholdMethod = (typeof thresholdMethods)[number];

export const thresholdSettingSchema = v.object({
  method: v.picklist(thresholdMethods),
  parameter: optional(v.pipe(v.number(), v.finite())),
});
export type ThresholdSetting = v.InferOutput<typeof thresholdSettingSchema>;

export const lossNames = ['mse', 'l1', 'bce', 'focal', 'ssim'] as const;
export type LossName = (typeof lossNames)[number];
export const optimizerNames = ['adamw', 'adam', 'sgd', 'rmsprop'] as const;
export type OptimizerName = (typeof optimizerNames)[number];
export const scheduleNames = ['one-cycle', 'constant', 'exponential', 'step', 'cosine', 'plateau'] as const;

/** −alpha · ln(pt) · (1 − pt)^gamma with pt = p + 1e-8 where the target is above `threshold`, 1 − p + 1e-8 elsewhere. */
export const focalSchema = v.object({
  alpha: v.pipe(v.number(), v.gtValue(0), v.maxValue(1000)),
  gamma: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
  threshold: fraction,
});
export type FocalSettings = v.InferOutput<typeof focalSchema>;
export const defaultFocal: FocalSettings = { alpha: 2, gamma: 0.25, threshold: 0 };

/**
 * What is done to the input in training; the target stays clean. `amount` is for `mask` the cut: pixels whose standard
 * normal draw is below it become 0; for `gaussian` and `coarse` the standard deviation (coarse: of blocks an eighth of
 * the side); for `salt-and-pepper` the share of pixels; for `erase` the longest side of a grey rectangle as a share.
 */
export const denoisingKinds = ['mask', 'gaussian', 'salt-and-pepper', 'coarse', 'erase'] as const;
export const denoisingSchema = v.object({
  kind: v.picklist(denoisingKinds),
  /** Share of the images that are corrupted. */
  probability: fraction,
  amount: v.pipe(v.number(), v.minValue(0), v.maxValue(10)),
});
export type DenoisingSettings = v.InferOutput<typeof denoisingSchema>;

/** What the encoder is asked beside the reconstruction in training, see engine/model/pretext.ts. */
export const pretextNames = ['auto', 'none', 'rotation', 'cut-paste', 'both'] as const;
export type PretextName = (typeof pretextNames)[number];

/** Random changes of training images, of input and target alike. Absent: not done. */
export const augmentationSchema = v.object({
  /** At most this many degrees either way. */
  rotate: optional(v.pipe(v.number(), v.minValue(0), v.maxValue(180))),
  /** Left and right change places in half of the images. */
  flipHorizontal: optional(v.boolean()),
  flipVertical: optional(v.boolean()),
  /** Factors are drawn from 1 ± this. */
  brightness: optional(fraction),
  contrast: optional(fraction),
  saturation: optional(fraction),
  /** A window of at least 1 − this of each side, enlarged to the whole. */
  crop: optional(v.pipe(v.number(), v.minValue(0), v.maxValue(0.9))),
  /** Standard deviation of a Gaussian blur in pixels, at most. */
  blur: optional(v.pipe(v.number(), v.minValue(0), v.maxValue(10))),
});
export type AugmentationSettings = v.InferOutput<typeof augmentationSchema>;

/** How presets that leave it open, and layers of networks, change the size of their maps. */
export const resizeModes = ['nearest', 'bilinear', 'bicubic'] as const;
export const arrayLayouts = ['channels-last', 'channels-first'] as const;
export const arrayRanges = ['0..255', '0..65535', '0..1', '-1..1'] as const;

export const deviceNames = ['cpu', 'webgpu', 'dml', 'coreml', 'cuda'] as const;
export type DeviceName = (typeof deviceNames)[number];

export const backendNames = ['auto', 'onnx', 'tensorflow'] as const;
export type BackendName = (typeof backendNames)[number];

/**
 * A part of what the network sees, as fractions of its width and height. What an `ignore` area covers does not count;
 * once there is an `attend` area, neither does what lies outside of all of these.
 */
export const areaKinds = ['ignore', 'attend'] as const;
const areaKind = v.picklist(areaKinds);
const rectangleSchema = v.pipe(
  v.object({ kind: areaKind, x0: fraction, y0: fraction, x1: fraction, y1: fraction }),
  v.check(({ x0, y0, x1, y1 }) => x0 < x1 && y0 < y1, 'an area needs x0 < x1 and y0 < y1'),
);
/** x, y */
const cornerSchema = v.tuple([fraction, fraction]);
export const mostCorners = 100;
const polygonSchema = v.pipe(
  v.object({ kind: areaKind, corners: v.pipe(v.array(cornerSchema), v.minLength(3), v.maxLength(mostCorners)) }),
  v.check(({ corners }) => enclosesSomething(corners), 'the corners of an area must not lie on one line'),
);
export const areaSchema = v.union([rectangleSchema, polygonSchema]);
export type RectangleArea = v.InferOutput<typeof rectangleSchema>;
export type PolygonArea = v.InferOutput<typeof polygonSchema>;
export type AreaCorner = Readonly<v.InferOutput<typeof cornerSchema>>;
export type Area = v.InferOutput<typeof areaSchema>;

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
  /** Of what the network sees, behind the region of interest; absent: all of it counts. */
  areas: optional(v.array(areaSchema)),
  /** A pretrained image network as an ONNX file, whose activations are a score beside the others. */
  backbone: optional(v.string()),
  /** Side in pixels of the images it takes; absent: as its file says. */
  backboneSize: optional(wholeNumber(8, 1024)),
  /** Taken off its images' values, 0 to 1: one number or one a channel; absent: as its file says. */
  backboneMean: optional(channelNumbers),
  /** What they are divided by then. */
  backboneStd: optional(channelNumbers),
  /** At most this many epochs; absent: chosen from the number of images. */
  epochs: optional(wholeNumber(1, 10_000)),
  /** At most this many minutes of training. */
  minutes: optional(v.pipe(v.number(), v.minValue(0))),
  batchSize: wholeNumber(1, 4096),
  learningRate: v.pipe(v.number(), v.gtValue(0), v.maxValue(10)),
  /** Length of the latent vector, for presets that leave it open; absent: the preset's own. */
  latent: optional(wholeNumber(1, 65_536)),
  /** How presets that leave it open enlarge their maps; absent: nearest. */
  resize: optional(v.picklist(resizeModes)),
  loss: v.picklist(lossNames),
  focal: optional(focalSchema),
  /** Beta, the weight of the KL divergence of variational networks; absent: 1. */
  beta: optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1000))),
  optimizer: v.picklist(optimizerNames),
  /** Absent: 1e-4. */
  weightDecay: optional(fraction),
  /** Of SGD and RMSprop; absent: 0.9 and 0. */
  momentum: optional(v.pipe(v.number(), v.minValue(0), v.ltValue(1))),
  /** Gradients with a larger norm are scaled down to it. */
  gradientClip: optional(v.pipe(v.number(), v.gtValue(0))),
  schedule: v.picklist(scheduleNames),
  /** What `exponential` multiplies the rate by each epoch (absent: 0.95), `step` and `plateau` at each drop (0.1). */
  scheduleFactor: optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
  /** Epochs between drops of `step` (absent: 10); epochs without a better loss before a drop of `plateau` (5). */
  scheduleEvery: optional(wholeNumber(1, 10_000)),
  /** Epochs in which the rate climbs in a line to where the schedule begins; absent: 0. One-cycle has its own. */
  warmUpEpochs: optional(v.pipe(v.number(), v.minValue(0), v.maxValue(10_000))),
  augment: optional(augmentationSchema),
  denoise: optional(denoisingSchema),
  /** Pretext tasks beside the reconstruction. `auto`: both, for the network that adapts to the images; absent: none. */
  pretext: optional(v.picklist(pretextNames)),
  /** Epochs without a better validation loss after which training stops. */
  patience: wholeNumber(1, 10_000),
  /** Share of the images held out to watch the validation loss. */
  validationFraction: v.pipe(v.number(), v.minValue(0), v.maxValue(0.9)),
  /** Share of each batch, the worst by loss, that is left out of the gradient after the first epochs; 0: off. */
  trimFraction: v.pipe(v.number(), v.minValue(0), v.maxValue(0.5)),
  /** Which epoch's weights are used: the one with the lowest loss (absent), or whose losses' tail stands out most. */
  keepEpoch: optional(v.picklist(['loss', 'separation'])),
  /** After which epochs everything is ranked, to be opened later: `auto` as often as it costs little, `all`, `off`. */
  epochScores: optional(v.picklist(['auto', 'all', 'off'])),
  /** Where an array's channels stand, where its shape leaves that open; absent: told from the shape. */
  arrayLayout: optional(v.picklist(arrayLayouts)),
  /** What an array's numbers mean; absent: told from its type and values. */
  arrayRange: optional(v.picklist(arrayRanges)),
  /** `auto` (the composite) or a column of the scores. */
  score: v.string(),
  threshold: thresholdSettingSchema,
  /** What happens to images that cannot be read. */
  unreadable: v.picklist(['flag', 'keep']),
  /** `auto` is ONNX Runtime, which is always there; TensorFlow is installed by the user's wish. */
  backend: v.picklist(backendNames),
  device: v.picklist(['auto', ...deviceNames]),
  /** CPU threads; absent, or more than that: as many as the machine has cores. */
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
  pretext: 'auto',
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

export const shardSchema = v.pipe(
  v.object({ index: wholeNumber(1, 100_000), of: wholeNumber(1, 100_000) }),
  v.check(({ index, of }) => index <= of, 'a part i of n needs i <= n'),
);
export type Shard = v.InferOutput<typeof shardSchema>;

/** What is scanned, with what beside it. All paths are absolute; syntax as in cli.md (folder, .npy, file.npz#array, list). */
export const scanRequestSchema = v.object({
  source: v.string(),
  /** Train on these images; absent: on the source itself. */
  trainOn: optional(v.string()),
  /** Whether the scored images join those of `trainOn` in training. */
  withSource: v.picklist(['auto', 'yes', 'no']),
  /** Images known to be bad: never trained on. */
  knownAnomalies: optional(v.string()),
  /** More images to score after those of the source, in this order; never trained on. */
  scoreAlso: optional(v.array(v.string())),
  /** Images that watch the training; absent: a share of those trained on is held out. */
  validation: optional(v.string()),
  /** A label file, or `layout` for labels from the folder names: what the result is measured against. */
  labels: optional(v.string()),
  /** The run folder; absent: `.anomaly-review/<source>-<time>` beside the source. */
  out: optional(v.string()),
  /** A trained run whose model is applied instead of training one. */
  model: optional(v.string()),
  /** With `model`: only this part of the images is scored, part `index` (from 1) of `of` by place in the data set. */
  shard: optional(shardSchema),
  settings: scanSettingsSchema,
});
export type ScanRequest = v.InferOutput<typeof scanRequestSchema>;
