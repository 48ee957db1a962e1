/** An array of small grey images: soft ramps, and checkerboards at the places of `odd`. */
import { writeFile } from 'node:fs/promises';

const side = 16;

/** Writes an .npy of uint8 [count, 16, 16]. */
export async function writeNpy(file: string, count: number, odd: readonly number[]): Promise<void> {
  await writeFile(file, npyBytes(count, odd));
}

/** What stands in such a file. */
export function npyBytes(count: number, odd: readonly number[] = []): Uint8Array {
  const head = `{'descr': '|u1', 'fortran_order': False, 'shape': (${count}, ${side}, ${side}), }`;
  // Preamble and header fill a multiple of 64 bytes and end with a newline.
  const length = Math.ceil((10 + head.length + 1) / 64) * 64 - 10;
  const preamble = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 0xff, length >> 8]);
  const header = Buffer.from(`${head.padEnd(length - 1)}\n`, 'latin1');
  const rows = Array.from({ length: count }, (_, row) => pixels(row, odd.includes(row)));
  return Buffer.concat([preamble, header, ...rows]);
}

function pixels(row: number, odd: boolean): Uint8Array {
  return Uint8Array.from({ length: side * side }, (_, place) => {
    const x = place % side;
    const y = Math.floor(place / side);
    if (odd) return (x + y) % 2 === 0 ? 250 : 5;
    return 60 + 5 * x + 2 * y + (row % 9) * 3 + ((row * 37 + x * 11 + y * 7) % 13);
  });
}
