/** onnxruntime as a backend: graphs built here, run on one device. */
import * as ort from 'onnxruntime-node';
import type { DeviceName } from '../../../shared/settings';
import { checkNetwork } from '../../model/shapes';
import type { NetworkSpec } from '../../model/spec';
import type { NamedTensors } from '../../model/tensors';
import type { Backend, MatrixMultiplier, Scorer, ScorerOptions, SelfTest, Trainer, TrainerOptions } from '../backend';
import { plainLowering } from './lowering';
import { OnnxMatrixMultiplier } from './matrix';
import { buildScoringGraph } from './scoring-graph';
import { openScorer } from './scorer';
import { testDevice } from './self-test';
import { openTrainer } from './trainer';

export class OnnxBackend implements Backend {
  readonly name = 'onnx';
  readonly versions: Readonly<Record<string, string>> = { onnxruntime: ort.env.versions.node ?? 'unknown' };
  private readonly lowering = plainLowering;

  constructor(readonly device: DeviceName) {}

  selfTest(): Promise<SelfTest> {
    return testDevice(this.device, this.lowering);
  }

  createTrainer(spec: NetworkSpec, options: TrainerOptions): Promise<Trainer> {
    return openTrainer(spec, options, this.device, this.lowering);
  }

  createScorer(spec: NetworkSpec, options: ScorerOptions): Promise<Scorer> {
    return openScorer(spec, options, this.device, this.lowering);
  }

  createMatrixMultiplier(threads: number): Promise<MatrixMultiplier> {
    return Promise.resolve(new OnnxMatrixMultiplier(this.device, threads));
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
    const options = { lowering: plainLowering, reconstructionError: true, metadata };
    return Promise.resolve(buildScoringGraph(checkNetwork(spec), weights, options).model);
  }
}
