/**
 * Brings tensors between the device's memory and the process. onnxruntime-node cannot do this itself (to ask a tensor
 * for its data ends the process), but a run takes inputs from the process and leaves its outputs where it is told to;
 * so they are sent through graphs that do nothing.
 */
import type * as ort from 'onnxruntime-node';
import type { DeviceName } from '../../../shared/settings';
import { anySize, Graph } from './graph';
import { floatsOf, keepsOnDevice, openSession } from './session';

export class Passage {
  private homeward: Promise<ort.InferenceSession> | undefined;
  private outward: Promise<ort.InferenceSession> | undefined;

  constructor(private readonly device: DeviceName) {}

  /** The values of a tensor, wherever it lies; not to be written to. On a device it must be one-dimensional. */
  async fetch(tensor: ort.Tensor): Promise<Float32Array> {
    if (tensor.location === 'cpu') return floatsOf(tensor);
    this.homeward ??= openPassage(this.device, 1, false);
    return floatsOf(await through(await this.homeward, tensor));
  }

  /** The same four-dimensional tensor on the device, to be fed more than once; there the caller disposes of it. */
  async send(tensor: ort.Tensor): Promise<ort.Tensor> {
    if (!keepsOnDevice(this.device)) return tensor;
    this.outward ??= openPassage(this.device, 4, true);
    return through(await this.outward, tensor);
  }

  async dispose(): Promise<void> {
    const sessions = [this.homeward, this.outward];
    this.homeward = undefined;
    this.outward = undefined;
    for (const session of sessions) await (await session)?.release();
  }
}

async function through(session: ort.InferenceSession, tensor: ort.Tensor): Promise<ort.Tensor> {
  const { there } = await session.run({ here: tensor });
  if (there === undefined) throw new Error('The runtime gave no tensor back.');
  return there;
}

function openPassage(device: DeviceName, rank: number, staysThere: boolean): Promise<ort.InferenceSession> {
  const graph = new Graph();
  graph.output('there', graph.input('here', new Array<typeof anySize>(rank).fill(anySize)));
  return openSession(graph.encode(), { device, threads: 1, keptOutputs: staysThere ? ['there'] : [] });
}
