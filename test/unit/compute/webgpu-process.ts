/** What webgpu.test.ts runs in its own process; the last line of stdout is the result as JSON. */
import type { DeviceName } from '../../../src/shared/settings';
import { OnnxBackend } from '../../../src/engine/compute/onnx/backend';
import { selectBackend } from '../../../src/engine/compute/select';
import { randomImages, smallNetwork, smallWeights } from './small-network';

async function losses(device: DeviceName): Promise<number[]> {
  const batchSize = 6;
  const options = { batchSize, loss: 'mse', weightDecay: 1e-2, threads: 1, weights: smallWeights() } as const;
  const backend = new OnnxBackend(device);
  const trainer = await backend.createTrainer(smallNetwork, options);
  const images = randomImages(batchSize);
  const means: number[] = [];
  for (let step = 0; step < 5; step++) {
    const perImage = await trainer.step(images, images, { learningRate: 1e-2, keep: 5 });
    means.push(perImage.reduce((sum, loss) => sum + loss, 0) / batchSize);
  }
  const weights = await trainer.weights();
  await trainer.dispose();
  const scorer = await backend.createScorer(smallNetwork, { ...options, weights, encoderFeatures: true });
  const { reconstruction } = await scorer.run(images, batchSize);
  await scorer.dispose();
  return [...means, reconstruction.reduce((sum, value) => sum + value, 0)];
}

async function main(): Promise<void> {
  const test = await new OnnxBackend('webgpu').selfTest();
  const both = { cpu: await losses('cpu'), webgpu: await losses('webgpu') };
  const { backend } = await selectBackend({ backend: 'auto', device: 'auto', threads: 2 });
  process.stdout.write(`${JSON.stringify({ test, losses: both, chosen: backend.device })}\n`);
}

void main();
