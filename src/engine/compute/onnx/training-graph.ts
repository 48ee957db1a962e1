/** One training step as a graph: forward pass, losses, gradients, optimizer. */
import type { OptimizerName } from '../../../shared/settings';
import type { NetworkPlan } from '../../model/plan';
import { Graph, type Value } from './graph';
import { addLoss, type LossOptions } from './losses';
import { toPlain } from './layout';
import { type Lowering, lowerLayers } from './lowering';
import { noiseInput, planNoise } from './noise';
import { add, divide, multiply, reshape } from './operators/arithmetic';
import type { Forward } from './operators/operator';
import type { Moment } from '../optimizer-steps';
import { addUpdate, clippingScale, makeState, type OptimizedState, optimizers } from './optimizers';
import { joinInGraph, type Pack, type Packs, splitInGraph } from './parameter-packs';
import { fromUnitRange, lossRange } from './value-range';

export interface TrainingGraphOptions extends LossOptions {
  readonly batchSize: number;
  readonly lowering: Lowering;
  /** Absent: 1. */
  readonly klWeight?: number | undefined;
}

export interface OptimizerOptions {
  /** Absent: AdamW. */
  readonly optimizer?: OptimizerName | undefined;
  readonly gradientClip?: number | undefined;
}

/** Names of state among the graph's inputs; coming out it is {@link nextState}. */
export const stateNames: Readonly<Record<'weight' | Moment, (pack: Pack) => string>> = {
  weight: (pack) => `weights of ${pack.name}`,
  firstMoment: (pack) => `first moments of ${pack.name}`,
  secondMoment: (pack) => `second moments of ${pack.name}`,
};

export const nextState = (name: string) => `next ${name}`;

/** What the optimizer takes beside the weights, in the order of its state. */
export function statesOf({ optimizer = 'adamw' }: OptimizerOptions): readonly ('weight' | Moment)[] {
  return ['weight', ...optimizers[optimizer].moments];
}

/**
 * Inputs: `input` and `target` [batch, channels, height, width] in 0..1; `keep` [1], how many images, those with the
 * lowest loss, make the gradient; the noise of layers with chance (see noise.ts); the optimizer's scalars (see
 * optimizers.ts); the state, one flat tensor a pack. Outputs: `losses` [batch] and the next state.
 */
export function buildTrainingGraph(
  plan: NetworkPlan,
  packs: Packs,
  options: TrainingGraphOptions & OptimizerOptions,
): Uint8Array {
  const graph = new Graph();
  const trained = packs.trained.map((pack) => ({ pack, state: addState(graph, pack, options) }));
  const parameters = new Map(trained.flatMap(({ pack, state }) => splitInGraph(graph, pack, state.weight)));
  if (packs.running !== undefined) {
    const running = graph.input(stateNames.weight(packs.running), [packs.running.size]);
    for (const [name, value] of splitInGraph(graph, packs.running, running)) parameters.set(name, value);
  }
  const { gradients, statistics } = addPasses(graph, plan, options, parameters, false);
  const joined = trained.map(({ pack, state }) => ({ pack, state, gradient: joinInGraph(graph, pack, gradients) }));
  const scale =
    options.gradientClip === undefined
      ? undefined
      : clippingScale(
          graph,
          joined.map(({ gradient }) => gradient),
          options.gradientClip,
        );
  const optimizer = optimizers[options.optimizer ?? 'adamw'];
  const numbers = new Map<string, Value>();
  const number = (name: string): Value => {
    const value = numbers.get(name) ?? graph.input(name, []);
    numbers.set(name, value);
    return value;
  };
  for (const { pack, state, gradient } of joined) {
    const next = addUpdate(graph, optimizer, state, gradient, number, scale);
    for (const part of statesOf(options)) graph.output(nextState(stateNames[part](pack)), next[part] ?? next.weight);
  }
  if (packs.running !== undefined) {
    graph.output(nextState(stateNames.weight(packs.running)), joinInGraph(graph, packs.running, statistics));
  }
  return graph.encode();
}

/**
 * Forward pass, losses and gradients only, for tests of the gradients. Inputs: `input`, `target`, `keep`, noise and
 * every parameter by its name. Outputs: `losses`, and `gradient NAME` for every trained parameter and for `input`.
 */
export function buildGradientGraph(plan: NetworkPlan, options: TrainingGraphOptions): Uint8Array {
  const graph = new Graph();
  const parameters = new Map(plan.parameters.map(({ name, shape }) => [name, graph.input(name, shape)]));
  const { gradients } = addPasses(graph, plan, options, parameters, true);
  for (const [name, gradient] of gradients) graph.output(`gradient ${name}`, gradient);
  return graph.encode();
}

function addState(graph: Graph, pack: Pack, { optimizer = 'adamw' }: OptimizerOptions): OptimizedState {
  return makeState(optimizers[optimizer].moments, (part) => graph.input(stateNames[part](pack), pack.shape));
}

interface Passes {
  /** By parameter, and of `input`, when wanted. */
  readonly gradients: ReadonlyMap<string, Value>;
  /** Next running statistics by name. */
  readonly statistics: ReadonlyMap<string, Value>;
}

/** There and back; adds the inputs that every step has, and the output `losses`. */
function addPasses(
  graph: Graph,
  plan: NetworkPlan,
  options: TrainingGraphOptions,
  parameters: ReadonlyMap<string, Value>,
  inputWanted: boolean,
): Passes {
  const { batchSize: batch, lowering } = options;
  const { range } = plan.spec.input;
  const imageShape = [batch, ...plan.input];
  const input = graph.input('input', imageShape);
  const target = graph.input('target', imageShape);
  const keep = graph.input('keep', [1], 'int64');
  const noise = new Map(
    planNoise(plan).map((noisePlan) => [
      noisePlan.layer,
      graph.input(noiseInput(noisePlan), [batch, ...noisePlan.shape]),
    ]),
  );
  const context = { graph, lowering, batch, training: true, parameters, noise };
  const seen = fromUnitRange(graph, input, range);
  const forward: Forward = lowerLayers(context, plan.layers, seen);

  const compared = lossRange(graph, options.loss, range);
  const loss = addLoss(
    graph,
    options,
    compared.reconstruction(toPlain(graph, forward.output)),
    compared.target(target),
  );
  const klShare = (options.klWeight ?? 1) / plan.input.reduce((product, size) => product * size, 1);
  const losses =
    forward.divergence === undefined
      ? loss.perImage
      : add(graph, loss.perImage, multiply(graph, forward.divergence, graph.scalar(klShare)));
  graph.output('losses', losses);

  const weights = imageWeights(graph, losses, keep);
  const back = forward.backward(compared.gradient(loss.gradient(weights)), {
    input: inputWanted,
    divergence: multiply(graph, weights, graph.scalar(klShare)),
  });
  const gradients = new Map(Object.entries(back.parameters ?? {}));
  if (inputWanted && back.input !== undefined) {
    const plain = toPlain(graph, back.input);
    gradients.set('input', range === '-1..1' ? multiply(graph, plain, graph.scalar(2)) : plain);
  }
  return { gradients, statistics: new Map(Object.entries(forward.statistics ?? {})) };
}

/** 1 / keep for the `keep` images with the lowest loss, else 0: [batch, 1, 1, 1]. Equal losses: the earlier image. */
function imageWeights(graph: Graph, losses: Value, keep: Value): Value {
  const [batch = 1] = losses.shape;
  const unknown = [batch];
  const [, kept] = graph.addMany('TopK', [losses, keep], [unknown, unknown], { axis: 0, largest: 0, sorted: 1 });
  const ones = graph.add('Expand', [graph.scalar(1), keep], unknown);
  const none = graph.constant([batch], new Float32Array(batch));
  const chosen = graph.add('ScatterElements', [none, kept, ones], [batch], { axis: 0 });
  const count = graph.add('Cast', [keep], [1], { to: 1 });
  return reshape(graph, divide(graph, chosen, count), [batch, 1, 1, 1]);
}
