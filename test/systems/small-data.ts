/** The data of the five systems in small: the same files and names, with few and simple images. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { randomStream } from '../../src/shared/random';
import { npy, zip } from '../unit/dataset/numpy-files';

const samples = path.resolve(import.meta.dirname, '../../samples/apples');
const strangers = ['fruit_023.jpg', 'fruit_061.jpg', 'fruit_088.jpg', 'fruit_117.jpg', 'fruit_148.jpg'];
export const apples = 15;
export const cats = strangers.length;

/** `apples/`, and five that are none in `cats/`; `cats.txt` labels both. */
export function writeApples(folder: string): void {
  for (const name of ['apples', 'cats']) mkdirSync(path.join(folder, name));
  const lines: string[] = [];
  for (let number = 1; number <= apples; number++) {
    const name = `fruit_${String(number).padStart(3, '0')}.jpg`;
    cpSync(path.join(samples, name), path.join(folder, 'apples', name));
    lines.push(`${name} 0`);
  }
  for (const name of strangers) {
    cpSync(path.join(samples, name), path.join(folder, 'cats', name));
    lines.push(`cats/${name} 1`);
  }
  writeFileSync(path.join(folder, 'cats.txt'), `${lines.join('\n')}\n`);
}

export const spillTests = 16;
const spilled = [2, 5, 9, 14];

/** `metal-spill/`: dark moulds, and some with a bright ragged spot. */
export async function writeSpills(folder: string): Promise<void> {
  const random = randomStream(3, 'spills');
  const write = async (place: string, isSpilled: boolean) => {
    const spot = `<path d="M${10 + random.below(20)} 4 l9 3 l5 9 l-12 4 z" fill="#fff"/>`;
    const svg = `<svg width="48" height="27"><rect width="48" height="27" fill="#333"/><rect x="${5 + random.below(3)}" y="5" width="36" height="16" fill="#777"/>${isSpilled ? spot : ''}</svg>`;
    const file = path.join(folder, 'metal-spill', place);
    mkdirSync(path.dirname(file), { recursive: true });
    await sharp(Buffer.from(svg)).jpeg().toFile(file);
  };
  for (let i = 0; i < 24; i++) await write(`train/n${i}.jpg`, false);
  for (let i = 0; i < 5; i++) await write(`proliv/s${i}.jpg`, true);
  for (let i = 0; i < spillTests; i++) await write(`test/imgs/t${i}.jpg`, spilled.includes(i));
  const lines = Array.from({ length: spillTests }, (_, i) => `t${i}.jpg ${spilled.includes(i) ? 1 : 0}\n`);
  writeFileSync(path.join(folder, 'metal-spill/test/test_annotation.txt'), lines.join(''));
}

export const faceTests = 12;
const oddFaces = [0, 3, 4, 7, 10, 11];

/** `faces/`: discs with two eyes in numbers from −1 to 1, N×64×64×3; the odd ones have stripes instead. */
export function writeFaces(folder: string): void {
  mkdirSync(path.join(folder, 'faces'));
  const random = randomStream(5, 'faces');
  const write = (name: string, count: number, odd: readonly number[]) => {
    const values = new Float32Array(count * 64 * 64 * 3);
    for (let image = 0; image < count; image++) {
      const [x0, y0] = [28 + random.below(8), 28 + random.below(8)];
      const at = (x: number, y: number) => {
        if (odd.includes(image)) return x % 6 < 3 ? 1 : -1;
        const eye = Math.min(Math.hypot(x - x0 + 8, y - y0 + 6), Math.hypot(x - x0 - 8, y - y0 + 6)) < 3;
        return eye || Math.hypot(x - x0, y - y0) > 22 ? -1 : 0.6;
      };
      for (let place = 0; place < 64 * 64; place++) {
        const value = at(place % 64, Math.floor(place / 64));
        values.set([value, value * 0.8, value * 0.6], (image * 64 * 64 + place) * 3);
      }
    }
    const data = new Uint8Array(values.buffer);
    writeFileSync(path.join(folder, 'faces', name), npy([count, 64, 64, 3], data, { descr: '<f4' }));
  };
  write('train.npy', 24, []);
  write('test.npy', faceTests, oddFaces);
  const labels = Array.from({ length: faceTests }, (_, i) => (oddFaces.includes(i) ? '1' : '0'));
  writeFileSync(path.join(folder, 'faces/test.txt'), labels.join(''));
}

export const digitTests = 20;

/** `digits.npz` with `x_train` and `x_test`: strokes, and noise at a few places of the second. */
export function writeDigits(folder: string): void {
  const random = randomStream(9, 'digits');
  const digits = (count: number, odd: readonly number[]) => {
    const pixels = new Uint8Array(count * 28 * 28);
    for (let image = 0; image < count; image++) {
      const [left, slant] = [8 + random.below(8), random.below(3) - 1];
      for (let place = 0; place < 28 * 28; place++) {
        const [x, y] = [place % 28, Math.floor(place / 28)];
        const isInk = y > 4 && y < 23 && Math.abs(x - left - (slant * y) / 6) < 2.5;
        pixels[image * 28 * 28 + place] = odd.includes(image) ? random.below(256) : isInk ? 240 : 0;
      }
    }
    return npy([count, 28, 28], pixels);
  };
  const archive = zip([
    { name: 'x_train.npy', content: digits(32, []), deflate: true },
    { name: 'x_test.npy', content: digits(digitTests, [4, 11]), deflate: true },
  ]);
  writeFileSync(path.join(folder, 'digits.npz'), archive);
}
