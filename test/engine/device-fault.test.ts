/** A device that fails while a run uses it: a backend that computes on the CPU, says it is WebGPU, and breaks. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Backend, Scorer, Trainer } from '../../src/engine/compute/backend';
import { guardDevice } from '../../src/engine/compute/device-fault';
import { OnnxBackend } from '../../src/engine/compute/onnx/backend';
import type { ChooseBackend } from '../../src/engine/compute/select';
import { createEngine } from '../../src/engine/service';
import type { EngineApi, EngineEvents, RunProgress } from '../../src/shared/contracts';
import { defaultSettings, type DeviceName, type ScanRequest, type ScanSettings } from '../../src/shared/settings';
import { removeFolder, temporaryFolder, writePictures } from './picture-folders';

let folder: string;
let source: string;
let progress: RunProgress[] = [];
/** Of the same images, without a fault. */
let whole: Awaited<ReturnType<typeof scan>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  source = path.join(folder, 'pictures');
  await writePictures(source, 40, [7]);
  whole = await scan(engineOn(undefined));
  expect(whole.record.status).toBe('done');
});

beforeEach(() => {
  progress = [];
});

afterAll(() => removeFolder(folder));

/** Each in a folder of its own. */
let scans = 0;

const host = new OnnxBackend('cpu');

/** What breaks: called before each call of the device; what it throws or gives back is the device's doing. */
interface Faults {
  beforeStep?: (step: number) => void;
  afterStep?: (step: number, losses: Float32Array) => Float32Array;
  beforeScoring?: (images: number, run: number) => void;
  /** How far reconstructions are from the right ones. */
  drift?: number;
}

function brokenDevice({ beforeStep, afterStep, beforeScoring, drift = 0 }: Faults): Backend {
  let steps = 0;
  let runs = 0;
  const device: Backend = {
    name: host.name,
    device: 'webgpu',
    versions: host.versions,
    selfTest: () => host.selfTest(),
    createTrainer: async (spec, options) => {
      const trainer = await host.createTrainer(spec, options);
      return {
        step: async (input, target, stepOptions) => {
          steps++;
          beforeStep?.(steps);
          const losses = await trainer.step(input, target, stepOptions);
          return afterStep?.(steps, losses) ?? losses;
        },
        weights: () => trainer.weights(),
        optimizerState: () => trainer.optimizerState(),
        dispose: () => trainer.dispose(),
      } satisfies Trainer;
    },
    createScorer: async (spec, options) => {
      const scorer = await host.createScorer(spec, options);
      return {
        batchSize: scorer.batchSize,
        latentSize: scorer.latentSize,
        featureSizes: scorer.featureSizes,
        ...(scorer.stageShape && { stageShape: scorer.stageShape }),
        run: async (input, count) => {
          // The scorers that watch the training are not asked for features.
          if (options.features) {
            runs++;
            beforeScoring?.(count, runs);
          }
          const output = await scorer.run(input, count);
          return {
            ...output,
            reconstruction: output.reconstruction.map((value) => value + (options.features ? drift : 0)),
          };
        },
        dispose: () => scorer.dispose(),
      } satisfies Scorer;
    },
    createDecoder: (spec, options) => host.createDecoder(spec, options),
    exportModel: (spec, weights, metadata) => host.exportModel(spec, weights, metadata),
  };
  return guardDevice(device);
}

function engineOn(faults: Faults | undefined, onEpoch: EngineEvents['epoch'] = () => undefined): EngineApi {
  const backend = faults === undefined ? host : brokenDevice(faults);
  const choose: ChooseBackend = () => Promise.resolve({ backend, host, reports: [], note: 'As the test asks for.' });
  const events: EngineEvents = {
    progress: (event) => progress.push(event),
    changed: () => undefined,
    epoch: onEpoch,
    log: () => undefined,
  };
  return createEngine(events, choose);
}

function request(out: string, settings: Partial<ScanSettings> = {}): ScanRequest {
  const quick = { imageSize: 16, batchSize: 8, threads: 1, epochs: 4, patience: 100 };
  return {
    source,
    withSource: 'auto',
    out: path.join(folder, out),
    settings: { ...defaultSettings, ...quick, ...settings },
  };
}

async function scan(engine: EngineApi, settings: Partial<ScanSettings> = {}) {
  const { runFolder } = await engine.start(request(`run ${String(++scans)}`, settings), 'scan');
  const record = await engine.finished(runFolder);
  return { runFolder, record };
}

function weightsOf(run: string): string {
  return readFileSync(path.join(run, 'model/weights.tensors')).toString('base64');
}

function fails(reason: string): never {
  throw new Error(reason);
}

describe('a device that fails in the middle of training', () => {
  it('leaves the run to the CPU, which goes on from the checkpoint to the bytes of a run without a fault', async () => {
    const first = engineOn(undefined, ({ runFolder, report }) => {
      if (report.epoch === 2) void first.stop(runFolder, 'save');
    });
    const stopped = await scan(first);
    expect(stopped.record.status).toBe('stopped');
    const second = engineOn({ beforeStep: (step) => (step === 4 ? fails('WebGPU device was lost') : undefined) });
    await second.resume(stopped.runFolder);
    const record = await second.finished(stopped.runFolder);
    expect(record.status).toBe('done');
    expect(weightsOf(stopped.runFolder)).toBe(weightsOf(whole.runFolder));
    expect(record.epochs.map(({ trainLoss }) => trainLoss)).toEqual(
      whole.record.epochs.map(({ trainLoss }) => trainLoss),
    );
    expect(record).toMatchObject({ backend: 'onnx', device: 'cpu' });
    expect(record.notes).toContain(record.deviceNote);
    expect(record.deviceNote).toMatch(
      /^WebGPU was lost.*\(WebGPU device was lost\)\. Training goes on on the CPU from epoch \d+, step \d+\.$/,
    );
    const devices = progress.filter(({ phase }) => phase === 'training').map(({ device }) => device);
    expect(new Set(devices)).toEqual(new Set<DeviceName>(['webgpu', 'cpu']));
  });

  it.each([
    ['has too little memory', { beforeStep: () => fails('Failed to allocate memory for requested buffer') }],
    ['failed', { beforeStep: (step: number) => (step === 3 ? fails('Something else') : undefined) }],
    [
      'became infinite',
      { afterStep: (step: number, losses: Float32Array) => (step < 3 ? losses : losses.map(() => NaN)) },
    ],
  ] satisfies [string, Faults][])(
    'begins anew on the CPU when nothing was saved, and says that it %s',
    async (sentence, faults) => {
      const whole = await scan(engineOn(undefined));
      const { runFolder, record } = await scan(engineOn(faults));
      expect(record.status).toBe('done');
      expect(weightsOf(runFolder)).toBe(weightsOf(whole.runFolder));
      expect(record.deviceNote).toContain(sentence);
      expect(record.deviceNote).toMatch(/Training begins anew on the CPU\.$/);
      expect(record.device).toBe('cpu');
    },
  );

  it('does not hide that the training itself runs away', async () => {
    const modelFile = path.join(folder, 'unbounded.network.json');
    const spec = {
      name: 'unbounded',
      input: { channels: 3, height: 12, width: 12 },
      encoder: [{ type: 'flatten' }, { type: 'linear', out: 8 }],
      decoder: [
        { type: 'linear', out: 432 },
        { type: 'reshape', channels: 3, height: 12, width: 12 },
      ],
    };
    writeFileSync(modelFile, JSON.stringify(spec));
    const settings = { modelFile, optimizer: 'sgd', learningRate: 10, schedule: 'constant' } as const;
    const { record } = await scan(engineOn({}), settings);
    expect(record).toMatchObject({ status: 'failed', device: 'cpu', error: { code: 'training-diverged' } });
    expect(record.deviceNote).toMatch(
      /^On WebGPU a loss or a weight became infinite.*Training begins anew on the CPU\.$/,
    );
  });
});

describe('a device that fails in the middle of scoring', () => {
  const scoresOf = async (engine: EngineApi, run: string) => (await engine.open(run)).scores;

  it('leaves the other images to the CPU, with the same scores', async () => {
    const engine = engineOn({ beforeScoring: (_, run) => (run === 2 ? fails('device removed') : undefined) });
    const { runFolder, record } = await scan(engine);
    expect(record).toMatchObject({ status: 'done', device: 'cpu' });
    expect(record.deviceNote).toMatch(/^WebGPU was lost.*Scoring goes on on the CPU, with the same results\.$/);
    expect(await scoresOf(engine, runFolder)).toEqual(await scoresOf(engine, whole.runFolder));
  });

  it('scores smaller batches where memory is short, and stays on the device', async () => {
    let largest = 0;
    const engine = engineOn({
      beforeScoring: (images) => {
        if (images > 10) fails('out of memory');
        largest = Math.max(largest, images);
      },
    });
    const { runFolder, record } = await scan(engine);
    expect(record).toMatchObject({ status: 'done', device: 'webgpu' });
    expect(largest).toBeGreaterThan(4);
    const [seen, expected] = [await scoresOf(engine, runFolder), await scoresOf(engine, whole.runFolder)];
    expect(Object.keys(seen)).toEqual(Object.keys(expected));
    for (const [name, column] of Object.entries(expected)) {
      column.forEach((score, index) => expect(seen[name]?.[index], name).toBeCloseTo(score, 2));
    }
  });

  it('is found out when its pictures are wrong', async () => {
    const engine = engineOn({ drift: 0.02 });
    const { runFolder, record } = await scan(engine);
    expect(record).toMatchObject({ status: 'done', device: 'cpu' });
    expect(record.deviceNote).toMatch(/^WebGPU computes wrongly: its reconstructions differ from the CPU’s by 2\.0 %/);
    expect(await scoresOf(engine, runFolder)).toEqual(await scoresOf(engine, whole.runFolder));
  });
});
