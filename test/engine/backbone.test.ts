/** A scan whose scores are joined by what a pretrained network sees. */
import { cp, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../../src/engine/compute/select';
import { RunState } from '../../src/engine/pipeline/run-state';
import { flaggedShareWith } from '../../src/engine/pipeline/trial-rescoring';
import { RunFolder } from '../../src/engine/runs/run-folder';
import { createEngine } from '../../src/engine/service';
import type { EngineApi, RunMode } from '../../src/shared/contracts';
import { defaultSettings, type Area, type ScanRequest } from '../../src/shared/settings';
import { smallBackbone } from '../unit/compute/small-backbone';
import { completed, silentEvents } from './engine-child';
import { removeFolder, temporaryFolder, writePictures } from './picture-folders';

let folder: string;
let pictures: string;
let usual: string;
let backbone: string;
let engine: EngineApi;
let run: string;
const odd = 7;

beforeAll(async () => {
  folder = await temporaryFolder();
  pictures = path.join(folder, 'pictures');
  usual = path.join(folder, 'usual');
  backbone = path.join(folder, 'backbone.onnx');
  engine = createEngine(silentEvents);
  await writePictures(pictures, 30, [odd]);
  await writePictures(usual, 8);
  await writeFile(backbone, smallBackbone({ side: 16, metadata: { mean: '0.5', std: '0.25' } }));
  run = await finished(request({ out: path.join(folder, 'run') }), 'scan');
});
afterAll(() => removeFolder(folder));

function request(more: Partial<ScanRequest> = {}): ScanRequest {
  const settings = { ...defaultSettings, threads: 1, epochs: 2, batchSize: 8, backbone };
  return { source: pictures, validation: usual, withSource: 'auto', settings, ...more };
}

async function finished(asked: ScanRequest, mode: RunMode): Promise<string> {
  const { runFolder } = await engine.start(asked, mode);
  const record = await completed(engine, runFolder);
  expect(record.error).toBeUndefined();
  return runFolder;
}

async function column(runFolder: string): Promise<Float32Array> {
  return (await (await RunFolder.open(runFolder)).readScores('backbone')) ?? new Float32Array();
}

it('ranks the odd picture first and says what it adds to its score', async () => {
  const { scores, record } = await engine.open(run);
  const z = scores['backbone'] ?? new Float32Array();
  for (const seen of [z, scores['backbone-patch'] ?? new Float32Array()]) {
    expect(seen.indexOf(Math.max(...seen))).toBe(odd);
  }
  expect(record.backbone).toMatchObject({ file: backbone, size: [16, 16], mean: [0.5], std: [0.25] });
  const { contributions } = await engine.compare(run, odd);
  const part = contributions.find(({ score }) => score === 'backbone');
  expect(part?.share).toBeGreaterThan(0.05);
  expect(part?.z).toBeCloseTo(z[odd] ?? NaN);
});

it('scores the same pictures alike with the trained model', async () => {
  const again = await finished(request({ model: run, out: path.join(folder, 'again') }), 'score');
  const [first, second] = [await column(run), await column(again)];
  // Those that the statistics were fitted on are measured as if they had not been; the odd one took no part.
  expect(second[odd]).toBeCloseTo(first[odd] ?? NaN, 3);
  expect((await engine.open(again)).record.backbone).toEqual((await engine.open(run)).record.backbone);
});

it('keeps that score, and what usual images have of it, when the run is scored anew with an area', async () => {
  const copy = path.join(folder, 'copy');
  await cp(run, copy, { recursive: true });
  const before = await engine.open(copy);
  const corner: Area = { kind: 'ignore', x0: 0, y0: 0, x1: 0.5, y1: 0.5 };
  const review = { ...before.review, threshold: { method: 'normals', parameter: 0.1 } as const };
  await engine.saveReview(copy, review);
  const state = await RunState.load(await RunFolder.open(copy));
  expect(await flaggedShareWith(state, [corner], selectBackend)).toBeGreaterThan(0);

  await engine.rescore(copy, [corner]);
  await completed(engine, copy);
  const after = await engine.open(copy);
  expect(after.record.scores.map(({ name }) => name)).toEqual(before.record.scores.map(({ name }) => name));
  expect(after.record.backbone).toEqual(before.record.backbone);
  expect(after.scores['backbone']).not.toEqual(before.scores['backbone']);
  expect(after.usualScores?.['backbone']).not.toEqual(before.usualScores?.['backbone']);
  expect(after.record.flagged).toBeGreaterThan(0);
});

it('refuses a file that cannot be used before a run folder is made', async () => {
  const broken = path.join(folder, 'broken.onnx');
  await writeFile(broken, 'no network');
  const settings = { ...request().settings, backbone: broken };
  const out = path.join(folder, 'refused');
  await expect(engine.start(request({ settings, out }), 'scan')).rejects.toThrow(/cannot be used/);
  expect(await readdir(folder)).not.toContain('refused');
});

it('does not apply a model whose backbone is another file by now', async () => {
  await writeFile(backbone, smallBackbone({ side: 16, metadata: { mean: '0.4', std: '0.25' } }));
  const { runFolder } = await engine.start(request({ model: run, out: path.join(folder, 'changed') }), 'score');
  await expect(completed(engine, runFolder)).rejects.toThrow(/not the file any more/);
});
