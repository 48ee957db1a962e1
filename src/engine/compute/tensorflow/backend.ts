/** TensorFlow as a backend: the native library, through TensorFlow.js, from a prepared folder. */
import type { DeviceName } from '../../../shared/settings';
import type { NetworkSpec } from '../../model/spec';
import type { NamedTensors } from '../../model/tensors';
import type {
  Backend,
  Decoder,
  DecoderOptions,
  Scorer,
  ScorerOptions,
  SelfTest,
  Trainer,
  TrainerOptions,
} from '../backend';
import { OnnxBackend } from '../onnx/backend';
import type { TensorFlow } from './api';
import type { Variant } from '../install/variant';
import { loadTensorFlow } from './load';
import { preparedVariant } from './prepared';
import { openDecoder, openScorer } from './scorer';
import { testTensorFlow } from './self-test';
import { openTrainer } from './trainer';

export class TensorFlowBackend implements Backend {
  readonly name = 'tensorflow';
  /** Where it truly runs: the package for GPUs takes the CPU where it finds no GPU. */
  readonly device: DeviceName;
  /** What it was installed for. */
  readonly variant: Variant;
  readonly versions: Readonly<Record<string, string>>;
  /** How many it takes; decided when the process first used it. */
  readonly threads: number;
  private readonly tf: TensorFlow;

  /** @throws UserError `backend-unavailable`, see {@link loadTensorFlow} */
  constructor(folder: string, threads: number) {
    const { tf, threads: taken } = loadTensorFlow(folder, threads);
    this.tf = tf;
    this.threads = taken;
    this.variant = preparedVariant(folder) ?? 'cpu';
    // True only where the library lists a GPU among its devices: that one computes then.
    this.device = this.tf.backend().isUsingGpuDevice === true ? 'cuda' : 'cpu';
    this.versions = { tensorflow: this.tf.version['tfjs-node'] ?? this.tf.version['tfjs'] ?? 'unknown' };
  }

  selfTest(): Promise<SelfTest> {
    return testTensorFlow(this.tf);
  }

  // In a promise, so that what cannot be opened rejects.
  createTrainer(spec: NetworkSpec, options: TrainerOptions): Promise<Trainer> {
    return Promise.resolve().then(() => openTrainer(this.tf, spec, options));
  }

  createScorer(spec: NetworkSpec, options: ScorerOptions): Promise<Scorer> {
    return Promise.resolve().then(() => openScorer(this.tf, spec, options));
  }

  createDecoder(spec: NetworkSpec, options: DecoderOptions): Promise<Decoder> {
    return Promise.resolve().then(() => openDecoder(this.tf, spec, options));
  }

  /** Weights are the same for both backends, so that the ONNX backend's graph is this network's as well. */
  exportModel(
    spec: NetworkSpec,
    weights: NamedTensors,
    metadata: Readonly<Record<string, string>>,
  ): Promise<Uint8Array> {
    return new OnnxBackend('cpu').exportModel(spec, weights, metadata);
  }
}
