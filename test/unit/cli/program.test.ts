import { existsSync, readdirSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Output } from '../../../src/cli/output';
import { runCommandLine } from '../../../src/cli/program';
import { version } from '../../../package.json';

async function run(...args: string[]) {
  const out = new PassThrough();
  const err = new PassThrough();
  const texts = { out: '', err: '' };
  out.on('data', (data: Buffer) => (texts.out += data.toString()));
  err.on('data', (data: Buffer) => (texts.err += data.toString()));
  const status = await runCommandLine(args, new Output(args.includes('--json'), out, err));
  return { status, ...texts };
}

describe('the command line', () => {
  it('lists its commands on --help', async () => {
    const { status, out } = await run('--help');
    expect(status).toBe(0);
    for (const verb of ['scan', 'train', 'score', 'threshold', 'evaluate', 'export', 'resume', 'models', 'doctor']) {
      expect(out).toMatch(new RegExp(`^  ${verb} `, 'm'));
    }
  });

  it('lists the options of scan', async () => {
    const { status, out } = await run('scan', '--help');
    expect(status).toBe(0);
    for (const option of [
      '--out',
      '--preset',
      '--train-on',
      '--with-source',
      '--known-anomalies',
      '--labels',
      '--json',
    ]) {
      expect(out).toContain(option);
    }
  });

  it.each([
    [
      'scan',
      /source\s+a folder of images, .*\.npy or IDX, also \.gz.*\.npz#array.*\.tif of several pages.*list of paths/,
    ],
    ['inspect', /source\s+a folder of images, .*IDX.*\.tif.*or an \.npz with all its arrays/],
    ['score', /--labels <FILE>\s+evaluate when done: a label file, an array .*IDX.*or `layout`/],
    ['evaluate', /--labels <FILE>\s+a label file, an array .*IDX.*or `layout`/],
    ['resume', /--labels <FILE>\s+evaluate when done: a label file, an array/],
    ['threshold', /--labels <FILE>\s+labels, for the methods that choose by them: a label file, an array/],
  ])('says in the help of %s all that may be a source or labels', async (verb, told) => {
    const { out } = await run(verb, '--help');
    expect(out.replace(/\s+/g, ' ')).toMatch(told);
  });

  it('says its version', async () => {
    expect(await run('--version')).toEqual({ status: 0, out: `${version}\n`, err: '' });
  });

  it('shows the help and fails when there is no command', async () => {
    const { status, err } = await run();
    expect(status).toBe(2);
    expect(err).toContain('Usage: anomaly-review');
  });

  it.each([
    [['scan'], /^anomaly-review: Missing required argument 'source'\. See .* scan --help\.\n$/],
    [['scan', 'x', '--sead', '1'], /^anomaly-review: Unknown option '--sead' \(Did you mean --seed\?\)\./],
    [['scna', 'x'], /^anomaly-review: Unknown command 'scna' \(Did you mean scan\?\)\. See \S+( \S+)? --help\.\n$/],
    [['scan', 'x', 'y'], /Too many arguments for 'scan'/],
    [['scan', 'x', '--seed'], /Option '--seed <N>' argument missing\./],
    [['export', 'x', '--out', '-'], /Required option '--format <FORMAT>' not specified\./],
    [
      ['export', 'x', '--format', 'xml', '--out', '-'],
      /--format needs one of binary, csv, json, list, report, onnx, latents, not “xml”\./,
    ],
    [['evaluate', 'no/such/run'], /There is no run in “.*no.such.run”/],
    [['scan', 'x', '--layout', 'mvtec'], /--layout needs one of auto, plain, not “mvtec”/],
    [['threshold', 'x', 'gmmm'], /no threshold method “gmmm”/],
    [['scan', 'x', '--batch', 'many'], /^anomaly-review: --batch needs a whole number from 1 to 4096, not “many”\.\n$/],
    [['scan', 'x', '--threshold', 'f1'], /--threshold f1 needs --labels FILE/],
    [['score', 'run', 'x', '--threshold', 'youden'], /--threshold youden needs --labels FILE/],
  ])('ends with 2 and a sentence for %j', async (args, message) => {
    const { status, out, err } = await run(...args);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(message);
    expect(err).not.toContain('    at ');
  });

  it('tells an error as an object as well with --json', async () => {
    const { status, out } = await run('scan', 'x', '--seed', '-1', '--json');
    expect(status).toBe(2);
    expect(JSON.parse(out)).toEqual({
      event: 'error',
      code: 'settings-invalid',
      message: '--seed needs a whole number from 0 to 2147483647, not “-1”.',
    });
  });

  it('refuses a source that is not there before it reads its labels', async () => {
    const { status, err } = await run('scan', 'no/such/folder', '--labels', 'layout');
    expect(status).toBe(2);
    expect(err).toContain('no/such/folder');
  });

  it('says which benches there are, and that they need the sources', async () => {
    const wrong = await run('bench', 'everything');
    expect(wrong.status).toBe(2);
    const benches = readdirSync('bench').filter((name) => existsSync(`bench/${name}/run.ts`));
    expect(benches.length).toBeGreaterThan(5);
    for (const name of benches) expect(wrong.err).toContain(name);
    // The tests' own program lies in no checkout of this one.
    const elsewhere = await run('bench', 'speed', '--quick', '--threads', '4');
    expect(elsewhere.status).toBe(2);
    expect(elsewhere.err).toContain('node scripts/bench.mjs speed --quick --threads 4');
  });
});
