/** The editor's end of the panel's connection, in the same page: the real channel, with answers made here. */
import { connect, type Connection } from '../../../src/shared/channel';
import type {
  AreaOffer,
  ImageGroup,
  ImageMap,
  LatentComparison,
  LatentEdit,
  MapMethod,
  MeanPictures,
  PanelApi,
  PanelComparison,
  PanelHostApi,
  PanelState,
  PanelThumbnail,
} from '../../../src/shared/contracts';
import type { ReviewHistory } from '../../../src/shared/review-history';
import type { Review, RunSnapshot } from '../../../src/shared/run';
import { picture } from './pictures';

export interface Call {
  readonly method: keyof PanelHostApi;
  readonly argument?: unknown;
}

export interface EditorAnswers {
  /** Answered to `ready`. */
  readonly state: PanelState;
  readonly thumbnails?: (indexes: readonly number[]) => Promise<PanelThumbnail[]>;
  readonly compare?: (index: number) => Promise<PanelComparison>;
  readonly nearest?: (index: number) => Promise<readonly number[]>;
  /** Resolves to what is on disk then; undefined: the same. */
  readonly saveReview?: (review: Review, before: Review) => Promise<Review | undefined>;
  readonly teach?: (decisions: Review['decisions']) => Promise<Float32Array>;
  readonly groups?: (indexes: readonly number[]) => Promise<ImageGroup[]>;
  readonly imageMap?: (method: MapMethod) => Promise<ImageMap>;
  readonly epochScores?: (epoch: number) => Promise<Float32Array>;
  readonly latentEdit?: (index: number, edits: readonly LatentEdit[]) => Promise<LatentComparison>;
  readonly exportRun?: () => Promise<void>;
  readonly meanPictures?: () => Promise<MeanPictures>;
  readonly areaOffer?: () => Promise<AreaOffer>;
}

export class EditorEnd {
  /** What the panel asked, in order. */
  readonly calls: Call[] = [];
  /** What came with each review to be saved. */
  readonly histories: ReviewHistory[] = [];
  /** What the panel keeps with `setState`. */
  stored: unknown;
  readonly panel: Connection<PanelApi>['remote'];
  private readonly connection: Connection<PanelApi>;
  private listener: (message: unknown) => void = () => undefined;

  constructor(answers: EditorAnswers, stored?: unknown) {
    this.stored = stored;
    const note = (method: keyof PanelHostApi, argument?: unknown): Promise<void> => {
      this.calls.push(argument === undefined ? { method } : { method, argument });
      return Promise.resolve();
    };
    const host: PanelHostApi = {
      ready: () => Promise.resolve(answers.state),
      saveReview: async (_runFolder, review, history, before) => {
        this.histories.push(history);
        await note('saveReview', review);
        return (await answers.saveReview?.(review, before)) ?? review;
      },
      thumbnails: (indexes) => (answers.thumbnails ?? pictures)(indexes),
      compare: (index) => {
        void note('compare', index);
        return (answers.compare ?? comparison)(index);
      },
      nearest: answers.nearest ?? nearest,
      teach: (decisions) => {
        void note('teach', decisions);
        return (answers.teach ?? ((marks) => Promise.resolve(taughtScores(answers.state.snapshot, marks))))(decisions);
      },
      groups: (indexes) => {
        void note('groups', indexes);
        return (answers.groups ?? groupedByThree)(indexes);
      },
      imageMap: (method) => {
        void note('imageMap', method);
        return (answers.imageMap ?? (() => Promise.resolve(clouds(answers.state.snapshot))))(method);
      },
      epochScores: (epoch) => {
        void note('epochScores', epoch);
        if (answers.epochScores) return answers.epochScores(epoch);
        return Promise.resolve(epochLosses(answers.state.snapshot?.paths.length ?? 0, epoch));
      },
      latentEdit: (index, edits) => {
        void note('latentEdit', { index, edits });
        return (answers.latentEdit ?? editedLatent)(index, edits);
      },
      saveLatentPicture: (index, edits) => note('saveLatentPicture', { index, edits }),
      exportRun: async (format) => {
        await note('exportRun', format);
        await answers.exportRun?.();
      },
      copyFlaggedPaths: () => note('copyFlaggedPaths'),
      moveFlagged: () => note('moveFlagged'),
      reveal: (index) => note('reveal', index),
      openImage: (index, beside) => note('openImage', beside === true ? { index, beside } : index),
      copyPaths: (indexes) => note('copyPaths', indexes),
      stop: (how) => note('stop', how),
      resume: () => note('resume'),
      rescan: (areas) => note('rescan', areas),
      rescore: (areas) => note('rescore', areas),
      meanPictures: () => {
        void note('meanPictures');
        return (answers.meanPictures ?? meanPictures)();
      },
      areaOffer: () => answers.areaOffer?.() ?? Promise.resolve(undefined),
    };
    this.connection = connect<PanelApi>(
      host,
      {
        // As between frames: copies, and never in the same turn.
        post: (message) => {
          const data = structuredClone(message);
          queueMicrotask(() => window.dispatchEvent(new MessageEvent('message', { data })));
        },
        on: (listener) => (this.listener = listener),
      },
      { events: ['update', 'progress', 'epoch', 'command'] },
    );
    this.panel = this.connection.remote;
    Object.assign(globalThis, {
      acquireVsCodeApi: () => ({
        postMessage: (message: unknown) => {
          const copy = structuredClone(message);
          queueMicrotask(() => this.listener(copy));
        },
        getState: () => structuredClone(this.stored),
        setState: (state: unknown) => (this.stored = structuredClone(state)),
      }),
    });
  }

  callsOf(method: keyof PanelHostApi): unknown[] {
    return this.calls.filter((call) => call.method === method).map((call) => call.argument);
  }

  close(): void {
    this.connection.close();
  }
}

function pictures(indexes: readonly number[]): Promise<PanelThumbnail[]> {
  return Promise.resolve(indexes.map((index) => ({ index, uri: picture(index) })));
}

/** Images are alike when their numbers end alike: marks lift or lower all of those by five. */
export function taughtScores(snapshot: RunSnapshot | undefined, decisions: Review['decisions']): Float32Array {
  const hashes = snapshot?.hashes ?? [];
  const by = new Map<number, number>();
  hashes.forEach((hash, index) => {
    const decision = decisions[hash];
    if (decision) by.set(index % 10, (by.get(index % 10) ?? 0) + (decision === 'bad' ? 5 : -5));
  });
  const composite = snapshot?.scores['anomaly'] ?? new Float32Array();
  return composite.map((score, index) => score + (by.get(index % 10) ?? 0));
}

/** Images whose numbers leave the same rest when divided by three. */
export function groupedByThree(indexes: readonly number[]): Promise<ImageGroup[]> {
  const groups = [0, 1, 2].map((rest) => ({ images: indexes.filter((index) => index % 3 === rest), alike: true }));
  return Promise.resolve(groups.filter(({ images }) => images.length > 0));
}

/** Three clouds of images by their numbers; what cannot be read has no place. */
export function clouds(snapshot: RunSnapshot | undefined): ImageMap {
  const indexes = Uint32Array.from((snapshot?.paths ?? []).keys()).filter(
    (index) => !(index in (snapshot?.unreadable ?? {})),
  );
  const places = new Float32Array(2 * indexes.length);
  indexes.forEach((index, at) => {
    const turn = ((index % 3) * 2 * Math.PI) / 3;
    const [angle, radius] = [index * 2.4, 0.35 * Math.sqrt(((index * 7919) % 1000) / 1000)];
    places[2 * at] = 0.6 * Math.cos(turn) + radius * Math.cos(angle);
    places[2 * at + 1] = 0.6 * Math.sin(turn) + radius * Math.sin(angle);
  });
  return { done: 1, indexes, places };
}

/** Every epoch has another image on top. */
export function epochLosses(images: number, epoch: number): Float32Array {
  return Float32Array.from({ length: images }, (_, index) => {
    const usual = 0.01 * (1 + 0.3 * Math.sin(index * 7.3 + epoch));
    return index % images === (epoch * 5) % images ? 0.2 / epoch : usual;
  });
}

/** A code of eight elements, which only the pictures pretend to show. */
export function editedLatent(index: number, edits: readonly LatentEdit[]): Promise<LatentComparison> {
  const before = Array.from({ length: latentLength }, (_, place) => Math.sin(index + place));
  const after = [...before];
  for (const { element, change, amount } of edits) {
    const value = after[element - 1] ?? 0;
    after[element - 1] = change === 'set' ? amount : change === 'add' ? value + amount : value * amount;
  }
  return Promise.resolve({
    original: picture(index, 48),
    reconstruction: picture(index + 1, 48),
    edited: picture(index + 1 + edits.length, 48),
    before,
    after,
    lowest: before.map((_value, place) => -2 - 0.1 * place),
    highest: before.map((_value, place) => 2 + 0.1 * place),
  });
}

/** Wider than high, so that fractions of width and height cannot be mistaken for each other. */
export function meanPictures(): Promise<MeanPictures> {
  const of = (index: number) => ({ image: picture(index, 48), errors: picture(index, 48, true) });
  return Promise.resolve({ width: 64, height: 48, all: of(1), flagged: of(2) });
}

export const latentLength = 8;

function nearest(index: number): Promise<readonly number[]> {
  return Promise.resolve([1, 2, 3, 4, 5].map((step) => (index + 7 * step) % 40));
}

export function comparison(index: number): Promise<PanelComparison> {
  return Promise.resolve({
    index,
    original: picture(index, 240),
    seen: picture(index, 48),
    reconstruction: picture(index + 1, 48),
    errorMap: picture(index + 2, 48, true),
    errorScale: 0.034,
    ownErrorMap: picture(index + 3, 48, true),
    ownErrorScale: 0.12,
    meanSquaredError: 0.0021,
    largestSquaredError: 0.12,
    pixelDistribution: {
      original: bins((place) => Math.exp(-((place - 40) ** 2) / 90) + 0.3 * Math.exp(-((place - 12) ** 2) / 20)),
      reconstruction: bins((place) => Math.exp(-((place - 36) ** 2) / 40)),
      collapsed: false,
    },
    contributions: [
      { score: 'encoder', z: 9.81, share: 0.62 },
      { score: 'local', z: 3.1, share: 0.27 },
      { score: 'reconstruction', z: -0.4, share: 0 },
      { score: 'latent', z: 1.7, share: 0.11 },
    ],
    width: 640,
    height: 480,
  });
}

/** Shares of pixels in 64 bins. */
export function bins(height: (place: number) => number): number[] {
  const heights = Array.from({ length: 64 }, (_, place) => height(place));
  const sum = heights.reduce((total, next) => total + next, 0);
  return heights.map((next) => next / sum);
}
