/** The editor's end of the panel's connection, in the same page: the real channel, with answers made here. */
import { connect, type Connection } from '../../../src/shared/channel';
import type {
  PanelApi,
  PanelComparison,
  PanelHostApi,
  PanelState,
  PanelThumbnail,
} from '../../../src/shared/contracts';
import type { Review } from '../../../src/shared/run';
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
  readonly saveReview?: (review: Review) => Promise<void>;
  readonly exportRun?: () => Promise<void>;
}

export class EditorEnd {
  /** What the panel asked, in order. */
  readonly calls: Call[] = [];
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
      saveReview: async (review) => {
        await note('saveReview', review);
        await answers.saveReview?.(review);
      },
      thumbnails: (indexes) => (answers.thumbnails ?? pictures)(indexes),
      compare: (index) => {
        void note('compare', index);
        return (answers.compare ?? comparison)(index);
      },
      exportRun: async (format) => {
        await note('exportRun', format);
        await answers.exportRun?.();
      },
      copyFlaggedPaths: () => note('copyFlaggedPaths'),
      reveal: (index) => note('reveal', index),
      openImage: (index) => note('openImage', index),
      stop: (how) => note('stop', how),
      resume: () => note('resume'),
      rescan: () => note('rescan'),
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

export function comparison(index: number): Promise<PanelComparison> {
  return Promise.resolve({
    index,
    original: picture(index, 240),
    seen: picture(index, 48),
    reconstruction: picture(index + 1, 48),
    errorMap: picture(index + 2, 48, true),
    errorScale: 0.034,
    meanSquaredError: 0.0021,
    largestSquaredError: 0.12,
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
