/** Unpacks compressed arrays, whose declared sizes are not believed. */
import * as l10n from '@vscode/l10n';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { ArrayFormatError, mostHeaderBytes } from './array-header';

export interface Expected {
  /** What the array's shape needs, header included. */
  readonly bytes: number;
  /** Of the whole, where the archive keeps one. */
  readonly crc32?: number;
}

/** Real images shrink to a hundredth at best; above it and this large, the sender's aim is a full disk. */
const mostTimes = 200;
const suspiciousBytes = 2 ** 32;

/** Throws {@link ArrayFormatError} for an archive that unpacks to absurdly much. */
export function refuseBomb(packedBytes: number, unpackedBytes: number): void {
  if (unpackedBytes < suspiciousBytes || unpackedBytes < packedBytes * mostTimes) return;
  throw new ArrayFormatError(
    l10n.t(
      'it would unpack from {0} MB to {1} MB, as archives do that are made to fill a disk; if it can be trusted, save it uncompressed as .npy',
      megabytes(packedBytes),
      megabytes(unpackedBytes),
    ),
  );
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}

/** The first bytes of a stream, enough for a header; the stream is ended. */
export async function startOf(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream) {
    if (!Buffer.isBuffer(part)) continue;
    parts.push(part);
    length += part.length;
    if (length >= mostHeaderBytes) break;
  }
  return Buffer.concat(parts).subarray(0, mostHeaderBytes);
}

/**
 * Writes the stream to a file, which appears whole or not at all. Throws {@link ArrayFormatError} when there is more,
 * less or something else than expected, the signal's reason, or the system's error.
 */
export async function unpack(stream: Readable, file: string, expected: Expected, signal: AbortSignal): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  let bytes = 0;
  let sum = 0;
  const check = new Transform({
    transform(part: Buffer, _, done) {
      bytes += part.length;
      if (bytes > expected.bytes) {
        done(
          new ArrayFormatError(l10n.t('it unpacks to more than the {0} bytes that its shape needs', expected.bytes)),
        );
        return;
      }
      if (expected.crc32 !== undefined) sum = crc32(part, sum);
      done(null, part);
    },
  });
  try {
    await pipeline(stream, check, createWriteStream(partial), { signal });
    if (bytes < expected.bytes) {
      throw new ArrayFormatError(
        l10n.t('it ends early: its shape needs {0} bytes, but it has {1}', expected.bytes, bytes),
      );
    }
    if (expected.crc32 !== undefined && sum !== expected.crc32) {
      throw new ArrayFormatError(l10n.t('the archive is damaged (its checksum does not fit)'));
    }
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}
