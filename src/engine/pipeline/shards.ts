/** What a run of a part of the images keeps, so that the parts can be joined. */
import { createHash } from 'node:crypto';
import { evenSample } from '../../shared/even-sample';
import type { RunRecord } from '../../shared/run';
import type { Preprocessing } from '../dataset/dataset';
import type { ScoredSource } from '../dataset/joined-source';
import type { RunFolder } from '../runs/run-folder';
import { ErrorHistogram } from '../scoring/error-histogram';

/** Their contents tell data sets with the same names apart; a part cannot read all. */
const sampledImages = 32;
const errorsFile = 'scores/errors.f64';

/** Which part of which images a run scores. */
export async function describeShard(
  source: ScoredSource,
  whole: NonNullable<ScoredSource['whole']>,
  preprocessing: Preprocessing,
  signal: AbortSignal,
): Promise<NonNullable<RunRecord['shard']>> {
  const hash = createHash('sha256');
  for (const path of whole.paths) hash.update(`${path}\0`);
  for (const place of evenSample(whole.paths.length, sampledImages)) {
    signal.throwIfAborted();
    // Places count from the beginning of the part.
    hash.update((await source.decode(place - whole.start, preprocessing)).entry.sha256);
  }
  return { start: whole.start, images: whole.paths.length, fingerprint: hash.digest('hex') };
}

/** How often each error occurs in the part: one scale is found for all parts together. */
export async function writeErrors(run: RunFolder, { bins }: ErrorHistogram): Promise<void> {
  await run.writeBlob(errorsFile, new Uint8Array(bins.buffer, bins.byteOffset, bins.byteLength));
}

/** Undefined where the file is missing or damaged. */
export async function readErrors(run: RunFolder): Promise<Float64Array | undefined> {
  const bytes = await run.readBlob(errorsFile);
  const { byteLength } = new ErrorHistogram().bins;
  return bytes?.length === byteLength ? new Float64Array(Uint8Array.from(bytes).buffer) : undefined;
}
