/** What a run is made of: the types behind run.json, the manifest, the score columns and review.json. */
import type { ErrorReport } from './errors';
import type { ReviewHistory } from './review-history';
import type { Area, DeviceName, ScanRequest, ThresholdSetting } from './settings';
import type { Tail } from './tail';

/** `stopped`: by the user, resumable. `interrupted`: the process died, resumable. */
export type RunStatus = 'running' | 'done' | 'stopped' | 'interrupted' | 'failed';

/** What a run is busy with, in this order. `reading` decodes into the cache, `baseline` ranks without a network. */
export const runPhases = ['listing', 'reading', 'baseline', 'training', 'scoring', 'done'] as const;
export type RunPhase = (typeof runPhases)[number];

/** One image, in data-set order. */
export interface ManifestEntry {
  /** Relative path with `/` (natural order), or `x_test/000123` for a row of an array. */
  readonly path: string;
  /** SHA-256 of the file's bytes (of the row's bytes in an array), hexadecimal; empty when not even the bytes were readable. */
  readonly sha256: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Pixels, after EXIF orientation; 0 when unreadable. */
  readonly width: number;
  readonly height: number;
  /** Why it cannot be read; absent for a good image. */
  readonly error?: string;
}

export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  /** Means over images, not over batches. */
  readonly trainLoss: number;
  readonly validationLoss?: number;
  /** How far the tail of the losses stands out: (99th percentile or fifth largest − median) / (1.4826 · MAD) of the log loss. */
  readonly separation?: number;
  /** Present when all scored images were ranked after this epoch: the same of their losses. */
  readonly scoredSeparation?: number;
  readonly learningRate: number;
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

/** A score learned from known anomalies. Places and lengths are in units of the weighted sum and of the composite. */
export interface Blend {
  /** What one z of a score adds; at least 0. */
  readonly weights: Readonly<Record<string, number>>;
  readonly learned: { readonly start: number; readonly scale: number };
  readonly composite: { readonly start: number; readonly scale: number };
}

/** A column of scores. Higher is stranger. */
export interface ScoreInfo {
  /** `reconstruction`, `normalised`, `local`, `latent`, `encoder`, `pca`, …, and the composite `anomaly`. */
  readonly name: string;
  /** Median and 1.4826 · MAD of the logarithm over the readable images; absent for the composite and `blend`, which
   *  are made of z, and for `too-easy`, which is 0–4. */
  readonly calibration?: { readonly logMedian: number; readonly logScale: number };
  /** Of `too-easy`: what one unit of it adds to the composite. */
  readonly weight?: number;
  /** Of `blend`: how it is made of the others. */
  readonly blend?: Blend;
  /** How far it reaches over the images trained on that are not the scored ones and stand for what is usual. */
  readonly usual?: Tail;
}

/** run.json */
export interface RunRecord {
  readonly version: 1;
  readonly request: ScanRequest;
  readonly createdAt: string; // ISO 8601
  readonly versions: Readonly<Record<string, string>>;
  readonly status: RunStatus;
  readonly phase: RunPhase;
  readonly error?: ErrorReport;
  readonly images: number;
  readonly unreadable: number;
  /** How many were flagged when the run ended, or when its review was last judged: for lists of runs. */
  readonly flagged?: number;
  /** What the network sees: [channels, height, width]; known after the images were read. */
  readonly inputShape?: readonly [number, number, number];
  readonly model?: { readonly preset: string; readonly parameters: number; readonly latent: number };
  /** The pretrained network whose features are a score: the file, and what it was given. */
  readonly backbone?: {
    readonly file: string;
    readonly sha256: string;
    readonly size: readonly [height: number, width: number];
    readonly mean: readonly number[];
    readonly std: readonly number[];
  };
  readonly backend?: string;
  readonly device?: DeviceName;
  /** Of the processor, that computed last. */
  readonly threads?: number;
  /** A sentence on why this device, or why not another. */
  readonly deviceNote?: string;
  readonly epochs: readonly EpochReport[];
  readonly plannedEpochs?: number;
  readonly bestEpoch?: number;
  readonly scores: readonly ScoreInfo[];
  /** The squared error that is drawn as full intensity in error maps: one scale for the data set. */
  readonly errorScale?: number;
  /** Of a run of a part of the images only: where that begins, of how many images, and what tells these apart. */
  readonly shard?: { readonly start: number; readonly images: number; readonly fingerprint: string };
  /** How many times it was scored anew; absent: never. Its scores lie in `scores`, later ones in `scores-1` and on. */
  readonly rescored?: number;
  /** The areas with which it is being scored anew, or was when that was stopped; the scores are still the former ones. */
  readonly rescoring?: readonly Area[];
  readonly seconds: Readonly<Partial<Record<'read' | 'baseline' | 'train' | 'score' | 'total', number>>>;
  readonly imagesPerSecond?: Readonly<Partial<Record<'train' | 'score', number>>>;
  readonly peakMemoryBytes?: number;
  /** Sentences the user should see (where the run went, what was left out). */
  readonly notes: readonly string[];
}

export type Decision = 'bad' | 'good';

/** review.json: what a person said. Small, sorted, kept across scans. */
export interface Review {
  readonly version: 1;
  /** The score that is shown and thresholded: a name of {@link ScoreInfo}. */
  readonly score: string;
  readonly threshold: ThresholdSetting;
  readonly unreadable: 'flag' | 'keep';
  /** By content hash: renaming a file loses nothing, identical files share a decision. */
  readonly decisions: Readonly<Record<string, Decision>>;
  /** All decisions teach: the column `taught` is made of them. Absent: no. */
  readonly learn?: boolean;
}

/** Everything a view needs of a run, sent whole on every `ready`. Columns are in data-set order. */
export interface RunSnapshot {
  readonly runFolder: string;
  readonly record: RunRecord;
  readonly paths: readonly string[];
  readonly hashes: readonly string[];
  /** Why an image cannot be read, by index. */
  readonly unreadable: Readonly<Record<number, string>>;
  /** Robust z by score name, NaN where unreadable; empty before the baseline. */
  readonly scores: Readonly<Record<string, Float32Array>>;
  /** Indexes of the images training left out, as being among the worst of their batches in the last epoch. */
  readonly leftOut: Uint32Array;
  /** Robust z of the known anomalies by score name, when some were given. */
  readonly knownScores?: Readonly<Record<string, Float32Array>>;
  /** The same of images that are known to be usual and are not among the scored ones, when some were given. */
  readonly usualScores?: Readonly<Record<string, Float32Array>>;
  /** By index: 1 bad, 0 good, −1 without a label; absent when the request names no labels. */
  readonly labels?: Int8Array;
  readonly review: Review;
  /** What can be taken back of this review; absent: nothing. */
  readonly history?: ReviewHistory;
}
