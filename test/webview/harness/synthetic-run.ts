/** Runs made by formula: any size, always the same. */
import type { RunRecord, RunSnapshot } from '../../../src/shared/run';
import { defaultSettings } from '../../../src/shared/settings';

export interface RunWishes {
  readonly images: number;
  readonly runFolder?: string;
  /** Images whose score stands far out. */
  readonly odd?: number;
  readonly unreadable?: Readonly<Record<number, string>>;
  readonly leftOut?: readonly number[];
  readonly record?: Partial<RunRecord>;
  /** No score columns yet. */
  readonly unranked?: boolean;
  /** Another ranking of the same images. */
  readonly variant?: number;
  readonly known?: readonly number[];
  /** The odd ones are labelled bad but the last, and so is one usual image; every ninth has no label. */
  readonly labelled?: boolean;
}

const columns = ['anomaly', 'reconstruction', 'local', 'pca'] as const;

export function syntheticRun(wishes: RunWishes): RunSnapshot {
  const { images, odd = Math.ceil(images / 30), unreadable = {}, variant = 0 } = wishes;
  const indexes = Array.from({ length: images }, (_, index) => index);
  const column = (name: string, place: number) =>
    Float32Array.from(indexes, (index) => {
      if (index in unreadable) return NaN;
      const usual = normal(index + 7 * place + 1013 * variant) + (name === 'anomaly' ? 0.4 : 0);
      const isOdd = (index * 37 + 11 + variant) % images < odd;
      return isOdd ? 5 + 3 * uniform(index + place) + 0.3 * (index % 7) : usual;
    });
  const scores = Object.fromEntries(columns.map((name, place) => [name, column(name, place)]));
  const known = Float32Array.from(wishes.known ?? []);
  const labels = Int8Array.from(indexes, (index) => {
    const place = (index * 37 + 11 + variant) % images;
    if (index % 9 === 4) return -1;
    return Number(place < odd - 1 || place === odd + 5);
  });
  return {
    runFolder: wishes.runFolder ?? '/runs/apples-1',
    record: { ...record(images, Object.keys(unreadable).length), ...wishes.record },
    paths: indexes.map(pathOf),
    hashes: indexes.map((index) => (unreadable[index] === 'bytes' ? '' : `hash-${index}`)),
    unreadable,
    scores: wishes.unranked === true ? {} : scores,
    leftOut: Uint32Array.from(wishes.leftOut ?? []),
    ...(wishes.labelled === true ? { labels } : {}),
    ...(known.length > 0 ? { knownScores: { anomaly: known } } : {}),
    review: { version: 1, score: 'anomaly', threshold: { method: 'auto' }, unreadable: 'flag', decisions: {} },
  };
}

function pathOf(index: number): string {
  if (index % 17 === 5)
    return `orchard/a long walk in the garden, late summer/apple with a very long name ${index}.jpeg`;
  return index % 2 === 0 ? `apple_${index}.jpg` : `second/Apple_${index}.png`;
}

function record(images: number, unreadable: number): RunRecord {
  return {
    version: 1,
    request: { source: '/pictures/apples', withSource: 'auto', settings: defaultSettings },
    createdAt: '2026-01-01T00:00:00Z',
    versions: {},
    status: 'done',
    phase: 'done',
    images,
    unreadable,
    inputShape: [3, 64, 64],
    model: { preset: 'convolutional', parameters: 120_000, latent: 32 },
    backend: 'onnx',
    device: 'cpu',
    epochs: [],
    scores: columns.map((name) => ({ name })),
    seconds: { total: 62 },
    notes: [],
  };
}

/** 0–1, by the index alone. */
function uniform(index: number): number {
  let bits = Math.imul(index ^ 0x9e3779b9, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

function normal(index: number): number {
  return uniform(3 * index) + uniform(3 * index + 1) + uniform(3 * index + 2) + uniform(5 * index + 9) - 2;
}
