/** onnxruntime as a backend: graphs built here, run on one device. */
import * as ort from 'onnxruntime-node';
import type { DeviceName } from '../../../shared/settings';
import { checkNetwork } from '../../model/shapes';
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
import { openDecoder } from './decoder';
import { chooseLowering } from './lowering-choice';
import { buildScoringGraph } from './scoring-graph';
import { openScorer } from './scorer';
import { openTrainer } from './trainer';

export class OnnxBackend implements Backend {
  readonly name = 'onnx';
  readonly versions: Readonly<Record<string, string>> = { onnxruntime: ort.env.versions.node ?? 'unknown' };

  constructor(readonly device: DeviceName) {}

  async selfTest(): Promise<SelfTest> {
    return (await chooseLowering(this.device)).test;
  }

  async createTrainer(spec: NetworkSpec, options: TrainerOptions): Promise<Trainer> {
    const { lowering } = await chooseLowering(this.device);
    return openTrainer(spec, options, this.device, lowering);
  }

  createScorer(spec: NetworkSpec, options: ScorerOptions): Promise<Scorer> {
    return openScorer(spec, options, this.device);
  }

  createDecoder(spec: NetworkSpec, options: DecoderOptions): Promise<Decoder> {
    return openDecoder(spec, options, this.device);
  }

  /**
   * Input `image` [N, channels, height, width] in 0..1; outputs `reconstruction`, `latent` [N, latent] and
   * `reconstruction_error` [N], the mean squared error. Standard ONNX operators of set 17 only.
   */
  exportModel(
    spec: NetworkSpec,
    weights: NamedTensors,
    metadata: Readonly<Record<string, string>>,
  ): Promise<Uint8Array> {
    const options = { reconstructionError: true, metadata };
    return Promise.resolve(buildScoringGraph(checkNetwork(spec), weights, options).model);
  }
}
