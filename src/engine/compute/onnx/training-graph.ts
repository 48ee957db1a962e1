/** One training step as a graph: forward pass, losses, gradients, optimizer. */
import type { LossName } from '../../../shared/settings';
import type { NetworkPlan } from '../../model/shapes';
import { addAdamW, type AdamScalars, type AdamState } from './adamw';
import { Graph, type Value } from './graph';
import { addLoss } from './losses';
import { toPlain } from './layout';
import { type Lowering, lowerLayer } from './lowering';
import { divide, reshape } from './operators/arithmetic';
import type { Forward, Gradients } from './operators/operator';
import { joinInGraph, type Pack, type Packs, splitInGraph } from './parameter-packs';

export interface TrainingGraphOptions {
  readonly batchSize: number;
  readonly loss: LossName;
  readonly lowering: Lowering;
}

/** Names of state among the graph's inputs; coming out it is {@link nextState}. */
export const stateNames = {
  weight: (pack: Pack) => `weights of ${pack.name}`,
  firstMoment: (pack: Pack) => `first moments of ${pack.name}`,
  secondMoment: (pack: Pack) => `second moments of ${pack.name}`,
};

export const nextState = (name: string) => `next ${name}`;

/**
 * Inputs: `input` and `target` [batch, channels, height, width]; `keep` [1], how many images, those with the lowest
 * loss, make the gradient; the optimizer's scalars (see adamw.ts); the state, one flat tensor a pack.
 * Outputs: `losses` [batch] and the next state.
 */
export function buildTrainingGraph(plan: NetworkPlan, packs: Packs, options: TrainingGraphOptions): Uint8Array {
  const graph = new Graph();
  const imageShape = [options.batchSize, ...plan.input];
  const input = graph.input('input', imageShape);
  const target = graph.input('target', imageShape);
  const keep = graph.input('keep', [1], 'int64');
  const scalars: AdamScalars = {
    decay: graph.input('decay', []),
    rate: graph.input('rate', []),
    epsilon: graph.input('epsilon', []),
    momentum: graph.input('momentum', []),
    fresh: graph.input('fresh', []),
  };
  const trained = packs.trained.map((pack) => ({ pack, state: addState(graph, pack) }));
  const parameters = new Map(trained.flatMap(({ pack, state }) => splitInGraph(graph, pack, state.weight)));
  if (packs.running !== undefined) {
    const running = graph.input(stateNames.weight(packs.running), [packs.running.size]);
    for (const [name, value] of splitInGraph(graph, packs.running, running)) parameters.set(name, value);
  }

  const steps = addForward(graph, plan, options, parameters, input);
  const loss = addLoss(graph, options.loss, toPlain(graph, steps.at(-1)?.output ?? input), target);
  graph.output('losses', loss.perImage);

  const gradients = addBackward(graph, plan, steps, loss.gradient(imageWeights(graph, loss.perImage, keep)));
  for (const { pack, state } of trained) {
    const next = addAdamW(graph, state, joinInGraph(graph, pack, gradients), scalars);
    graph.output(nextState(stateNames.weight(pack)), next.weight);
    graph.output(nextState(stateNames.firstMoment(pack)), next.firstMoment);
    graph.output(nextState(stateNames.secondMoment(pack)), next.secondMoment);
  }
  if (packs.running !== undefined) {
    const measured = joinInGraph(graph, packs.running, statisticsOf(plan, steps));
    graph.output(nextState(stateNames.weight(packs.running)), measured);
  }
  return graph.encode();
}

/**
 * Forward pass, losses and gradients only, for tests of the gradients. Inputs: `input`, `target`, `keep` and every
 * parameter by its name. Outputs: `losses`, and `gradient NAME` for every trained parameter and for `input`.
 */
export function buildGradientGraph(plan: NetworkPlan, options: TrainingGraphOptions): Uint8Array {
  const graph = new Graph();
  const imageShape = [options.batchSize, ...plan.input];
  const input = graph.input('input', imageShape);
  const target = graph.input('target', imageShape);
  const keep = graph.input('keep', [1], 'int64');
  const parameters = new Map(plan.parameters.map(({ name, shape }) => [name, graph.input(name, shape)]));
  const steps = addForward(graph, plan, options, parameters, input);
  const loss = addLoss(graph, options.loss, toPlain(graph, steps.at(-1)?.output ?? input), target);
  graph.output('losses', loss.perImage);
  const start = loss.gradient(imageWeights(graph, loss.perImage, keep));
  for (const [name, gradient] of addBackward(graph, plan, steps, start, true))
    graph.output(`gradient ${name}`, gradient);
  return graph.encode();
}

function addState(graph: Graph, pack: Pack): AdamState {
  return {
    weight: graph.input(stateNames.weight(pack), pack.shape),
    firstMoment: graph.input(stateNames.firstMoment(pack), pack.shape),
    secondMoment: graph.input(stateNames.secondMoment(pack), pack.shape),
  };
}

function addForward(
  graph: Graph,
  plan: NetworkPlan,
  { batchSize, lowering }: TrainingGraphOptions,
  parameters: ReadonlyMap<string, Value>,
  input: Value,
): Forward[] {
  const context = { graph, lowering, batch: batchSize, training: true, parameters };
  let value = input;
  return plan.layers.map((layer) => {
    const step = lowerLayer(context, layer, value);
    value = step.output;
    return step;
  });
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

/** Reverse mode: from the last layer to the first. @returns gradients by parameter name (and `input`, when wanted) */
function addBackward(
  graph: Graph,
  plan: NetworkPlan,
  steps: readonly Forward[],
  outputGradient: Value,
  inputWanted = false,
): Map<string, Value> {
  const gradients = new Map<string, Value>();
  const firstTrained = inputWanted ? -1 : plan.layers.findIndex(({ parameters }) => parameters.length > 0);
  let gradient: Value | undefined = outputGradient;
  for (let index = steps.length - 1; index >= 0 && gradient !== undefined; index--) {
    const layer = plan.layers[index];
    const result: Gradients | undefined = steps[index]?.backward(gradient, index > firstTrained);
    for (const [name, value] of Object.entries(result?.parameters ?? {})) {
      gradients.set(`${layer?.name ?? ''}.${name}`, value);
    }
    gradient = index > firstTrained ? result?.input : undefined;
  }
  if (inputWanted && gradient !== undefined) gradients.set('input', toPlain(graph, gradient));
  return gradients;
}

function statisticsOf(plan: NetworkPlan, steps: readonly Forward[]): Map<string, Value> {
  const entries = plan.layers.flatMap((layer, index) =>
    Object.entries(steps[index]?.statistics ?? {}).map(([name, value]) => [`${layer.name}.${name}`, value] as const),
  );
  return new Map(entries);
}
