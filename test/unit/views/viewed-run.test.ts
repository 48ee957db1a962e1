import { mkdirSync, rmSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { RunFolder } from '../../../src/engine/runs/run-folder';
import { ViewedRun } from '../../../src/engine/views/viewed-run';
import { scratchFolder } from '../../fixtures/scratch-folder';
import { requestFor } from '../runs/requests';

const scratch = scratchFolder();
const scores = Float32Array.of(1, 3, 2);
let run: RunFolder;
let viewed: ViewedRun;

beforeEach(async () => {
  const source = scratch.path('apples');
  mkdirSync(source);
  ({ run } = await RunFolder.create(requestFor(source), new Date(2026, 0, 2), scratch.path('state')));
  await run.writeScores('anomaly', scores);
  await run.update({ status: 'done', scores: [{ name: 'anomaly' }] });
  viewed = new ViewedRun((folder) => RunFolder.open(folder));
});

describe('a finished run that is looked at', () => {
  it('is read once, by requests at the same time too', async () => {
    const [first, second] = await Promise.all([viewed.stateOf(run.folder), viewed.stateOf(run.folder)]);
    expect(second).toBe(first);
    rmSync(run.scoresFile('anomaly'));
    expect((await viewed.stateOf(run.folder)).raw.get('anomaly')).toEqual(scores);
  });

  it('is read anew after its record was written, and when it is forgotten', async () => {
    const first = await viewed.stateOf(run.folder);
    await run.update({ flagged: 1 });
    const second = await viewed.stateOf(run.folder);
    expect(second).not.toBe(first);
    expect(second.run.record.flagged).toBe(1);
    // As long as before, and within the same moment.
    await run.update({ flagged: 2 });
    expect((await viewed.stateOf(run.folder)).run.record.flagged).toBe(2);
    rmSync(run.scoresFile('anomaly'));
    viewed.forget();
    expect((await viewed.stateOf(run.folder)).raw.size).toBe(0);
  });

  it('shows the review as it is now', async () => {
    const before = await (await viewed.stateOf(run.folder)).snapshot();
    await run.writeReview({ ...before.review, decisions: { ['a'.repeat(64)]: 'bad' } });
    const after = await (await viewed.stateOf(run.folder)).snapshot();
    expect([before, after].map(({ review }) => Object.keys(review.decisions).length)).toEqual([0, 1]);
  });

  it('is not kept when it could not be read', async () => {
    const folder = run.folder;
    let failures = 1;
    viewed = new ViewedRun((place) => (failures-- > 0 ? Promise.reject(new Error('busy')) : RunFolder.open(place)));
    await expect(viewed.stateOf(folder)).rejects.toThrow('busy');
    expect((await viewed.stateOf(folder)).raw.size).toBe(1);
  });
});

it('reads a run that is not finished at every look', async () => {
  await run.update({ status: 'stopped' });
  const first = await viewed.stateOf(run.folder);
  expect(await viewed.stateOf(run.folder)).not.toBe(first);
});
