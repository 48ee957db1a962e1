/** Compares the gradients of a network's graph with double-sided finite differences of its loss, value by value. */
import type { LossName } from '../../../src/shared/settings';
import { randomStream } from '../../../src/shared/random';
import { type Lowering, plainLowering } from '../../../src/engine/compute/onnx/lowering';
import { drawNoise, planNoise, planPretextNoise } from '../../../src/engine/compute/network/noise';
import { floatsOf, floatTensor, openSession, wholeNumberTensor } from '../../../src/engine/compute/onnx/session';
import {
  buildGradientGraph,
  noiseInput,
  type TrainingGraphOptions,
} from '../../../src/engine/compute/onnx/training-graph';
import { initialWeights } from '../../../src/engine/model/initial';
import {
  labelCount,
  planPretext,
  type PretextPlan,
  type PretextTask,
  withHeads,
} from '../../../src/engine/model/pretext';
import { checkNetwork, isTrained, type NetworkPlan, valueCount } from '../../../src/engine/model/shapes';
import type { NetworkSpec } from '../../../src/engine/model/spec';

const batchSize = 3;
const usualStep = 1e-2;

export interface GradientComparison {
  /** Tensor name, or `input`. */
  readonly name: string;
  /** Largest difference between gradient and finite difference, as a share of the network's largest gradient. */
  readonly deviation: number;
  readonly largestGradient: number;
}

export interface ComparisonOptions extends Pick<TrainingGraphOptions, 'focal' | 'klWeight'> {
  /** How many of the 3 images make the gradient; absent: all. */
  readonly keep?: number;
  /** How far each value is moved. */
  readonly step?: number;
  /** Absent: the plain one. */
  readonly lowering?: Lowering;
  /** Asked of the network's own images, in another order. */
  readonly pretext?: readonly PretextTask[];
}

export async function compareGradients(
  spec: NetworkSpec,
  loss: LossName,
  { keep = batchSize, step = usualStep, lowering = plainLowering, pretext: tasks, ...options }: ComparisonOptions = {},
): Promise<GradientComparison[]> {
  const network = checkNetwork(spec);
  const pretext = planPretext(network, tasks);
  const plan = withHeads(network, pretext);
  const model = buildGradientGraph(network, { batchSize, loss, lowering, pretext, ...options });
  const session = await openSession(model, { device: 'cpu', threads: 1 });
  const values = startingPoint(plan);
  const target = targetImages(plan);
  const noise = [...planNoise(plan), ...planPretextNoise(pretext ?? { layers: [] })].map((one) => {
    const tensor = floatTensor(drawNoise(one, batchSize, 5, 1), [batchSize, ...one.shape]);
    return [noiseInput(one), tensor] as const;
  });

  const labels = pretext && { 'pretext labels': floatTensor(answers(pretext), [batchSize, labelCount(pretext)]) };
  const images = pretext && { 'pretext images': targetImages(plan) };

  const run = async () => {
    const tensors = [...values].map(([name, { shape, data }]) => [name, floatTensor(data, shape)] as const);
    const given = Object.fromEntries([...tensors, ...noise]);
    return session.run({ ...given, ...labels, ...images, target, keep: wholeNumberTensor(keep) });
  };
  const meanOfKept = async () => {
    const outputs = await run();
    const asked = pretext ? floatsOf(outputs['pretext losses']) : new Float32Array(batchSize);
    const losses = [...floatsOf(outputs['losses'])].map((own, image) => ({ own, whole: own + (asked[image] ?? NaN) }));
    const kept = losses.sort((a, b) => a.own - b.own).slice(0, keep);
    return kept.reduce((sum, { whole }) => sum + whole, 0) / keep;
  };

  const outputs = await run();
  const names = ['input', ...plan.parameters.filter(isTrained).map(({ name }) => name)];
  const pairs = new Map<string, { gradient: Float32Array; differences: Float64Array }>();
  for (const name of names) {
    const gradient = floatsOf(outputs[`gradient ${name}`]);
    const data = values.get(name)?.data ?? new Float32Array();
    const differences = new Float64Array(data.length);
    for (const [index, value] of data.entries()) {
      data[index] = value + step;
      const forth = await meanOfKept();
      data[index] = value - step;
      const back = await meanOfKept();
      data[index] = value;
      differences[index] = (forth - back) / (2 * step);
    }
    pairs.set(name, { gradient, differences });
  }
  await session.release();

  const largest = Math.max(...[...pairs.values()].flatMap(({ gradient }) => [...gradient].map(Math.abs)));
  return [...pairs].map(([name, { gradient, differences }]) => ({
    name,
    deviation: Math.max(...gradient.map((value, index) => Math.abs(value - (differences[index] ?? NaN)))) / largest,
    largestGradient: Math.max(...gradient.map(Math.abs)),
  }));
}

/** The right answers to each task, another one for each image. */
function answers({ heads }: PretextPlan): Float32Array {
  const rows = Array.from({ length: batchSize }, (_, image) =>
    heads.flatMap(({ classes }) => Array.from({ length: classes }, (_, at) => (at === image % classes ? 1 : 0))),
  );
  return Float32Array.from(rows.flat());
}

/** Images well away from 0, where ReLU bends, and slightly larger weights than usual, so that all gradients matter. */
function startingPoint(plan: NetworkPlan): Map<string, { shape: readonly number[]; data: Float32Array }> {
  const shape = [batchSize, ...plan.input];
  const stream = randomStream(7, 'gradient check');
  const image = Float32Array.from({ length: valueCount(shape) }, () => {
    const size = 0.1 + 0.9 * (stream.below(1000) / 1000);
    return stream.below(2) === 0 ? size : -size;
  });
  const values = new Map<string, { shape: readonly number[]; data: Float32Array }>([['input', { shape, data: image }]]);
  for (const [name, tensor] of initialWeights(plan, 3)) {
    const isNorm = name.endsWith('weight') && tensor.shape.length === 1;
    const data = isNorm ? tensor.data.map((one) => one * (0.5 + stream.below(1000) / 1000)) : tensor.data;
    values.set(name, { shape: tensor.shape, data });
  }
  return values;
}

/** Between 0.3 and 0.7. The images of a batch are unequally hard, so that a small step never changes their order. */
function targetImages(plan: NetworkPlan) {
  const perImage = valueCount(plan.input);
  const stream = randomStream(8, 'gradient check');
  const data = Float32Array.from({ length: batchSize * perImage }, (_, index) => {
    const image = Math.floor(index / perImage);
    return 0.3 + 0.15 * image + 0.1 * (stream.below(1000) / 1000);
  });
  return floatTensor(data, [batchSize, ...plan.input]);
}
