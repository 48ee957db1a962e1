/** What webgpu.test.ts runs in its own process; the last line of stdout is the result as JSON. */
import type { DeviceName } from '../../../src/shared/settings';
import type { TrainerOptions } from '../../../src/engine/compute/backend';
import { OnnxBackend } from '../../../src/engine/compute/onnx/backend';
import { selectBackend } from '../../../src/engine/compute/select';
import { initialWeights } from '../../../src/engine/model/initial';
import { checkNetwork } from '../../../src/engine/model/shapes';
import type { NetworkSpec } from '../../../src/engine/model/spec';
import { randomImages, smallNetwork } from './small-network';

/** Every layer that the small network lacks. */
const everyLayer: NetworkSpec = {
  name: 'every layer',
  input: { ...smallNetwork.input, range: '-1..1' },
  encoder: [
    { type: 'conv', out: 4, kernel: 3, stride: 1, padding: 1, bias: true },
    { type: 'instanceNorm', affine: true },
    { type: 'gelu' },
    { type: 'maxPool', kernel: 3, stride: 2, padding: 1 },
    { type: 'residual', layers: [{ type: 'elu' }, { type: 'dropout', probability: 0.2 }] },
    { type: 'branches', join: 'concat', branches: [[], [{ type: 'silu' }]] },
    { type: 'averagePool', kernel: 2, padding: 0 },
    { type: 'groupNorm', groups: 2 },
    { type: 'mish' },
    { type: 'flatten' },
    { type: 'linear', out: 8, bias: false },
    { type: 'layerNorm' },
    { type: 'sample' },
  ],
  decoder: [
    { type: 'linear', out: 48 },
    { type: 'reshape', channels: 4, height: 4, width: 3 },
    { type: 'convTranspose', out: 4, kernel: 3, stride: 2, padding: 1, outputPadding: 1, bias: true },
    { type: 'resize', height: 5, width: 9, mode: 'bilinear' },
    { type: 'resize', height: 9, width: 8, mode: 'bicubic' },
    { type: 'conv', out: 3, kernel: 3, stride: 1, padding: 1, bias: true },
    { type: 'tanh' },
  ],
};

type Training = Pick<TrainerOptions, 'loss' | 'optimizer' | 'gradientClip'>;

async function losses(device: DeviceName, spec: NetworkSpec, training: Training): Promise<number[]> {
  const batchSize = 6;
  const weights = initialWeights(checkNetwork(spec), 0);
  const options = { batchSize, weightDecay: 1e-2, threads: 1, weights, ...training };
  const backend = new OnnxBackend(device);
  const trainer = await backend.createTrainer(spec, options);
  const images = randomImages(batchSize);
  const means: number[] = [];
  for (let step = 0; step < 5; step++) {
    const perImage = await trainer.step(images, images, { learningRate: 1e-2, keep: 5 });
    means.push(perImage.reduce((sum, loss) => sum + loss, 0) / batchSize);
  }
  const trained = await trainer.weights();
  await trainer.dispose();
  const scorer = await backend.createScorer(spec, { ...options, weights: trained, features: true });
  const { reconstruction } = await scorer.run(images, batchSize);
  await scorer.dispose();
  return [...means, reconstruction.reduce((sum, value) => sum + value, 0)];
}

async function main(): Promise<void> {
  const test = await new OnnxBackend('webgpu').selfTest();
  const both: Record<string, number[]> = {};
  for (const device of ['cpu', 'webgpu'] as const) {
    both[device] = [
      ...(await losses(device, smallNetwork, { loss: 'mse' })),
      ...(await losses(device, everyLayer, { loss: 'ssim', optimizer: 'rmsprop', gradientClip: 1 })),
    ];
  }
  const { backend } = await selectBackend({ backend: 'auto', device: 'auto', threads: 2 });
  process.stdout.write(`${JSON.stringify({ test, losses: both, chosen: backend.device })}\n`);
}

void main();
