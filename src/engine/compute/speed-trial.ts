/** A short measurement that compares devices: training the default network on small images. */
import { initialWeights } from '../model/initial';
import { convolutional } from '../model/presets/convolutional';
import { checkNetwork } from '../model/shapes';
import type { Backend } from './backend';

const trialInput = [3, 64, 64] as const;
const batchSize = 32;
/** The first step prepares memory and compiles what the device needs. */
const steps = 5;
/** A device this many times slower than another is not worth more steps. */
const hopeless = 3;

/**
 * The fastest of a few training steps; Infinity when training fails on the device.
 * @param toBeat the fastest device so far, in milliseconds a step
 */
export async function millisecondsPerStep(backend: Backend, threads: number, toBeat = Infinity): Promise<number> {
  const spec = convolutional.build(trialInput);
  const weights = initialWeights(checkNetwork(spec), 1);
  const images = new Float32Array(batchSize * trialInput[0] * trialInput[1] * trialInput[2]).fill(0.5);
  const options = { batchSize, loss: 'mse', weightDecay: 0, threads, weights } as const;
  try {
    const trainer = await backend.createTrainer(spec, options);
    let fastest = Infinity;
    for (let step = 0; step < steps && (step < 2 || fastest < hopeless * toBeat); step++) {
      const start = performance.now();
      await trainer.step(images, images, { learningRate: 1e-3, keep: batchSize });
      if (step > 0) fastest = Math.min(fastest, performance.now() - start);
    }
    await trainer.dispose();
    return fastest;
  } catch {
    // A device that cannot train this loses against every other.
    return Infinity;
  }
}
