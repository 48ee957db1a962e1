import { blockedDomain } from '../blocked-domain';
import { Graph } from '../graph';
import { openSession, floatTensor } from '../session';

let probed: Promise<number> | undefined;

/**
 * How many channels this processor's blocks hold; 1 where onnxruntime has no blocked kernels for it. Found by asking
 * for a tensor of 4 channels in blocks and counting how many come back.
 */
export function blockSize(): Promise<number> {
  probed ??= probe();
  return probed;
}

async function probe(): Promise<number> {
  const graph = new Graph();
  const few = graph.input('few', [1, 4, 1, 1]);
  graph.output('block', graph.add('ReorderInput', [few], [1, 4, 1, 1], {}, blockedDomain));
  try {
    const session = await openSession(graph.encode(), { device: 'cpu', threads: 1 });
    const outputs = await session.run({ few: floatTensor(new Float32Array(4), [1, 4, 1, 1]) });
    await session.release();
    const channels = outputs['block']?.dims[1] ?? 1;
    return channels === 8 || channels === 16 ? channels : 1;
  } catch {
    // The kernels are internal to the runtime: where they are missing, the plain lowering works as well.
    return 1;
  }
}
