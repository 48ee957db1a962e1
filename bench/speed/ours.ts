/** The product's side of the comparison: one network, training or scoring. */
import { OnnxBackend } from '../../src/engine/compute/onnx/backend';
import { initialWeights } from '../../src/engine/model/initial';
import { checkNetwork, valueCount } from '../../src/engine/model/shapes';
import type { NetworkSpec } from '../../src/engine/model/spec';
import { randomStream } from '../../src/shared/random';

const batchSize = 64;
/** With the worst 5 % left out, as by default. */
const keep = 61;

export class Ours {
  private constructor(
    private readonly step: () => Promise<unknown>,
    readonly close: () => Promise<void>,
  ) {}

  static versions(): Readonly<Record<string, string>> {
    return new OnnxBackend('cpu').versions;
  }

  static async open(spec: NetworkSpec, mode: 'train' | 'score', threads: number): Promise<Ours> {
    const plan = checkNetwork(spec);
    const weights = initialWeights(plan, 0);
    const stream = randomStream(0, 'bench');
    const images = Float32Array.from({ length: batchSize * valueCount(plan.input) }, () => stream.below(256) / 255);
    const backend = new OnnxBackend('cpu');
    if (mode === 'train') {
      const options = { batchSize, loss: 'mse', weightDecay: 1e-4, threads, weights } as const;
      const trainer = await backend.createTrainer(spec, options);
      return new Ours(
        () => trainer.step(images, images, { learningRate: 2e-3, keep }),
        () => trainer.dispose(),
      );
    }
    const scorer = await backend.createScorer(spec, { batchSize, threads, weights, features: false });
    return new Ours(
      () => scorer.run(images, batchSize),
      () => scorer.dispose(),
    );
  }

  /** From the median time of a batch. */
  async imagesPerSecond(seconds: number): Promise<number> {
    await this.step();
    const times: number[] = [];
    const start = performance.now();
    while (performance.now() - start < seconds * 1000 || times.length < 3) {
      const before = performance.now();
      await this.step();
      times.push(performance.now() - before);
    }
    times.sort((a, b) => a - b);
    return (batchSize * 1000) / (times[Math.floor(times.length / 2)] ?? NaN);
  }
}
