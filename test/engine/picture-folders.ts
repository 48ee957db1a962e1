/** Folders of small pictures for tests: discs of one colour, and a few that are not. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { randomStream } from '../../src/shared/random';

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'anomaly-review-test-'));
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Writes `count` orange discs, and blue squares at the places of `odd`. */
export async function writePictures(folder: string, count: number, odd: readonly number[] = []): Promise<void> {
  await mkdir(folder, { recursive: true });
  const random = randomStream(7, 'pictures');
  for (let index = 0; index < count; index++) {
    const picture = odd.includes(index) ? square(random.below(8)) : disc(random.below(8), random.below(8));
    await sharp(Buffer.from(picture))
      .png()
      .toFile(path.join(folder, `picture ${index + 1}.png`));
  }
}

function disc(x: number, y: number): string {
  return `<svg width="40" height="40"><rect width="40" height="40" fill="#ddd"/><circle cx="${16 + x}" cy="${16 + y}" r="11" fill="#e80"/></svg>`;
}

function square(x: number): string {
  return `<svg width="40" height="40"><rect width="40" height="40" fill="#ddd"/><rect x="${4 + x}" y="6" width="24" height="24" fill="#03a"/></svg>`;
}

/** Files that look like images by their names and are none. */
export async function writeBroken(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const whole = await sharp(Buffer.from(disc(1, 1)))
    .jpeg()
    .toBuffer();
  const files: Record<string, Uint8Array> = {
    'empty.png': new Uint8Array(),
    'text.jpg': new TextEncoder().encode('this is no picture'),
    'cut.jpg': whole.subarray(0, whole.length >> 1),
  };
  for (const [name, data] of Object.entries(files)) await writeFile(path.join(folder, name), data);
  return Object.keys(files);
}
