/**
 * Pictures of the pages held to kept ones, on the side of Node. Both are compared at a quarter of their size, where
 * smoothing of edges differs by little between machines, and a part that moved, broke or went still differs by much.
 */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { BrowserCommand } from 'vitest/node';

const keptFolder = 'test/webview/screenshots';
const takenFolder = 'artifacts/webview/screenshots';

/** Pixels of a page that become one. */
const reduction = 4;
/** Sides of a cell, in those: 32 pixels of the page. */
const cellSize = 8;
/** Of 255, in the channel that differs most. */
const differentBy = 48;
/** Different pixels of a cell that make it a different cell. */
const differentShare = 0.25;

interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/**
 * Holds `artifacts/webview/screenshots/<name>.png`, just taken, to the kept picture of that name. With
 * ANOMALY_REVIEW_UPDATE_PICTURES=1 a missing or different one is kept anew.
 * @returns what differs and where, or '' when it looks as kept
 */
export const holdToKept: BrowserCommand<[name: string]> = async ({ project }, name): Promise<string> => {
  const { root } = project.config;
  const taken = path.join(root, takenFolder, `${name}.png`);
  const kept = path.join(root, keptFolder, `${name}.png`);
  const now = await reduced(taken);
  const difference = existsSync(kept) ? differenceOf(await pixelsOf(sharp(kept)), now) : 'no picture of it is kept';
  if (difference === '') return '';
  if (process.env['ANOMALY_REVIEW_UPDATE_PICTURES'] !== '1') {
    return `${name}: ${difference}`;
  }
  mkdirSync(path.dirname(kept), { recursive: true });
  await sharp(now.data, { raw: { width: now.width, height: now.height, channels: 3 } })
    .png({ compressionLevel: 9, effort: 10 })
    .toFile(kept);
  return '';
};

async function reduced(file: string): Promise<Pixels> {
  const { width, height } = await sharp(file).metadata();
  return await pixelsOf(
    sharp(file).resize(Math.round(width / reduction), Math.round(height / reduction), { fit: 'fill' }),
  );
}

async function pixelsOf(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function differenceOf(kept: Pixels, now: Pixels): string {
  if (kept.width !== now.width || kept.height !== now.height) {
    return `it has ${now.width} × ${now.height} small pixels, the kept one ${kept.width} × ${kept.height}`;
  }
  const cells: [left: number, top: number][] = [];
  for (let top = 0; top < now.height; top += cellSize) {
    for (let left = 0; left < now.width; left += cellSize) {
      if (shareDifferent(kept, now, left, top) > differentShare) cells.push([left * reduction, top * reduction]);
    }
  }
  const [first] = cells;
  if (!first) return '';
  const side = cellSize * reduction;
  const span = (axis: 0 | 1) => {
    const values = cells.map((cell) => cell[axis]);
    return `${Math.min(...values)} to ${Math.max(...values) + side}`;
  };
  return `${cells.length} of its squares of ${side} pixels differ, between x ${span(0)} and y ${span(1)}`;
}

/** Of the pixels of the cell that begins at `left`, `top`. */
function shareDifferent(kept: Pixels, now: Pixels, left: number, top: number): number {
  const right = Math.min(left + cellSize, now.width);
  const bottom = Math.min(top + cellSize, now.height);
  let different = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = 3 * (y * now.width + x);
      const most = Math.max(
        ...[0, 1, 2].map((channel) => Math.abs((kept.data[at + channel] ?? 0) - (now.data[at + channel] ?? 0))),
      );
      if (most > differentBy) different += 1;
    }
  }
  return different / ((right - left) * (bottom - top));
}
