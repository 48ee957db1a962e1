import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommandLine, cli, cliJson } from './cli-process';
import { removeFolder, temporaryFolder, writePictures } from './picture-folders';

const count = 31;
const quick = ['--epochs', '2', '--size', '16', '--threads', '2', '--device', 'cpu'];

let work = '';
let folder = '';
const inWork = (name: string) => join(work, name);

async function score(model: string, out: string, ...options: string[]): Promise<void> {
  const result = await cliJson(['score', inWork(model), folder, '--out', inWork(out), ...options]);
  expect(result.status, result.stderr).toBe(0);
}

async function refusal(runs: readonly string[], out = 'refused'): Promise<string> {
  const { status, last } = await cliJson(['merge', ...runs.map(inWork), '--out', inWork(out)]);
  expect(status).toBe(2);
  expect(last).toMatchObject({ event: 'error', code: 'settings-invalid' });
  expect(existsSync(inWork(out))).toBe(false);
  return String(last['message']);
}

async function exported(run: string, format: string): Promise<string> {
  const result = await cli(['export', inWork(run), '--format', format, '--out', '-']);
  expect(result.status, result.stderr).toBe(0);
  return result.stdout;
}

beforeAll(async () => {
  buildCommandLine();
  work = await temporaryFolder();
  folder = inWork('parts');
  await writePictures(folder, count, [4, 16]);
  writeFileSync(join(folder, 'picture 2b.png'), 'no image at all');
  // In data-set order, which only holds for all of them: the broken file is the third.
  const labels = Array.from({ length: count + 1 }, (_, place) => (place === 5 || place === 17 ? '1' : '0')).join('');
  writeFileSync(inWork('labels.txt'), labels);
  const trained = await cliJson(['train', folder, '--out', inWork('model'), ...quick]);
  expect(trained.status, trained.stderr).toBe(0);
  for (const part of ['1/3', '2/3', '3/3']) {
    await score('model', `part-${part.charAt(0)}`, '--shard', part, '--labels', inWork('labels.txt'));
  }
}, 120_000);

afterAll(() => removeFolder(work));

describe('parts of a data set', () => {
  it('joined are the run that scoring all of it makes, byte for byte', async () => {
    await score('model', 'whole', '--labels', inWork('labels.txt'));
    const { status, last, stderr } = await cliJson([
      'merge',
      ...['part-3', 'part-1', 'part-2'].map(inWork),
      '--out',
      inWork('joined'),
    ]);
    expect(status, stderr).toBe(0);
    expect(last).toMatchObject({ event: 'done', run: inWork('joined'), images: count + 1, unreadable: 1, auroc: 1 });
    for (const format of ['binary', 'csv', 'list']) {
      expect(await exported('joined', format)).toBe(await exported('whole', format));
    }
    const scores = readdirSync(inWork('whole/scores'));
    expect(readdirSync(inWork('joined/scores'))).toEqual(scores);
    for (const file of [...scores.map((name) => `scores/${name}`), 'manifest.jsonl', 'labels.i8', 'cache/images.u8']) {
      expect(readFileSync(inWork(`joined/${file}`)).equals(readFileSync(inWork(`whole/${file}`))), file).toBe(true);
    }
    const scale = (run: string) => /"errorScale": [\d.e-]+/.exec(readFileSync(inWork(`${run}/run.json`), 'utf8'))?.[0];
    expect(scale('joined')).toMatch(/\d/);
    expect(scale('joined')).toBe(scale('whole'));
  });

  it('joined can be looked at, judged anew and evaluated', async () => {
    await cliJson(['merge', ...['part-1', 'part-2', 'part-3'].map(inWork), '--out', inWork('seen')]);
    const groups = await cliJson(['groups', inWork('seen')]);
    expect(groups.status, groups.stderr).toBe(0);
    const edited = inWork('edited.png');
    const latent = await cli(['latent', inWork('seen'), '--image', 'picture 30.png', '--set', '1=0', '--out', edited]);
    expect(latent.status, latent.stderr).toBe(0);
    expect(existsSync(edited)).toBe(true);
    const { last } = await cliJson(['threshold', inWork('seen'), 'contamination:0.0625']);
    expect(last).toMatchObject({ images: count + 1, flagged: 3 });
  });

  it('joined keep what was decided and learned in any of them, and the threshold that was chosen', async () => {
    for (const part of ['part-1', 'part-2']) cpSync(inWork(part), inWork(`marked ${part}`), { recursive: true });
    const parts = ['marked part-1', 'marked part-2', 'part-3'];
    await cli(['mark', inWork('marked part-1'), '--bad', 'picture 5.png', '--learn', 'on']);
    await cli(['mark', inWork('marked part-2'), '--good', 'picture 17.png']);
    await cli(['threshold', inWork('marked part-2'), 'contamination:0.125']);
    const agreed = await cliJson(['merge', ...parts.map(inWork), '--out', inWork('taught')]);
    expect(agreed.last, agreed.stderr).toMatchObject({ event: 'done' });
    const review = readFileSync(inWork('taught/review.json'), 'utf8');
    for (const kept of ['"learn": true', '"score": "taught"', '"contamination"']) expect(review).toContain(kept);
    expect(review.match(/"(?:bad|good)"/g)).toHaveLength(2);

    await cli(['threshold', inWork('marked part-1'), 'contamination:0.25']);
    await cliJson(['merge', ...parts.map(inWork), '--out', inWork('at odds')]);
    expect(readFileSync(inWork('at odds/review.json'), 'utf8')).toContain('"auto"');
    expect(readFileSync(inWork('at odds/run.json'), 'utf8')).toContain('reviewed with different scores or thresholds');
  });

  it('are refused where images are missing, and the missing part is named', async () => {
    expect(await refusal(['part-1', 'part-3'])).toContain('part 2/3');
    expect(await refusal(['part-1', 'part-2'])).toContain('part 3/3');
  });

  it('are refused where they overlap', async () => {
    await score('model', 'half', '--shard', '1/2', '--labels', inWork('labels.txt'));
    expect(await refusal(['half', 'part-2', 'part-3'])).toMatch(/half.*part-2.*both hold image 11 of 32/);
    expect(await refusal(['part-1', 'part-1', 'part-2', 'part-3'])).toContain('named twice');
  });

  it('are refused where another model, other settings or other images were used', async () => {
    const other = await cliJson(['train', folder, '--out', inWork('other model'), ...quick, '--seed', '1']);
    expect(other.status, other.stderr).toBe(0);
    await score('other model', 'by another', '--shard', '3/3', '--labels', inWork('labels.txt'));
    expect(await refusal(['part-1', 'part-2', 'by another'])).toContain('the model');
    await score('model', 'strict', '--shard', '3/3', '--labels', inWork('labels.txt'), '--threshold', 'mad:9');
    expect(await refusal(['part-1', 'part-2', 'strict'])).toContain('threshold');
    await score('model', 'ignoring', '--shard', '3/3', '--labels', inWork('labels.txt'), '--ignore', '0,0,0.2,1');
    expect(await refusal(['part-1', 'part-2', 'ignoring'])).toContain('differ in areas');
    const elsewhere = inWork('elsewhere/parts');
    cpSync(folder, elsewhere, { recursive: true });
    rmSync(join(elsewhere, 'picture 31.png'));
    writeFileSync(join(elsewhere, 'picture 32.png'), 'no image at all');
    const scored = await cliJson(['score', inWork('model'), elsewhere, '--shard', '3/3', '--out', inWork('foreign')]);
    expect(scored.status, scored.stderr).toBe(0);
    expect(await refusal(['part-1', 'part-2', 'foreign'])).toContain('different images');
  });

  it('with areas of their own are refused where two machines came to different numbers, and what helps is said', async () => {
    cpSync(inWork('ignoring'), inWork('ignoring on another'), { recursive: true });
    const file = inWork('ignoring on another/run.json');
    // As another processor might round it.
    const rounded = readFileSync(file, 'utf8').replace(/("logMedian": -?\d+\.\d{3})/, '$19');
    writeFileSync(file, rounded);
    expect(await refusal(['ignoring', 'ignoring on another'])).toContain('by “anomaly-review rescore”');
  });

  it('are refused where another version of the program scored one, and both versions are named', async () => {
    cpSync(inWork('part-3'), inWork('newer'), { recursive: true });
    const file = inWork('newer/run.json');
    const newer = readFileSync(file, 'utf8')
      .replace(/("anomaly-review": ")[^"]*/, '$199.1.0')
      .replace(/("logMedian": -?\d+\.\d{3})/, '$19');
    writeFileSync(file, newer);
    expect(await refusal(['part-1', 'part-2', 'newer'])).toMatch(
      /newer were scored by different versions.*99\.1\.0 with/,
    );
  });

  it('are refused while one is unfinished, and what goes on with it is said', async () => {
    cpSync(inWork('part-2'), inWork('stopped'), { recursive: true });
    const file = inWork('stopped/run.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"status": "done"', '"status": "stopped"'));
    expect(await refusal(['part-1', 'stopped', 'part-3'])).toMatch(/stopped is not finished.*resume/);
    await cliJson(['resume', inWork('stopped')]);
    const joined = await cliJson(['merge', ...['part-1', 'stopped', 'part-3'].map(inWork), '--out', inWork('resumed')]);
    expect(joined.status, joined.stderr).toBe(0);
  });

  it('are not confused with whole runs, nor written over anything', async () => {
    expect(await refusal(['model', 'part-2'])).toContain('is no part of a run');
    const { status, last } = await cliJson([
      'merge',
      ...['part-1', 'part-2', 'part-3'].map(inWork),
      '--out',
      inWork('model'),
    ]);
    expect(status).toBe(2);
    expect(last).toMatchObject({ code: 'settings-invalid' });
  });

  it.each(['4/3', '1'])('are asked for as i/n, not as %s', async (shard) => {
    const { status, last } = await cliJson(['score', inWork('model'), folder, '--shard', shard]);
    expect(status).toBe(2);
    expect(last['message']).toContain('--shard needs i/n');
  });

  it('cannot be more than there are images', async () => {
    const result = await cliJson(['score', inWork('model'), folder, '--shard', '1/99', '--out', inWork('many')]);
    expect(result.status).toBe(2);
    expect(result.last['message']).toContain('at most 32');
  });

  it('may hold nothing but broken files', async () => {
    const broken = inWork('mostly broken');
    await writePictures(broken, 2);
    for (const name of ['y.png', 'z.png']) writeFileSync(join(broken, name), 'no image');
    for (const part of ['1/2', '2/2']) {
      const args = ['score', inWork('model'), broken, '--shard', part, '--out', inWork(`broken-${part.charAt(0)}`)];
      const scored = await cliJson(args);
      expect(scored.status, scored.stderr).toBe(0);
    }
    const joined = await cliJson(['merge', inWork('broken-1'), inWork('broken-2'), '--out', inWork('broken-all')]);
    expect(joined.last).toMatchObject({ event: 'done', images: 4, unreadable: 2 });
  });
});
