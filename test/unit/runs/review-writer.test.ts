import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReviewWriter } from '../../../src/engine/runs/review-writer';
import { RunFolder } from '../../../src/engine/runs/run-folder';
import type { Review } from '../../../src/shared/run';
import { requestFor } from './requests';

let folder: string;
let run: RunFolder;
let before: Review;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'review-writer-'));
  const source = path.join(folder, 'pictures');
  await mkdir(source);
  ({ run } = await RunFolder.create(requestFor(source), new Date(), folder));
  ({ review: before } = await run.readReview());
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hashes = Array.from({ length: 12 }, (_, index) => index.toString(16).padStart(64, '0'));
const marking = (hash: string): Review => ({ ...before, decisions: { [hash]: 'bad' } });

describe('reviews that several windows save at once', () => {
  it('end with all that any of them said', async () => {
    const windows = [new ReviewWriter(), new ReviewWriter(), new ReviewWriter()];
    const saves = windows.flatMap((window, place) =>
      hashes
        .filter((_, index) => index % windows.length === place)
        .map((hash) => window.save(run.folder, () => RunFolder.open(run.folder), { review: marking(hash), before })),
    );
    await Promise.all(saves);
    const { review } = await run.readReview();
    expect(Object.keys(review.decisions).sort()).toEqual(hashes);
    expect((await readdir(run.folder)).filter((name) => name.startsWith('.review'))).toEqual([]);
  });

  it('are written in the order in which one window sends them, each upon the one before', async () => {
    const writer = new ReviewWriter();
    const [hash = ''] = hashes;
    const marked = marking(hash);
    const runOf = () => Promise.resolve(run);
    const [, last] = await Promise.all([
      writer.save(run.folder, runOf, { review: marked, before }),
      writer.save(run.folder, runOf, { review: before, before: marked }),
    ]);
    expect(last.decisions).toEqual({});
    expect((await run.readReview()).review).toEqual(before);
  });

  it('do not stop at one that could not be written', async () => {
    const writer = new ReviewWriter();
    const failing = writer.save(run.folder, () => Promise.reject(new Error('gone')), { review: before });
    const saved = writer.save(run.folder, () => Promise.resolve(run), { review: marking('a'.repeat(64)), before });
    await expect(failing).rejects.toThrow('gone');
    expect(Object.keys((await saved).decisions)).toHaveLength(1);
  });
});
