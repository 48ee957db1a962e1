/** TensorFlow that takes its process along: the command line says what goes on, and that goes on. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { prepareTensorFlow } from '../fixtures/prepared-tensorflow';
import { buildCommandLine, cliJson, startCli } from './cli-process';
import { removeFolder, temporaryFolder, writePictures } from './picture-folders';
import { RunFolder } from '../../src/engine/runs/run-folder';

const { folder, missing } = await prepareTensorFlow();
const isPossible = missing === undefined && process.platform === 'linux';
const why = missing === undefined ? '' : `, skipped: ${missing}`;

describe.skipIf(!isPossible)(`a crash of TensorFlow${why}`, () => {
  let place = '';
  beforeAll(async () => {
    buildCommandLine();
    place = await temporaryFolder();
  });
  afterAll(() => removeFolder(place));

  it('names the command that goes on with ONNX Runtime, which goes on from the checkpoint', async () => {
    const source = path.join(place, 'pictures');
    await writePictures(source, 24);
    const run = path.join(place, 'run');
    const wishes = ['--epochs', '10000', '--size', '16', '--out', run];
    const scan = startCli([
      'scan',
      source,
      ...wishes,
      '--backend',
      'tensorflow',
      '--tensorflow-path',
      folder,
      '--json',
    ]);
    const isSaved = () => existsSync(path.join(run, 'model', 'checkpoint.tensors'));
    await scan.until(({ event }) => event === 'epoch' && isSaved());
    process.kill(childOf(scan.pid), 'SIGABRT');
    const crashed = await scan.ended;
    expect(crashed.status).toBe(1);
    expect(crashed.stderr).toContain('The process that computes with TensorFlow crashed (SIGABRT).');
    const last: unknown = JSON.parse(crashed.stdout.trimEnd().split('\n').at(-1) ?? '');
    const { resume } = v.parse(v.object({ event: v.literal('stopped'), resume: v.string() }), last);
    expect(resume).toMatch(/ resume .* --backend onnx$/);
    expect(crashed.stderr).toContain(resume);

    const resumed = startCli(['resume', run, '--backend', 'onnx', '--json']);
    const first = await resumed.until(({ event }) => event === 'epoch');
    expect(first['epoch']).toBeGreaterThan(1);
    resumed.signal('SIGINT');
    expect((await resumed.ended).status).toBe(3);
    const { record } = await RunFolder.open(run);
    expect(record).toMatchObject({ backend: 'onnx', status: 'stopped' });
    expect(record.threads).toBeGreaterThan(0);
  });

  it('is no crash when the folder is wrong: that is said', async () => {
    const source = path.join(place, 'pictures');
    const wrong = await cliJson(['scan', source, '--backend', 'tensorflow', '--tensorflow-path', place]);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain(`There is no TensorFlow in ${place}: it should hold`);
  });
});

/** The process that computes is the only child. */
function childOf(processId: number): number {
  const children = readFileSync(`/proc/${String(processId)}/task/${String(processId)}/children`, 'utf8');
  return Number(children.trim().split(' ')[0]);
}
