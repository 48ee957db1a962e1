/**
 * Brings tensors from the device's memory into the process. onnxruntime-node cannot do this itself (it ends the
 * process), but outputs of a run come to the process unless told otherwise; so they are sent through an empty graph.
 */
import type * as ort from 'onnxruntime-node';
import type { DeviceName } from '../../../shared/settings';
import { anySize, Graph } from './graph';
import { floatsOf, openSession } from './session';

export class Downloader {
  private session: Promise<ort.InferenceSession> | undefined;

  constructor(private readonly device: DeviceName) {}

  /** The values of a tensor, wherever it lies; not to be written to. On a device it must be one-dimensional. */
  async valuesOf(tensor: ort.Tensor): Promise<Float32Array> {
    if (tensor.location === 'cpu') return floatsOf(tensor);
    this.session ??= openPassage(this.device);
    const outputs = await (await this.session).run({ there: tensor });
    return floatsOf(outputs['here']);
  }

  async dispose(): Promise<void> {
    await (await this.session)?.release();
    this.session = undefined;
  }
}

function openPassage(device: DeviceName): Promise<ort.InferenceSession> {
  const graph = new Graph();
  graph.output('here', graph.input('there', [anySize]));
  return openSession(graph.encode(), { device, threads: 1 });
}
