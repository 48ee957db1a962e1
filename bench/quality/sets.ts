/** Folders with known anomalies, made of the real images in a data folder that lies beside the checkout. */
import { gunzipSync } from 'node:zlib';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { permutation, randomStream, type RandomStream } from '../../src/shared/random';
import { corrupt, type Pixels } from './corruptions';

export interface QualitySet {
  readonly name: string;
  readonly what: string;
  /** A folder that it takes its images from, beside the data folder. */
  readonly needs?: string;
  /** Makes the folder and returns what to scan. */
  make(data: string, folder: string): Promise<MadeSet>;
}

export interface MadeSet {
  readonly source: string;
  readonly trainOn?: string;
  readonly labels: string;
}

interface Sample {
  readonly image: Pixels;
  readonly label: 0 | 1;
}

const digitSide = 28;
/** Where Debian's package dataset-fashion-mnist puts them. */
const fashion = '/usr/share/datasets/fashion-mnist';

/** Sets of this prefix say what the others cannot: they are only measured, and no weight or rule is chosen by them. */
export const heldOut = 'held-out-';

export const qualitySets: readonly QualitySet[] = [
  {
    name: 'digits-corrupted',
    what: '6,000 digits to train; 1,950 and 50 corrupted ones to judge',
    make: async (data, folder) => {
      const random = randomStream(1, 'digits-corrupted');
      const { images } = await readDigits(data);
      const order = [...permutation(images.length, random)];
      const training = pick(images, order.slice(0, 6000)).map(good);
      const tested = pick(images, order.slice(6000, 8000)).map((image, place) =>
        place < 50 ? bad(corrupt(image, place, random)) : good(image),
      );
      return writeSet(folder, shuffled(tested, random), training);
    },
  },
  {
    name: 'digits-ones',
    what: '4,000 digits that are not ones with 80 ones among them',
    make: async (data, folder) => {
      const random = randomStream(2, 'digits-ones');
      const { images, labels } = await readDigits(data);
      const order = [...permutation(images.length, random)];
      const others = order.filter((place) => labels[place] !== 1).slice(0, 4000);
      const ones = order.filter((place) => labels[place] === 1).slice(0, 80);
      return writeSet(folder, shuffled([...pick(images, others).map(good), ...pick(images, ones).map(bad)], random));
    },
  },
  {
    name: 'fruits-intruders',
    what: 'one kind of apple with 15 other fruits among them',
    make: async (data, folder) => {
      const random = randomStream(3, 'fruits-intruders');
      const kinds = await readFruits(data);
      const [usual = ''] = [...kinds.keys()].filter((kind) => kind.startsWith('Apple')).sort();
      const others = [...kinds].flatMap(([kind, files]) => (kind === usual ? [] : files));
      const intruders = pick(others, [...permutation(others.length, random)].slice(0, 15));
      const samples = [...(await loadAll(kinds.get(usual) ?? [])).map(good), ...(await loadAll(intruders)).map(bad)];
      return writeSet(folder, shuffled(samples, random));
    },
  },
  {
    name: 'fruits-corrupted',
    what: 'all fruits, 40 of them corrupted in ten ways',
    make: async (data, folder) => {
      const random = randomStream(4, 'fruits-corrupted');
      const kinds = await readFruits(data);
      const images = await loadAll([...kinds.values()].flat());
      const spoiled = new Map([...permutation(images.length, random)].slice(0, 40).map((place, turn) => [place, turn]));
      return writeSet(
        folder,
        images.map((image, place) => {
          const turn = spoiled.get(place);
          return turn === undefined ? good(image) : bad(corrupt(image, turn, random));
        }),
      );
    },
  },
  {
    name: 'fashion-sneakers',
    what: '2,000 sneakers with 40 other clothes among them',
    needs: fashion,
    make: async (_data, folder) => writeSet(folder, await fashionSet('fashion-sneakers', [7], 2000, 40)),
  },
  {
    name: 'fashion-shirts',
    what: '3,000 pullovers, coats and shirts with 60 other clothes among them',
    needs: fashion,
    make: async (_data, folder) => writeSet(folder, await fashionSet('fashion-shirts', [2, 4, 6], 3000, 60)),
  },
  {
    name: 'metal-spill',
    what: '10,000 pictures of a casting line to train; 1,832 and 65 with spills or empty moulds to judge',
    make: (data) =>
      Promise.resolve({
        source: path.join(data, 'metal-spill/test/imgs'),
        trainOn: path.join(data, 'metal-spill/train'),
        labels: path.join(data, 'metal-spill/test/test_annotation.txt'),
      }),
  },
  {
    name: 'solar-cells',
    what: '588 good solar cells with 30 broken ones among them',
    make: async (data, folder) => {
      const random = randomStream(5, 'solar-cells');
      const cells = await readSolarCells(data);
      const broken = shuffled(
        cells.filter(({ label }) => label === 1),
        random,
      ).slice(0, 30);
      return writeSet(folder, shuffled([...cells.filter(({ label }) => label === 0), ...broken], random));
    },
  },
  {
    name: 'solar-cells-clean',
    what: '440 good solar cells to train; 148 good and 148 broken ones to judge',
    make: async (data, folder) => {
      const random = randomStream(6, 'solar-cells-clean');
      const cells = await readSolarCells(data);
      const fine = shuffled(
        cells.filter(({ label }) => label === 0),
        random,
      );
      const broken = shuffled(
        cells.filter(({ label }) => label === 1),
        random,
      ).slice(0, 148);
      return writeSet(folder, shuffled([...fine.slice(440), ...broken], random), fine.slice(0, 440));
    },
  },
  {
    name: `${heldOut}round-digits`,
    what: '1,500 zeros and sixes with 30 other digits among them',
    make: async (data, folder) => {
      const random = randomStream(8, 'round-digits');
      const { images, labels } = await readDigits(data);
      return writeSet(folder, amongOthers(images, labels, [0, 6], { count: 1500, odd: 30 }, random));
    },
  },
  {
    name: `${heldOut}bags`,
    what: '2,000 bags with 40 clothes and shoes among them',
    needs: fashion,
    make: async (_data, folder) => writeSet(folder, await fashionSet('bags', [8], 2000, 40)),
  },
];

function good(image: Pixels): Sample {
  return { image, label: 0 };
}

function bad(image: Pixels): Sample {
  return { image, label: 1 };
}

function pick<T>(items: readonly T[], places: readonly number[]): T[] {
  return places.flatMap((place) => items[place] ?? []);
}

function shuffled<T>(items: readonly T[], random: RandomStream): T[] {
  return pick(items, [...permutation(items.length, random)]);
}

async function writeSet(folder: string, scored: readonly Sample[], training?: readonly Sample[]): Promise<MadeSet> {
  const source = path.join(folder, 'images');
  const labels = path.join(folder, 'labels.txt');
  await writeImages(source, scored);
  const lines = scored.map(({ label }, place) => `${fileName(place)} ${label}\n`);
  await writeFile(labels, lines.join(''));
  if (!training) return { source, labels };
  const trainOn = path.join(folder, 'train');
  await writeImages(trainOn, training);
  return { source, labels, trainOn };
}

async function writeImages(folder: string, samples: readonly Sample[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [place, { image }] of samples.entries()) {
    const channels = image.channels === 1 ? 1 : 3;
    await sharp(image.data, { raw: { width: image.width, height: image.height, channels } })
      .png({ compressionLevel: 1 })
      .toFile(path.join(folder, fileName(place)));
  }
}

function fileName(place: number): string {
  return `${String(place).padStart(5, '0')}.png`;
}

async function fashionSet(name: string, usual: readonly number[], count: number, odd: number): Promise<Sample[]> {
  const random = randomStream(7, name);
  const { images, labels } = await readIdx(fashion, 'train');
  return amongOthers(images, labels, usual, { count, odd }, random);
}

/** So many images of the usual classes, with odd ones of the other classes among them. */
function amongOthers(
  images: readonly Pixels[],
  labels: Uint8Array,
  usual: readonly number[],
  { count, odd }: { readonly count: number; readonly odd: number },
  random: RandomStream,
): Sample[] {
  const order = [...permutation(images.length, random)];
  const isUsual = (place: number) => usual.includes(labels[place] ?? -1);
  const others = order.filter((place) => !isUsual(place)).slice(0, odd);
  const kept = order.filter(isUsual).slice(0, count);
  return shuffled([...pick(images, kept).map(good), ...pick(images, others).map(bad)], random);
}

function readDigits(data: string): Promise<{ images: Pixels[]; labels: Uint8Array }> {
  return readIdx(path.join(data, 'mnist'), 't10k');
}

async function readIdx(folder: string, part: string): Promise<{ images: Pixels[]; labels: Uint8Array }> {
  const pixels = gunzipSync(await readFile(path.join(folder, `${part}-images-idx3-ubyte.gz`))).subarray(16);
  const labels = gunzipSync(await readFile(path.join(folder, `${part}-labels-idx1-ubyte.gz`))).subarray(8);
  const area = digitSide * digitSide;
  const images = Array.from({ length: labels.length }, (_, place) => ({
    height: digitSide,
    width: digitSide,
    channels: 1,
    data: new Uint8Array(pixels.subarray(place * area, (place + 1) * area)),
  }));
  return { images, labels };
}

/** Files by kind of fruit. */
async function readFruits(data: string): Promise<Map<string, string[]>> {
  const folder = path.join(data, 'fruits');
  const entries = await readdir(folder, { withFileTypes: true });
  const kinds = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const files = await Promise.all(
    kinds.sort().map(async (kind) => {
      const names = (await readdir(path.join(folder, kind))).sort();
      return [kind, names.map((name) => path.join(folder, kind, name))] as const;
    }),
  );
  return new Map(files);
}

async function readSolarCells(data: string): Promise<Sample[]> {
  const folder = path.join(data, 'solar-cells');
  const rows: string[][] = parse(await readFile(path.join(folder, 'labels.csv'), 'utf8'), { from: 2 });
  const images = await loadAll(
    rows.map(([name = '']) => path.join(folder, name.includes('/') ? name : `images/${name}`)),
  );
  return images.map((image, place) => ({ image, label: Number(rows[place]?.[1]) === 1 ? 1 : 0 }));
}

async function loadAll(files: readonly string[]): Promise<Pixels[]> {
  const images: Pixels[] = [];
  for (const file of files) {
    const { data, info } = await sharp(file).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    images.push({ height: info.height, width: info.width, channels: info.channels, data: new Uint8Array(data) });
  }
  return images;
}
