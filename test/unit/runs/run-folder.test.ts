import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { listRunFolders } from '../../../src/engine/runs/list-runs';
import { RunFolder } from '../../../src/engine/runs/run-folder';
import type { ReviewHistory } from '../../../src/shared/review-history';
import type { ManifestEntry, Review } from '../../../src/shared/run';
import { scratchFolder } from '../../fixtures/scratch-folder';
import { canMakeSmallDisk, withSmallDisk } from '../../fixtures/small-disk';
import { requestFor } from './requests';

const scratch = scratchFolder();
const noon = new Date(2026, 0, 2, 12, 34, 56);
const state = () => scratch.path('state');
const apples = () => scratch.path('apples');
const create = async (more: Parameters<typeof requestFor>[1] = {}, at = noon) =>
  RunFolder.create(requestFor(apples(), more), at, state());

const hash = (digit: string) => digit.repeat(64);
const review: Review = {
  version: 1,
  score: 'anomaly',
  threshold: { method: 'value', parameter: 3 },
  unreadable: 'keep',
  decisions: { [hash('b')]: 'bad', [hash('a')]: 'good' },
};

beforeEach(() => mkdirSync(apples()));

describe('the place of a run', () => {
  it('is beside the source, named after it and the time, and never in it', async () => {
    const { run, note } = await create();
    expect(run.folder).toBe(scratch.path('.anomaly-review', 'apples-20260102-123456'));
    expect(note).toBeUndefined();
    expect((await create()).run.folder).toBe(`${run.folder}-2`);
    expect(readdirSync(apples())).toEqual([]);
  });

  it('carries no characters that a file system refuses', async () => {
    const array = scratch.write('digits.npz', 'x');
    const { run } = await RunFolder.create(requestFor(`${array}#part/x: test?`), noon, state());
    expect(path.basename(run.folder)).toBe('digits.npz-part-x- test--20260102-123456');
  });

  it('is the user’s own folder where nothing can be written beside the source, which is said', async () => {
    scratch.write('.anomaly-review', 'a file that is in the way');
    const { run, note } = await create();
    expect(run.folder.startsWith(state())).toBe(true);
    expect(note).toBe(`Nothing can be written beside the source, so the run is kept in “${run.folder}”.`);
    expect(await listRunFolders(apples(), state())).toEqual([run.folder]);
  });

  it('is as asked, unless that is in the source or holds something already', async () => {
    const { run } = await create({ out: scratch.path('deep', 'out') });
    expect(run.folder).toBe(scratch.path('deep', 'out'));
    expect(existsSync(scratch.path('.anomaly-review'))).toBe(false);
    mkdirSync(scratch.path('empty'));
    await expect(create({ out: scratch.path('empty') })).resolves.toBeDefined();
    await expect(create({ out: scratch.path('empty') })).rejects.toMatchObject({ code: 'settings-invalid' });
    const file = scratch.write('file', 'x');
    await expect(create({ out: file })).rejects.toMatchObject({ code: 'settings-invalid' });
    symlinkSync(apples(), scratch.path('link'));
    for (const inside of [apples(), scratch.path('apples', 'a', 'b'), scratch.path('link', 'out')]) {
      await expect(create({ out: inside })).rejects.toThrow(/is inside the source, which is never written to/);
    }
    expect(readdirSync(apples())).toEqual([]);
    await expect(create({ out: scratch.path('apples-2') })).resolves.toBeDefined();
  });

  it.runIf(process.platform === 'linux')(
    'is refused where the file system takes no new names, and not tried for ever',
    async () => {
      await expect(create({ out: '/proc/anomaly-review/run' })).rejects.toMatchObject({
        code: 'not-writable',
        message: expect.stringContaining('/proc/anomaly-review/run') as unknown,
      });
    },
  );

  it('is not made for a source that does not exist', async () => {
    const missing = requestFor(scratch.path('nowhere', 'pears'));
    await expect(RunFolder.create(missing, noon, state())).rejects.toMatchObject({ code: 'source-missing' });
    expect(existsSync(scratch.path('nowhere'))).toBe(false);
  });

  it('shows git nothing but the review', async () => {
    const { run } = await create();
    await run.writeScores('pca', Float32Array.of(1));
    await run.writeReview(review);
    const git = (...words: string[]) => execFileSync('git', words, { cwd: scratch.path(), encoding: 'utf8' });
    git('init', '-q');
    const seen = git('status', '--porcelain', '--untracked-files=all').trim().split('\n');
    expect(seen).toEqual(['?? .anomaly-review/apples-20260102-123456/review.json']);
  });
});

describe('the list of runs', () => {
  it('has those of the source, newest first', async () => {
    mkdirSync(scratch.path('apples-2'));
    const { run: first } = await create({}, new Date(2026, 0, 1));
    const { run: last } = await create({}, new Date(2026, 5, 1));
    const { run: middle } = await create({}, new Date(2026, 2, 1));
    await RunFolder.create(requestFor(scratch.path('apples-2')), noon, state());
    scratch.write('.anomaly-review/apples-broken/run.json', '{');
    expect(await listRunFolders(apples(), state())).toEqual([last.folder, middle.folder, first.folder]);
    expect(await listRunFolders(`${apples()}/`, state())).toHaveLength(3);
    expect(await listRunFolders(scratch.path('pears'), state())).toEqual([]);
  });
});

describe('the record of a run', () => {
  it('is on disk when an update has resolved, whole, whoever reads meanwhile', async () => {
    const { run } = await create();
    const updates = Array.from({ length: 50 }, (_, images) => run.update({ images }));
    expect(run.record.images).toBe(49);
    const reads = updates.map(() => RunFolder.open(run.folder));
    await Promise.all([...updates, ...reads]);
    expect((await RunFolder.open(run.folder)).record).toEqual(run.record);
    expect(readdirSync(run.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('loses its error when the run goes on', async () => {
    const { run } = await create();
    await run.update({ status: 'failed', error: { code: 'disk-full', message: 'full' } });
    await run.update({ notes: ['still failed'] });
    expect((await RunFolder.open(run.folder)).record.error?.code).toBe('disk-full');
    await run.update({ status: 'running' });
    expect((await RunFolder.open(run.folder)).record).not.toHaveProperty('error');
  });

  it('keeps losses that are no numbers', async () => {
    const { run } = await create();
    const epoch = { epoch: 1, trainLoss: NaN, learningRate: 1, seconds: 1, imagesPerSecond: 1 };
    await run.update({ epochs: [epoch] });
    expect((await RunFolder.open(run.folder)).record.epochs).toEqual([epoch]);
  });

  it.each<[string, (record: Record<string, unknown>) => string, RegExp]>([
    ['no JSON', () => '{', /is not valid JSON/],
    ['another shape', () => '[]', /is damaged at/],
    ['a wrong field', (record) => JSON.stringify({ ...record, status: 'happy' }), /is damaged at “status”/],
    ['a wrong setting', (record) => JSON.stringify({ ...record, request: { source: 5 } }), /is damaged at “request/],
    ['a newer version', (record) => JSON.stringify({ ...record, version: 2 }), /newer version/],
  ])('with %s is refused with the reason', async (_, damage, reason) => {
    const { run } = await create();
    const file = path.join(run.folder, 'run.json');
    const record = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, damage(record));
    await expect(RunFolder.open(run.folder)).rejects.toMatchObject({ code: 'run-invalid' });
    await expect(RunFolder.open(run.folder)).rejects.toThrow(reason);
  });

  it('that is not there is a missing run', async () => {
    await expect(RunFolder.open(apples())).rejects.toMatchObject({ code: 'run-missing' });
    await expect(RunFolder.open(scratch.path('nowhere'))).rejects.toMatchObject({ code: 'run-missing' });
  });

  it('of a run that died is opened without what its process left behind', async () => {
    const { run } = await create();
    const dead = execFileSync(process.execPath, ['-e', 'process.stdout.write(String(process.pid))'], {
      encoding: 'utf8',
    });
    const left = path.join(run.folder, 'model', `.checkpoint.tensors.${dead}.7.tmp`);
    const mine = path.join(run.folder, `.run.json.${process.pid}.99.tmp`);
    mkdirSync(path.dirname(left));
    writeFileSync(left, 'x');
    writeFileSync(mine, 'x');
    await RunFolder.open(run.folder);
    expect([existsSync(left), existsSync(mine)]).toEqual([false, true]);
  });
});

describe('what is in a run', () => {
  it('comes back as it was written, and is nothing before', async () => {
    const { run } = await create();
    expect(await run.readScores('pca')).toBeUndefined();
    expect(await run.readIndexes('left-out')).toBeUndefined();
    expect(await run.readTensors('weights')).toBeUndefined();
    expect(await run.readBlob('model/model.onnx')).toBeUndefined();
    expect(await run.readManifest()).toEqual([]);

    const scores = Float32Array.of(1.5, NaN, -0, Infinity);
    await run.writeScores('pca', scores);
    await run.writeIndexes('left-out', Uint32Array.of(7, 4_000_000_000));
    await run.writeBlob('model/model.onnx', Uint8Array.of(1, 2));
    const tensors = new Map([
      ['encoder.0.weight', { shape: [2, 1, 1, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
      ['Ünïcode', { shape: [], data: Float32Array.of(9) }],
      ['nothing', { shape: [0, 4], data: new Float32Array() }],
    ]);
    await run.writeTensors('weights', tensors);
    const again = await RunFolder.open(run.folder);
    expect(await again.readScores('pca')).toEqual(scores);
    expect(await again.readIndexes('left-out')).toEqual(Uint32Array.of(7, 4_000_000_000));
    expect(await again.readTensors('weights')).toEqual(tensors);
    expect(Uint8Array.from((await again.readBlob('model/model.onnx')) ?? [])).toEqual(Uint8Array.of(1, 2));
  });

  it('may be a part of a larger array', async () => {
    const { run } = await create();
    await run.writeScores('pca', Float32Array.of(1, 2, 3, 4).subarray(1, 3));
    expect(await run.readScores('pca')).toEqual(Float32Array.of(2, 3));
  });

  it('may be a manifest of 100,000 images', async () => {
    const { run } = await create();
    const entries = Array.from({ length: 100_000 }, (_, index): ManifestEntry => {
      const entry = { path: `a/“${index}”\n.png`, sha256: hash('0'), bytes: index, modifiedMs: 1, width: 2, height: 3 };
      return index % 1000 === 0 ? { ...entry, error: 'it is not an image' } : entry;
    });
    const started = performance.now();
    await run.writeManifest(entries);
    expect(await run.readManifest()).toEqual(entries);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('is refused when it is damaged', async () => {
    const { run } = await create();
    await run.writeTensors('weights', new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]]));
    const weights = path.join(run.folder, 'model', 'weights.tensors');
    const whole = readFileSync(weights);
    for (const damaged of [
      whole.subarray(0, -1),
      whole.subarray(0, 10),
      Buffer.alloc(64),
      Buffer.concat([whole, whole]),
    ]) {
      writeFileSync(weights, damaged);
      await expect(run.readTensors('weights')).rejects.toMatchObject({ code: 'run-invalid' });
    }
    const hugeLength = Buffer.from(whole);
    hugeLength.writeUInt32LE(0xffff_ffff, 8);
    writeFileSync(weights, hugeLength);
    await expect(run.readTensors('weights')).rejects.toThrow(/ends early/);
    await run.writeBlob('scores/pca.f32', Uint8Array.of(1, 2, 3));
    await expect(run.readScores('pca')).rejects.toMatchObject({ code: 'run-invalid' });
    await run.writeBlob('manifest.jsonl', Buffer.from('{"path":"a"}\n'));
    await expect(run.readManifest()).rejects.toThrow(/is damaged in line 1/);
  });

  it('never lies outside the run folder', async () => {
    const { run } = await create();
    expect(() => run.writeBlob('../evil', Uint8Array.of(1))).toThrow(/not inside/);
    expect(() => run.writeScores('../../evil', Float32Array.of(1))).toThrow(/no name/);
    expect(() => run.cacheFile('a/b')).toThrow(/no name/);
  });
});

describe('the review', () => {
  it('starts as the settings say', async () => {
    const { run } = await create();
    expect(await run.readReview()).toEqual({
      review: { version: 1, score: 'anomaly', threshold: { method: 'auto' }, unreadable: 'flag', decisions: {} },
    });
  });

  it('is written sorted, a decision a line', async () => {
    const { run } = await create();
    await run.writeReview(review);
    expect(await run.readReview()).toEqual({ review });
    expect(readFileSync(path.join(run.folder, 'review.json'), 'utf8')).toBe(`{
  "decisions": {
    "${hash('a')}": "good",
    "${hash('b')}": "bad"
  },
  "score": "anomaly",
  "threshold": {
    "method": "value",
    "parameter": 3
  },
  "unreadable": "keep",
  "version": 1
}
`);
  });

  it('has its way back and forth beside it, in no file that git is shown', async () => {
    const { run } = await create();
    const history: ReviewHistory = {
      done: [{ decisions: { [hash('b')]: 'none' }, focus: 4 }],
      undone: [{ threshold: { method: 'otsu' } }],
    };
    await run.writeReview(review, history);
    expect(await run.readHistory((await run.readReview()).review)).toEqual(history);
    expect(readFileSync(path.join(run.folder, 'review.json'), 'utf8')).not.toContain('focus');
    execFileSync('git', ['init', '-q', scratch.path('.')]);
    const shown = execFileSync('git', ['-C', scratch.path('.'), 'status', '--porcelain', '-uall']).toString();
    expect(shown).toContain('review.json');
    expect(shown).not.toContain('history.json');
  });

  it('has no way back from what something else has written since, nor from a damaged one', async () => {
    const { run } = await create();
    const history: ReviewHistory = { done: [{ score: 'local' }], undone: [] };
    await run.writeReview(review, history);
    await run.writeReview({ ...review, threshold: { method: 'otsu' } });
    expect(await run.readHistory((await run.readReview()).review)).toBeUndefined();
    await run.writeReview(review);
    expect(await run.readHistory(review)).toEqual(history);
    writeFileSync(path.join(run.folder, 'history.json'), '{"version":1,');
    expect(await run.readHistory(review)).toBeUndefined();
  });

  it('keeps the nearest steps of a history without end, and the next one however large', async () => {
    const { run } = await create();
    const large = Object.fromEntries(
      Array.from({ length: 30_000 }, (_, at) => [hash('a') + String(at), 'bad' as const]),
    );
    const small = Array.from({ length: 6000 }, (_, focus) => ({ decisions: { [hash('c')]: 'good' as const }, focus }));
    await run.writeReview(review, { done: [...small, { decisions: large }], undone: [{ decisions: large }, ...small] });
    const kept = await run.readHistory(review);
    expect(kept?.done).toEqual([{ decisions: large }]);
    expect(kept?.undone).toEqual(small.slice(1000));
  });

  it('that is damaged is moved aside and named, not overwritten', async () => {
    const { run } = await create();
    const file = path.join(run.folder, 'review.json');
    for (const damaged of ['{"version":1,', JSON.stringify({ ...review, decisions: { abc: 'bad' } })]) {
      writeFileSync(file, damaged);
      const { review: found, note = '' } = await run.readReview();
      expect(found.decisions).toEqual({});
      const aside = /“(.*review\.damaged-.*\.json)”/.exec(note)?.[1] ?? '';
      expect(readFileSync(aside, 'utf8')).toBe(damaged);
      expect(existsSync(file)).toBe(false);
    }
  });

  it('of a newer version is left alone', async () => {
    const { run } = await create();
    const file = path.join(run.folder, 'review.json');
    const newer = JSON.stringify({ ...review, version: 2 });
    writeFileSync(file, newer);
    await expect(run.readReview()).rejects.toThrow(/newer version/);
    expect(readFileSync(file, 'utf8')).toBe(newer);
  });

  it('hands its decisions on to the next scan of the same source', async () => {
    const { run } = await create({}, new Date(2026, 0, 1));
    await run.writeReview(review);
    await create({}, new Date(2026, 0, 2));
    const { run: third } = await create({}, new Date(2026, 0, 3));
    const found = (await third.readReview()).review;
    expect(found.decisions).toEqual(review.decisions);
    expect(found.threshold).toEqual({ method: 'auto' });
  });
});

describe('a run that cannot be written', () => {
  it.skipIf(!canMakeSmallDisk)('says that the disk is full, and keeps what was there', async () => {
    await withSmallDisk(scratch.path('small'), async (disk) => {
      const { run } = await create({ out: path.join(disk, 'run') });
      await run.writeScores('pca', Float32Array.of(1));
      await expect(run.writeScores('pca', new Float32Array(50_000))).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringContaining(path.join(run.folder, 'scores', 'pca.f32')) as string,
      });
      expect(await run.readScores('pca')).toEqual(Float32Array.of(1));
      await run.update({ status: 'failed' });
      expect(readdirSync(path.join(run.folder, 'scores'))).toEqual(['pca.f32']);
    });
  });

  it.skipIf(process.platform !== 'linux')('says where and what to do', async () => {
    await expect(create({ out: '/sys/run' })).rejects.toMatchObject({
      code: 'not-writable',
      message: expect.stringMatching(/“\/sys\/run.*choose another place/) as string,
    });
  });
});
