import { parse } from 'csv-parse/sync';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommandLine, cli, cliJson, startCli } from './cli-process';
import { npyBytes, writeNpy } from './npy-file';
import { writePictures } from './picture-folders';

/** Places of the pictures that are odd: `picture 5.png` and `picture 17.png`. */
const odd = [4, 16];
const count = 28;
/** Enough for tiny images, and the same machine everywhere. */
const quick = ['--epochs', '3', '--size', '16', '--threads', '1', '--device', 'cpu'];
/** Long enough to be stopped in the middle of. */
const long = ['--epochs', '200', '--patience', '10000', '--size', '16', '--threads', '1', '--device', 'cpu'];

let work = '';
let folder = '';
let run = '';

const rowSchema = v.object({ path: v.string(), flag: v.string(), score: v.string(), sha256: v.string() });
function csvRows(text: string): v.InferOutput<typeof rowSchema>[] {
  return v.parse(v.array(rowSchema), parse(text, { columns: true }));
}

async function exported(runFolder: string, format: string): Promise<string> {
  const result = await cli(['export', runFolder, '--format', format, '--out', '-']);
  expect(result).toMatchObject({ status: 0, stderr: '' });
  return result.stdout;
}

beforeAll(async () => {
  buildCommandLine();
  work = mkdtempSync(join(tmpdir(), 'anomaly-review-cli-'));
  folder = join(work, 'parts');
  run = join(work, 'run');
  await writePictures(folder, count, odd);
  writeFileSync(join(folder, 'picture 9b.png'), 'no image at all');
  writeFileSync(
    join(work, 'labels.txt'),
    Array.from({ length: count }, (_, i) => `picture ${i + 1}.png ${odd.includes(i) ? 1 : 0}\n`).join(''),
  );
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('scan', () => {
  it('ranks a folder, and its last line says what came out', async () => {
    const result = await cliJson(['scan', folder, '--out', run, '--labels', join(work, 'labels.txt'), ...quick]);
    expect(result.status, result.stderr).toBe(0);
    expect(result.last).toMatchObject({
      event: 'done',
      run,
      images: count + 1,
      unreadable: 1,
      threshold: { method: 'auto', score: 'anomaly' },
      backend: 'onnx',
      device: 'cpu',
    });
    for (const field of ['flagged', 'auroc', 'averagePrecision', 'tpr', 'tnr', 'peakMemoryBytes']) {
      expect(result.last[field], field).toBeTypeOf('number');
    }
    for (const field of ['read', 'baseline', 'train', 'score', 'total']) {
      expect(result.last['seconds']).toHaveProperty(field);
    }
    expect(result.last['imagesPerSecond']).toHaveProperty('train');
    expect(result.last['perScore']).toHaveProperty('reconstruction.auroc');
    expect(result.events.every(({ event }) => typeof event === 'string')).toBe(true);
    expect(result.events.filter(({ event }) => event === 'epoch')).toHaveLength(3);
  });

  it('finds the squares among the discs', async () => {
    const rows = csvRows(await exported(run, 'csv'));
    const ranked = [...rows].filter(({ score }) => score !== '').sort((a, b) => Number(b.score) - Number(a.score));
    expect(
      ranked
        .slice(0, 2)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['picture 17.png', 'picture 5.png']);
  });

  it('writes the summary to stdout and leaves the source as it was', async () => {
    const before = readdirSync(folder);
    const result = await cli(['scan', folder, '--out', join(work, 'readable'), ...quick]);
    expect(result.status, result.stderr).toBe(0);
    expect(result.stdout).toMatch(/^ +1 +⚑ .* picture (5|17)\.png$/m);
    expect(result.stdout).toMatch(/^\d+ of 29 images flagged/m);
    expect(result.stdout).toContain('1 could not be read:\n  picture 9b.png: ');
    expect(readdirSync(folder)).toEqual(before);
  });

  it('gives the same file for the same seed, byte for byte', async () => {
    const again = join(work, 'again');
    expect((await cli(['scan', folder, '--out', again, ...quick])).status).toBe(0);
    expect(await exported(again, 'csv')).toBe(await exported(join(work, 'readable'), 'csv'));
  });

  it('takes an array as its source', async () => {
    const file = join(work, 'parts.npy');
    await writeNpy(file, 30, [7]);
    const result = await cliJson(['scan', file, '--out', join(work, 'array'), ...quick]);
    expect(result.status, result.stderr).toBe(0);
    expect(result.last).toMatchObject({ images: 30, unreadable: 0 });
    expect(await exported(join(work, 'array'), 'binary')).toMatch(/^[01]{7}1[01]{22}$/);
  });

  it('takes a list of paths as its source, in its order', async () => {
    const list = join(work, 'list.txt');
    const order = [5, ...Array.from({ length: 20 }, (_, i) => 28 - i).filter((number) => number !== 17)];
    writeFileSync(list, order.map((number) => `parts/picture ${number}.png\n`).join(''));
    const result = await cliJson(['scan', list, '--out', join(work, 'listed'), ...quick]);
    expect(result.status, result.stderr).toBe(0);
    const rows = csvRows(await exported(join(work, 'listed'), 'csv'));
    expect(rows.map(({ path }) => path.replace(/^.*picture /, ''))).toEqual(order.map((number) => `${number}.png`));
  });

  it('goes beside the source when no place is named', async () => {
    const own = join(work, 'own', 'pictures');
    await writePictures(own, 12, [3]);
    const result = await cliJson(['scan', own, ...quick]);
    expect(result.status, result.stderr).toBe(0);
    expect(result.last['run']).toMatch(/\.anomaly-review[\\/]pictures-/);
    expect(existsSync(String(result.last['run']))).toBe(true);
  });

  it('chooses a threshold by labels and keeps it', async () => {
    const place = join(work, 'by-labels');
    const args = ['scan', folder, '--out', place, '--labels', join(work, 'labels.txt'), '--threshold', 'f1', ...quick];
    const result = await cliJson(args);
    expect(result.last).toMatchObject({ event: 'done', tpr: 1, tnr: 1 });
    // The unreadable file has no label but is flagged.
    const flags = await exported(place, 'binary');
    expect(flags.replaceAll('0', '')).toHaveLength(odd.length + 1);
  });
});

describe('known anomalies', () => {
  it('give the threshold', async () => {
    const known = join(work, 'known');
    // So many that each odd picture of the folder is as strange as one of them.
    const kinds = Array.from({ length: 24 }, (_, index) => index);
    await writePictures(known, kinds.length, kinds);
    const place = join(work, 'with-known');
    const args = ['scan', folder, '--out', place, '--known-anomalies', known, '--threshold', 'known-mean', ...quick];
    const result = await cliJson(args);
    expect(result.status, result.stderr).toBe(0);
    expect(result.last).toMatchObject({ images: count + 1, threshold: { method: 'known-mean' } });
    const { last: lowest } = await cliJson(['threshold', place, 'known-min']);
    const { last: highest } = await cliJson(['threshold', place, 'known-max']);
    expect(Number(lowest['flagged'])).toBeGreaterThanOrEqual(Number(highest['flagged']));
    expect(lowest['flagged']).toBe(odd.length + 1);
    const { last: learned } = await cliJson(['threshold', place, 'known-tpr:1', '--score', 'blend']);
    expect(learned).toMatchObject({ threshold: { method: 'known-tpr', parameter: 1, score: 'blend' } });
    expect(learned['flagged']).toBe(odd.length + 1);
    const { last: table } = await cliJson(['threshold', place]);
    const { methods } = v.parse(v.object({ methods: v.array(v.object({ method: v.string() })) }), table);
    expect(methods.map(({ method }) => method)).toEqual(expect.arrayContaining(['auto', 'known-min', 'known-tpr']));
  });

  it('that are in the folder as well, under whatever name, are not trained on', async () => {
    const [all, bad, rest] = ['all', 'bad', 'rest'].map((name) => join(work, 'told apart', name));
    if (all === undefined || bad === undefined || rest === undefined) throw new Error('three folders are needed');
    for (const place of [all, bad, rest]) await writePictures(place, 14, [3, 9]);
    for (const [index, name] of readdirSync(all).entries()) {
      const isOdd = ['picture 4.png', 'picture 10.png'].includes(name);
      if (isOdd) renameSync(join(bad, name), join(bad, `spill ${index}.png`));
      rmSync(join(isOdd ? rest : bad, name), { force: true });
    }
    const spared = join(work, 'spared');
    const result = await cliJson(['train', all, '--known-anomalies', bad, '--out', spared, ...quick]);
    expect(result.status, result.stderr).toBe(0);
    expect(readFileSync(join(spared, 'run.json'), 'utf8')).toContain('known anomalies, and are not trained on: 2.');
    const apart = join(work, 'apart');
    await cliJson(['train', rest, '--known-anomalies', bad, '--out', apart, ...quick]);
    const weights = (place: string) => readFileSync(join(place, 'model/weights.tensors'));
    expect(weights(spared).equals(weights(apart))).toBe(true);

    const nothing = await cliJson(['train', bad, '--known-anomalies', bad, '--out', join(work, 'none left'), ...quick]);
    expect(nothing.status).toBe(2);
    expect(nothing.last['message']).toContain('All images to train on are among the known anomalies');
  });
});

describe('images known to be usual', () => {
  it('draw the line, also for other images scored by the same model', async () => {
    const usual = join(work, 'usual');
    await writePictures(usual, 20, []);
    const place = join(work, 'with-usual');
    const args = ['scan', folder, '--out', place, '--validation', usual, '--threshold', 'normals:0.1', ...quick];
    const result = await cliJson(args);
    expect(result.status, result.stderr).toBe(0);
    expect(result.last).toMatchObject({ threshold: { method: 'normals', parameter: 0.1 } });
    const other = join(work, 'scored-with-usual');
    const scored = await cliJson(['score', place, folder, '--out', other]);
    expect(scored.status, scored.stderr).toBe(0);
    const { last } = await cliJson(['threshold', other, 'normals:0.1']);
    expect(last['threshold']).toMatchObject({
      value: v.parse(v.object({ value: v.number() }), result.last['threshold']).value,
    });
  });
});

describe('export', () => {
  it('says the same in every format', async () => {
    const rows = csvRows(await exported(run, 'csv'));
    const binary = await exported(run, 'binary');
    expect(binary).toHaveLength(count + 1);
    expect(binary).toBe(rows.map(({ flag }) => flag).join(''));
    const list = await exported(run, 'list');
    expect(list.split('\n').slice(0, -1)).toEqual(rows.filter(({ flag }) => flag === '1').map(({ path }) => path));
    const text = await exported(run, 'json');
    expect(text.match(/"images":/g)).toHaveLength(1);
    const json = v.parse(
      v.object({ images: v.array(v.object({ flag: v.number(), path: v.string() })) }),
      JSON.parse(text),
    );
    expect(json.images.map(({ flag }) => flag).join('')).toBe(binary);
  });

  it('keeps natural order and the place of what cannot be read', async () => {
    const rows = csvRows(await exported(run, 'csv'));
    expect(rows.map(({ path }) => path).slice(7, 11)).toEqual([
      'picture 8.png',
      'picture 9.png',
      'picture 9b.png',
      'picture 10.png',
    ]);
    expect(rows[9]).toMatchObject({ flag: '1', score: '' });
  });

  it('writes a file, and replaces an older one', async () => {
    const file = join(work, 'flags.txt');
    writeFileSync(file, 'older');
    const result = await cli(['export', run, '--format', 'binary', '--out', file]);
    expect(result.status, result.stderr).toBe(0);
    expect(result.stdout).toContain('29 images');
    expect(readFileSync(file, 'utf8')).toBe(await exported(run, 'binary'));
  });

  it('writes the network as ONNX', async () => {
    const file = join(work, 'model.onnx');
    const result = await cli(['export', run, '--format', 'onnx', '--out', file]);
    expect(result.status, result.stderr).toBe(0);
    expect(readFileSync(file).length).toBeGreaterThan(1000);
  });
});

describe('threshold', () => {
  it('prints the count, which the next export has', async () => {
    const chosen = await cli(['threshold', run, 'contamination:0.07']);
    expect(chosen.status, chosen.stderr).toBe(0);
    // Two of the 28 readable images, and the unreadable one.
    expect(chosen.stdout).toMatch(/^3 of 29 images flagged/);
    expect((await exported(run, 'binary')).replaceAll('0', '')).toHaveLength(3);
  });

  it('is told by --json as well', async () => {
    const { last } = await cliJson(['threshold', run, 'value:1e6']);
    expect(last).toMatchObject({ event: 'threshold', flagged: 1, threshold: { method: 'value', value: 1e6 } });
  });

  it('can be for another score', async () => {
    const { last } = await cliJson(['threshold', run, 'contamination:0.07', '--score', 'reconstruction']);
    expect(last).toMatchObject({ flagged: 3, threshold: { score: 'reconstruction' } });
    expect((await cliJson(['threshold', run, 'auto', '--score', 'colour'])).last).toMatchObject({
      event: 'error',
      code: 'settings-invalid',
    });
    expect((await cli(['threshold', run, 'auto', '--score', 'anomaly'])).status).toBe(0);
  });

  it('by labels takes those of the run', async () => {
    const chosen = await cliJson(['threshold', run, 'f1']);
    expect(chosen.last).toMatchObject({ flagged: odd.length + 1, threshold: { method: 'f1' }, tpr: 1, fpr: 0 });
  });

  it('by labels of a run without any needs a file', async () => {
    const unlabelled = join(work, 'readable');
    const refused = await cli(['threshold', unlabelled, 'f1']);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('needs labels');
    const chosen = await cliJson(['threshold', unlabelled, 'f1', '--labels', join(work, 'labels.txt')]);
    expect(chosen.last).toMatchObject({ flagged: odd.length + 1, threshold: { method: 'value' } });
  });
});

describe('evaluate', () => {
  it('compares a run with labels', async () => {
    const { status, last } = await cliJson(['evaluate', run, '--labels', join(work, 'labels.txt')]);
    expect(status).toBe(0);
    expect(last).toMatchObject({ event: 'done', auroc: 1, averagePrecision: 1, labelled: count });
  });

  it('reports what does not match, with counts and names', async () => {
    const file = join(work, 'partly.txt');
    writeFileSync(file, 'picture 5.png 1\npicture 6.png 0\nnowhere.png 1\n');
    const result = await cli(['evaluate', run, '--labels', file]);
    expect(result.status).toBe(0);
    expect(result.stderr).toContain('Labels for files that are not in the data set: 1 (nowhere.png)\n');
    expect(result.stderr).toMatch(/^Images without a label, which do not count: 27 \(picture 1\.png, .*, …\)$/m);
    expect(result.stdout).toContain('Against 2 labels: AUROC 1.0000');
  });

  it('takes labels from folder names', async () => {
    const source = join(work, 'layout');
    await writePictures(join(source, 'train/good'), 12);
    await writePictures(join(source, 'test/good'), 2);
    await writePictures(join(source, 'test/scratch'), 1, [0]);
    const { status, last, stderr } = await cliJson([
      ...['scan', source, '--out', join(work, 'layout-run'), '--labels', 'layout', ...quick],
    ]);
    expect(status, stderr).toBe(0);
    expect(last).toMatchObject({ auroc: 1 });
  });

  it('refuses a label file that makes no sense before any training', async () => {
    const file = join(work, 'nonsense.txt');
    writeFileSync(file, 'picture 5.png perhaps\n');
    const result = await cliJson(['scan', folder, '--out', join(work, 'never'), '--labels', file, ...quick]);
    expect(result.status).toBe(2);
    expect(result.last).toMatchObject({ event: 'error', code: 'labels-invalid' });
    expect(existsSync(join(work, 'never'))).toBe(false);
  });
});

describe('train and score', () => {
  it('apply a network to images it never saw', async () => {
    const trained = join(work, 'trained');
    const training = await cliJson(['train', folder, '--out', trained, ...quick]);
    expect(training.status, training.stderr).toBe(0);
    expect(training.last).toMatchObject({ event: 'done', run: trained });
    const others = join(work, 'others');
    await writePictures(others, 15, [3]);
    const place = join(work, 'scored');
    const scoring = await cliJson(['score', trained, others, '--out', place, '--threshold', 'contamination:0.07']);
    expect(scoring.status, scoring.stderr).toBe(0);
    expect(scoring.last).toMatchObject({ event: 'done', run: place, images: 15, flagged: 1 });
    expect(await exported(place, 'binary')).toBe('000100000000000');
  });
});

describe('stopping', () => {
  it('on Ctrl-C saves, ends with 3, and the command it names goes on', async () => {
    const place = join(work, 'stopped');
    const running = startCli(['scan', folder, '--out', place, ...long, '--json']);
    await running.until(({ event }) => event === 'epoch');
    running.signal('SIGINT');
    const stopped = await running.ended;
    expect(stopped.status).toBe(3);
    const last: unknown = JSON.parse(stopped.stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ event: 'stopped', run: place });
    expect(stopped.stderr).toContain('resume');
    const early = await cli(['export', place, '--format', 'binary', '--out', '-']);
    expect(early.stdout).toHaveLength(count + 1);
    expect(early.stderr).toContain('The run is not complete');

    const nowhere = process.platform === 'darwin' ? 'dml' : 'coreml';
    const refused = await cli(['resume', place, '--device', nowhere]);
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^anomaly-review: The device \w+ does not exist on /);

    const reached = stopped.stdout.split('\n').filter((line) => line.startsWith('{"event":"epoch"')).length;
    const resumed = await cliJson(['resume', place]);
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(resumed.last).toMatchObject({ event: 'done', images: count + 1 });
    const epochs = resumed.events.filter(({ event }) => event === 'epoch').map(({ epoch }) => epoch);
    expect(epochs[0]).toBeGreaterThan(1);
    expect(epochs.length).toBeLessThanOrEqual(200 - reached + 1);
  });

  it('twice ends at once and can still be resumed', async () => {
    const place = join(work, 'twice');
    const running = startCli(['scan', folder, '--out', place, ...long, '--json']);
    await running.until(({ event }) => event === 'epoch');
    running.signal('SIGINT');
    running.signal('SIGTERM');
    expect((await running.ended).status).toBe(3);
    const resumed = await cliJson(['resume', place]);
    expect(resumed.status, resumed.stderr).toBe(0);
  });

  it('before the first epoch loses nothing either', async () => {
    const place = join(work, 'early');
    const running = startCli(['scan', folder, '--out', place, ...quick, '--json']);
    await running.until(({ event }) => event === 'started');
    running.signal('SIGINT');
    expect((await running.ended).status).toBe(3);
    const resumed = await cliJson(['resume', place]);
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(await exported(place, 'csv')).toBe(await exported(join(work, 'readable'), 'csv'));
  });

  it.skipIf(process.platform === 'win32')('before there is anything to save is a stop as well', async () => {
    // They never end, so the command is still reading them; a read that nobody answers would hold its end up.
    const labels = join(work, 'labels');
    execFileSync('mkfifo', [labels]);
    const writer = spawn('sh', ['-c', 'exec 3> "$1"; echo open; exec yes >&3', 'sh', labels], { stdio: 'pipe' });
    const running = startCli(['scan', folder, '--labels', labels, '--out', join(work, 'never')]);
    await once(writer.stdout, 'data'); // when the command has begun to read
    running.signal('SIGINT');
    expect((await running.ended).status).toBe(3);
    expect(existsSync(join(work, 'never'))).toBe(false);
  });

  it('by kill -9 leaves a run that says so and goes on from its last epochs', async () => {
    const place = join(work, 'killed');
    const running = startCli(['scan', folder, '--out', place, ...long, '--json']);
    await running.until(({ event, epoch }) => event === 'epoch' && Number(epoch) >= 20);
    running.signal('SIGKILL');
    await running.ended;
    const resumed = await cliJson(['resume', place]);
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(resumed.last).toMatchObject({ event: 'done', images: count + 1 });
  });

  it('of the reader does not stop the run', async () => {
    const place = join(work, 'unread');
    const running = startCli(['scan', folder, '--out', place, ...quick, '--json']);
    await running.until(({ event }) => event === 'started');
    running.closeReader();
    expect((await running.ended).status).toBe(0);
    expect(await exported(place, 'binary')).toHaveLength(count + 1);
  });

  it('is asked of the second scan of a folder that is being scanned', async () => {
    const running = startCli(['scan', folder, '--out', join(work, 'first'), ...long, '--json']);
    await running.until(({ event }) => event === 'started');
    const second = await cliJson(['scan', folder, '--out', join(work, 'second'), ...quick]);
    running.signal('SIGINT');
    await running.ended;
    expect(second.status).toBe(1);
    expect(second.last).toMatchObject({ event: 'error', code: 'run-locked' });
    expect(existsSync(join(work, 'second'))).toBe(false);
  });
});

describe('a wrong request', () => {
  it.each([
    ['a source that is not there', () => ['scan', join(work, 'nowhere')], 'source-missing'],
    ['a folder without images', () => ['scan', join(work, 'empty')], 'source-empty'],
    [
      'a run that is not there',
      () => ['export', join(work, 'nowhere'), '--format', 'binary', '--out', '-'],
      'run-missing',
    ],
    ['a preset that is not there', () => ['scan', folder, '--preset', 'nothing'], 'settings-invalid'],
    ['a run folder inside of the source', () => ['scan', folder, '--out', join(folder, 'run')], 'settings-invalid'],
    ['the same images twice', () => ['scan', folder, '--also', folder], 'settings-invalid'],
    ['other images that are not there', () => ['scan', folder, '--train-on', join(work, 'nowhere')], 'source-missing'],
    [
      'labels that are not there',
      () => ['scan', folder, '--labels', join(work, 'nowhere.txt'), '--out', join(work, 'never')],
      'labels-invalid',
    ],
    ['labels of a run that has none', () => ['evaluate', join(work, 'readable')], 'settings-invalid'],
    ['to resume what is done', () => ['resume', run], 'settings-invalid'],
    ['a folder as the file to write', () => ['export', run, '--format', 'list', '--out', folder], 'settings-invalid'],
  ])('%s ends with 2 and says so', async (_what, args, code) => {
    mkdirSync(join(work, 'empty'), { recursive: true });
    const result = await cliJson(args());
    expect(result.last).toMatchObject({ event: 'error', code });
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^anomaly-review: .+/);
    expect(result.stderr).not.toContain('    at ');
  });
});

it('makes no run folder for an array that cannot be used, so that the same command works once it is put right', async () => {
  const [source, out] = [join(work, 'cut.npy'), join(work, 'of-cut')];
  writeFileSync(source, npyBytes(20).subarray(0, 500));
  const result = await cliJson(['scan', source, '--out', out]);
  expect(result.last).toMatchObject({ event: 'error', code: 'source-invalid' });
  expect(result.status).toBe(2);
  expect(existsSync(out)).toBe(false);
});

describe('what is there', () => {
  it('is listed by models', async () => {
    const { status, events } = await cliJson(['models']);
    expect(status).toBe(0);
    expect(events.length).toBeGreaterThanOrEqual(2);
    for (const model of events) {
      expect(model['event']).toBe('model');
      expect(model['parameters']).toBeGreaterThan(0);
      expect(model['latent']).toBeGreaterThan(0);
    }
    expect((await cli(['models'])).stdout).toMatch(/parameters/);
  });

  it('is explained by doctor', async () => {
    const { status, last } = await cliJson(['doctor']);
    expect(status).toBe(0);
    expect(last).toMatchObject({ event: 'doctor', works: true });
    expect((await cli(['doctor'])).stdout).toMatch(/^✓ onnx on cpu: /m);
  });
});
