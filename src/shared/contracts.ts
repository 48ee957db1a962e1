/**
 * The two borders of the product, each as a pair of interfaces. All message types derive from these.
 * A method that throws rejects the caller's promise with a {@link UserError}.
 */
import type { FilesAway, MoveReport, UndoReport } from './moves';
import type { ReviewHistory } from './review-history';
import type { EpochReport, Review, RunPhase, RunRecord, RunSnapshot } from './run';
import type { Area, DeviceName, ScanRequest, ScanSettings } from './settings';

// ── editor (or command line) ⇄ engine ────────────────────────────────────────────────────────────

export interface EngineApi {
  /**
   * Versions and what computes here; runs the gradient self-test on first use. Of backends that are slow to load it says
   * only whether they are there, unless asked to be `thorough`.
   */
  describe(thorough?: boolean): Promise<EngineDescription>;
  /** Answers as soon as the engine's event loop is alive. */
  ping(): Promise<void>;
  /** Starts a scan (or training only, or scoring with a trained run) and answers when its run folder exists. */
  start(request: ScanRequest, mode: RunMode): Promise<{ runFolder: string }>;
  /** Goes on with a stopped or interrupted run, on what computed it or on what is wished now. */
  resume(runFolder: string, wish?: ComputeWish): Promise<void>;
  /**
   * Scores a complete run anew with its network and these areas, none: everything counts; answers when it has begun.
   * Until its end, which `finished` tells, the former scores stay, as they do when it is stopped or fails. Throws
   * `settings-invalid` for areas that leave nothing, `not-supported` for a run that applies another run's model.
   */
  rescore(runFolder: string, areas: readonly Area[]): Promise<void>;
  /** Resolves when the run has ended, in whichever way. */
  finished(runFolder: string): Promise<RunRecord>;
  /** `use`: end training now and score with the best epoch so far. `save`: checkpoint and stop, resumable. */
  stop(runFolder: string, how: 'use' | 'save'): Promise<void>;
  /** The whole state of a run, finished or not; a run whose process died is reported as `interrupted`. */
  open(runFolder: string): Promise<RunSnapshot>;
  /** Newest first: the runs made of this source, by the run folders beside it. */
  listRuns(source: string): Promise<RunListEntry[]>;
  /**
   * Writes review.json, atomically, and what can be taken back of it beside it; resolves to what it says then.
   * @param before what `review` was made of: what others have changed of that since stays. Absent: `review` holds whole
   */
  saveReview(runFolder: string, review: Review, history?: ReviewHistory, before?: Review): Promise<Review>;
  /** Counts anew how many images the review flags, for lists of runs. */
  noteFlagged(runFolder: string): Promise<void>;
  /**
   * What the ranking becomes by these decisions: the composite in its own units, corrected by what the marked images have
   * in common; in data-set order, NaN where unreadable. Nothing is written. Throws `run-invalid` where the run keeps
   * nothing to learn from.
   */
  teach(runFolder: string, decisions: Review['decisions']): Promise<Float32Array>;
  /** Images (those that are flagged) by how they are odd, the largest group first. Throws `run-invalid` as `teach` does. */
  groups(runFolder: string, indexes: readonly number[]): Promise<ImageGroup[]>;
  /**
   * Where the images lie on a map of the folder, or how far that is: ask again until it is `done`. What nobody asks for
   * any more is given up. Throws `run-invalid` where the run keeps nothing to make a map of.
   */
  imageMap(runFolder: string, method: MapMethod): Promise<ImageMap>;
  /** Makes (or finds) thumbnails; answers in the order asked. Cancelled by `signalId` through {@link cancelRequest}. */
  thumbnails(runFolder: string, indexes: readonly number[], requestId?: number): Promise<Thumbnail[]>;
  cancelRequest(requestId: number): Promise<void>;
  /** Pictures and figures that explain one image. */
  compare(runFolder: string, index: number): Promise<Comparison>;
  /**
   * Usual images that are most like one, the nearest first; none before the network is trained, and in older runs. The
   * first time takes longer, as some thousands are looked at.
   */
  nearest(runFolder: string, index: number): Promise<readonly number[]>;
  /** Writes an export; `-` is not allowed here. Never overwrites unless told to. */
  exportRun(runFolder: string, format: ExportFormat, file: string, overwrite: boolean): Promise<ExportedFile>;
  /**
   * Moves the files of the flagged images to `folder`, keeping their places below it; what cannot go is named and stays.
   * Goes on where an earlier time was cut off. Throws `settings-invalid` for a folder inside of the scanned one,
   * `not-supported` for arrays, `run-locked`, `not-writable`, `disk-full`. Cancelled by {@link cancelRequest}.
   * @param dryRun says what would happen
   */
  quarantine(runFolder: string, folder: string, dryRun?: boolean, requestId?: number): Promise<MoveReport>;
  /** Brings back what a journal (or the newest in a folder) tells of. Throws `settings-invalid` for what is none. */
  undoMoves(journal: string): Promise<UndoReport>;
  /** What was moved away out of a run and has not come back, the last time first. */
  filesAway(runFolder: string): Promise<FilesAway[]>;
  /** Where the file of an image lies that was moved away; undefined for one that was not, or has come back. */
  movedTo(runFolder: string, index: number): Promise<string | undefined>;
  /** The images on the average, and where the network errs on the average, of all and of those at `flagged`. */
  meanPictures(runFolder: string, flagged: readonly number[]): Promise<MeanPictures>;
  /**
   * An area at an edge in which many of the flagged images, and few others, differ from the usual, with what ignoring it
   * would change, estimated by scoring a sample anew. Undefined when none is clear.
   */
  areaOffer(runFolder: string, flagged: readonly number[]): Promise<AreaOffer | undefined>;
  models(): Promise<ModelDescription[]>;
  /** What a folder or file turns out to be, and what a scan of it would use; throws when there is nothing to scan. */
  inspectSource(location: string): Promise<SourceReport>;
  /**
   * Each scored image's loss after `epoch`, in data-set order, NaN where unreadable. Throws `settings-invalid` for an
   * epoch after which nothing was ranked.
   */
  epochScores(runFolder: string, epoch: number): Promise<Float32Array>;
  /**
   * The image's code with these edits made one after the other, and what the decoder draws of it. Nothing is written.
   * Throws `settings-invalid` for an element that is not there, `run-invalid` before the network is trained.
   */
  latentEdit(runFolder: string, index: number, edits: readonly LatentEdit[]): Promise<LatentComparison>;
  /** Writes original, reconstruction and edited reconstruction side by side as a PNG. Never overwrites unless told to. */
  saveLatentPicture(
    runFolder: string,
    index: number,
    edits: readonly LatentEdit[],
    file: string,
    overwrite: boolean,
  ): Promise<{ file: string }>;
  /**
   * How long a scan by this request would take, and what it would hold: measured by a few steps of it, for which this
   * process should be a fresh one. Makes no run. Throws as `start` does.
   */
  estimate(request: ScanRequest): Promise<ScanEstimate>;
  /** `count` images as the first epoch would change them; makes no run. */
  previewTraining(request: ScanRequest, count: number): Promise<readonly TrainingSample[]>;
}

export type RunMode = 'scan' | 'train' | 'score';

/** What is to compute from now on; a checkpoint of one backend or device goes on on any other. */
export type ComputeWish = Partial<Pick<ScanSettings, 'backend' | 'device'>>;

export const exportFormats = ['binary', 'csv', 'json', 'list', 'report', 'onnx', 'latents'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportedFile {
  readonly file: string;
  /** Of a model: what it is, in Markdown beside it. */
  readonly card?: string;
  readonly images: number;
  readonly flagged: number;
}

/** What the engine reports by itself. Every event names its run. */
export interface EngineEvents {
  progress(event: RunProgress): void;
  /** After listing, baseline, scoring and each end: fetch a new snapshot with `open`. */
  changed(event: { runFolder: string; record: RunRecord }): void;
  epoch(event: { runFolder: string; report: EpochReport }): void;
  log(event: { level: 'info' | 'warning' | 'error'; message: string }): void;
}

export interface RunProgress {
  readonly runFolder: string;
  readonly phase: RunPhase;
  /** Images, or in training images of all planned epochs. */
  readonly done: number;
  readonly total: number;
  readonly epoch?: number;
  readonly plannedEpochs?: number;
  readonly imagesPerSecond?: number;
  readonly secondsLeft?: number;
  readonly backend?: string;
  readonly device?: DeviceName;
  /** Of the processor, that compute. */
  readonly threads?: number;
}

export interface EngineDescription {
  readonly versions: Readonly<Record<string, string>>;
  readonly executable: string;
  readonly processId: number;
  readonly backends: readonly BackendReport[];
}

export interface BackendReport {
  readonly backend: string;
  readonly device: DeviceName;
  readonly available: boolean;
  /** Why not, or what was checked: "gradients agree to 3e-5". */
  readonly detail: string;
  readonly milliseconds?: number;
}

export interface RunListEntry {
  readonly runFolder: string;
  readonly record: RunRecord;
}

/** A file name inside the run's `thumbnails` folder, or why there is none. */
export type Thumbnail =
  { readonly index: number; readonly file: string } | { readonly index: number; readonly error: string };

/** Images that are odd in the same way. */
export interface ImageGroup {
  /** The most typical first. */
  readonly images: readonly number[];
  /** False of the last one, when it holds those that are like no other. */
  readonly alike: boolean;
}

/** `umap`: images that are alike stand together; `pca`: the plane along which images differ most. */
export const mapMethods = ['umap', 'pca'] as const;
export type MapMethod = (typeof mapMethods)[number];

export interface ImageMap {
  /** Share of the work; 1 when every image that could be read has its place. */
  readonly done: number;
  /** Images that have a place by now. */
  readonly indexes: Uint32Array;
  /** x to the right and y downwards of each, [indexes.length, 2], from −1 to 1. */
  readonly places: Float32Array;
}

export interface Comparison {
  readonly index: number;
  /** File names inside the run's `compare` folder. */
  readonly original: string;
  readonly seen: string;
  readonly reconstruction?: string;
  readonly errorMap?: string;
  /** The squared error drawn as full intensity. */
  readonly errorScale?: number;
  /** The same with this image's largest error, {@link Comparison.ownErrorScale}, as full intensity. */
  readonly ownErrorMap?: string;
  readonly ownErrorScale?: number;
  readonly meanSquaredError?: number;
  readonly largestSquaredError?: number;
  readonly pixelDistribution?: PixelDistribution;
  /** Where its file lies that was moved away. */
  readonly movedTo?: string;
  /** Each score's robust z and its share of the composite. */
  readonly contributions: readonly { readonly score: string; readonly z: number; readonly share: number }[];
  /** Where the composite ranks it, from 1, and between which ranks it would stand by other networks of its kind. */
  readonly rank?: { readonly rank: number; readonly best: number; readonly worst: number; readonly of: number };
  readonly width: number;
  readonly height: number;
}

/** PNG data URIs, as large as what the network sees. */
export interface MeanPicture {
  readonly image: string;
  /** Mean squared error in the colours of error maps, hatched where errors do not count. */
  readonly errors: string;
}

export interface MeanPictures {
  readonly width: number;
  readonly height: number;
  readonly all: MeanPicture;
  /** Absent when nothing is flagged. */
  readonly flagged?: MeanPicture;
}

/** An area that may not be worth looking at. */
export interface AreaOffer {
  readonly area: Area;
  /** How many flagged images differ there. */
  readonly images: number;
  /** How many of all images are flagged now, and would be without it, about. */
  readonly flagged: number;
  readonly flaggedAfter: number;
}

/** One element of a latent vector: `set` to an amount, `add` it, or `multiply` by it. Elements count from 1. */
export interface LatentEdit {
  readonly element: number;
  readonly change: 'set' | 'add' | 'multiply';
  readonly amount: number;
}

/** One image with its code edited. Pictures are PNG data URIs, as large as what the network sees. */
export interface LatentComparison {
  readonly original: string;
  readonly reconstruction: string;
  readonly edited: string;
  /** The code before and after the edits. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** By element over the scored images, for the range of sliders. */
  readonly lowest: readonly number[];
  readonly highest: readonly number[];
}

/** How often each pixel value occurs, as shares, in equal bins from black to white. */
export interface PixelDistribution {
  readonly original: readonly number[];
  readonly reconstruction: readonly number[];
  /** Nearly all of the reconstruction is one value while the original's is not: a dead network. */
  readonly collapsed: boolean;
}

/** What a folder or file turned out to be, and what a scan of it would use. */
export interface SourceReport {
  /** `known-anomalies`: folders to train on, of known anomalies and to score, with a label file; `arrays`: several in one file. */
  readonly layout: 'plain' | 'mvtec' | 'known-anomalies' | 'arrays';
  /** A sentence: what was found, and what is suggested. */
  readonly description: string;
  readonly suggestion: Pick<ScanRequest, 'source' | 'trainOn' | 'knownAnomalies' | 'validation' | 'labels'>;
  readonly arrays: readonly ArrayReport[];
}

export interface ArrayReport {
  /** Empty for the only array of an `.npy`. */
  readonly name: string;
  /** As stored: `uint8`, `float32`, `uint16 big endian`, … */
  readonly type: string;
  readonly shape: readonly number[];
  /** How it is read: images, channels first or last, range of values. */
  readonly meaning?: string;
  /** Why it cannot be images. */
  readonly problem?: string;
}

/** What a scan is expected to take. */
export interface ScanEstimate {
  /** How many are read. */
  readonly images: number;
  /** At most. */
  readonly epochs: number;
  /** Whether the minutes that training may take end it before its epochs are over. */
  readonly isCutOff: boolean;
  /** Whether the scored images join those trained on is decided when all are read; it is estimated without them. */
  readonly mayTrainOnMore: boolean;
  readonly seconds: { readonly read: number; readonly train: number; readonly score: number };
  /** The most that the engine's process holds at a time. */
  readonly memoryBytes: number;
  /** Whether another scan was running while it was measured, and will be slowed down as this one will. */
  readonly besideOthers?: boolean;
  readonly backend: string;
  readonly device: DeviceName;
  readonly threads: number;
}

/** One training image, plain, augmented, and as the network would see it. PNG data URIs. */
export interface TrainingSample {
  readonly original: string;
  readonly augmented: string;
  readonly input: string;
}

export interface ModelDescription {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** [channels, height, width] of the example it is described for; `adaptive` ones fit any size. */
  readonly inputShape: readonly [number, number, number];
  readonly adaptive: boolean;
  readonly latent: number;
  readonly parameters: number;
}

// ── webview ⇄ editor ─────────────────────────────────────────────────────────────────────────────

/** What the editor offers to the panel. */
export interface PanelHostApi {
  /** The panel is up (or was reloaded): answers with everything. */
  ready(): Promise<PanelState>;
  /** See {@link EngineApi.saveReview}. */
  saveReview(runFolder: string, review: Review, history: ReviewHistory, before: Review): Promise<Review>;
  /** Asks for thumbnails; earlier requests not yet served are dropped. */
  thumbnails(indexes: readonly number[]): Promise<PanelThumbnail[]>;
  compare(index: number): Promise<PanelComparison>;
  /** See {@link EngineApi.nearest}. */
  nearest(index: number): Promise<readonly number[]>;
  /** See {@link EngineApi.teach}. */
  teach(decisions: Review['decisions']): Promise<Float32Array>;
  /** See {@link EngineApi.groups}. */
  groups(indexes: readonly number[]): Promise<ImageGroup[]>;
  /** See {@link EngineApi.imageMap}. */
  imageMap(method: MapMethod): Promise<ImageMap>;
  /** See {@link EngineApi.epochScores}. */
  epochScores(epoch: number): Promise<Float32Array>;
  /** See {@link EngineApi.latentEdit}. */
  latentEdit(index: number, edits: readonly LatentEdit[]): Promise<LatentComparison>;
  /** Asks for a place and writes the pictures of the edited code there, side by side. */
  saveLatentPicture(index: number, edits: readonly LatentEdit[]): Promise<void>;
  exportRun(format: ExportFormat): Promise<void>;
  copyFlaggedPaths(): Promise<void>;
  /** Asks for a folder and moves the files of the flagged images there. */
  moveFlagged(): Promise<void>;
  reveal(index: number): Promise<void>;
  /** `beside`: in a column of its own, so that the panel stays in sight. */
  openImage(index: number, beside?: boolean): Promise<void>;
  /** Puts the whole paths of these images on the clipboard, one a line; throws where one has no file of its own. */
  copyPaths(indexes: readonly number[]): Promise<void>;
  stop(how: 'use' | 'save'): Promise<void>;
  resume(): Promise<void>;
  /** Scans the source again, with other areas when these are given. */
  rescan(areas?: readonly Area[]): Promise<void>;
  /** See {@link EngineApi.rescore}; answers when it has begun. */
  rescore(areas: readonly Area[]): Promise<void>;
  /** See {@link EngineApi.meanPictures}; of what is flagged now. */
  meanPictures(): Promise<MeanPictures>;
  /** See {@link EngineApi.areaOffer}; of what is flagged now. */
  areaOffer(): Promise<AreaOffer | undefined>;
}

/** What the panel accepts from the editor. */
export interface PanelApi {
  /** The whole state anew (baseline ready, scoring done, another run). */
  update(state: PanelState): void;
  progress(event: RunProgress): void;
  epoch(report: EpochReport): void;
  /** An editor command (palette, title bar) for the panel in front. */
  command(name: PanelCommand): void;
}

export type PanelCommand = 'focusSearch' | 'flip' | 'markBad' | 'markGood' | 'undo' | 'redo' | 'compare';

export interface PanelState {
  /** Absent while the run folder is being made, or when it could not be. */
  readonly snapshot?: RunSnapshot;
  readonly sourceName: string;
  /** A sentence to show over everything: the scan could not start, the engine died and is being restarted. */
  readonly notice?: { readonly level: 'info' | 'warning' | 'error'; readonly text: string };
}

/**
 * What the panel keeps with `setState`, beside whatever it likes: after a reload the editor reads it to know which run
 * the restored panel shows.
 */
export interface PanelSavedState {
  readonly runFolder: string;
}

/** The same with URIs the frame may load. */
export type PanelThumbnail =
  { readonly index: number; readonly uri: string } | { readonly index: number; readonly error: string };

type ComparisonPicture = 'original' | 'seen' | 'reconstruction' | 'errorMap' | 'ownErrorMap';

export interface PanelComparison extends Omit<Comparison, ComparisonPicture> {
  readonly original: string;
  readonly seen: string;
  readonly reconstruction?: string;
  readonly errorMap?: string;
  readonly ownErrorMap?: string;
}
