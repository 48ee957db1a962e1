/** Whether scoring graphs may be written for the CPU provider's blocked layout on this machine. */
import type { DeviceName } from '../../../../shared/settings';
import { initialWeights } from '../../../model/initial';
import { checkNetwork, valueCount } from '../../../model/shapes';
import type { Layer, NetworkSpec } from '../../../model/spec';
import { blockSize } from '../blocked/block-size';
import { buildScoringGraph } from '../scoring-graph';
import { floatsOf, floatTensor, openSession } from '../session';

/** Both kinds of graph compute in float32; more than rounding must not lie between them. */
const tolerance = 1e-4;

let trusted: Promise<number | undefined> | undefined;

/**
 * Channels in a block, or undefined where graphs must be for any device. The layout is internal to the runtime, so
 * once a process a small network must give the same in it as in plain ONNX.
 */
export function trustedBlock(device: DeviceName): Promise<number | undefined> {
  if (device !== 'cpu') return Promise.resolve(undefined);
  trusted ??= probe();
  return trusted;
}

async function probe(): Promise<number | undefined> {
  const block = await blockSize();
  if (block === 1) return undefined;
  try {
    const [blocked, plain] = [await reconstruct(block), await reconstruct(undefined)];
    const agrees = plain.every((value, place) => Math.abs(value - (blocked[place] ?? NaN)) < tolerance);
    return agrees ? block : undefined;
  } catch {
    // What a runtime of another version makes of it does not matter: plain graphs work everywhere.
    return undefined;
  }
}

const convolution = (out: number, stride = 1): Layer => {
  return { type: 'conv', out, kernel: 3, stride, padding: 1, bias: true };
};
const leaky: Layer = { type: 'leakyRelu', slope: 0.1 };

/** Something of every kind that is written in blocks. */
const network: NetworkSpec = {
  name: 'blocks',
  input: { channels: 3, height: 16, width: 16 },
  encoder: [
    ...[convolution(16), { type: 'batchNorm' as const }, leaky],
    ...[{ type: 'maxPool' as const, kernel: 2, padding: 0 }, convolution(32, 2), { type: 'relu' as const }],
  ],
  decoder: [
    { type: 'convTranspose', out: 16, kernel: 3, stride: 2, padding: 1, outputPadding: 1, bias: true },
    ...[leaky, { type: 'resize' as const, scale: 2 }, convolution(16), leaky],
    ...[convolution(3), { type: 'sigmoid' as const }],
  ],
};

async function reconstruct(block: number | undefined): Promise<Float32Array> {
  const plan = checkNetwork(network);
  const weights = initialWeights(plan, 1);
  const { model } = buildScoringGraph(plan, weights, block === undefined ? {} : { block });
  const session = await openSession(model, { device: 'cpu', threads: 1 });
  try {
    const shape = [2, ...plan.input];
    const images = Float32Array.from({ length: valueCount(shape) }, (_, place) => (Math.sin(place) + 1) / 2);
    return floatsOf((await session.run({ image: floatTensor(images, shape) }))['reconstruction']);
  } finally {
    await session.release();
  }
}
