/** One training step as a graph: forward pass, losses, gradients, optimizer. */
import type { OptimizerName } from '../../../shared/settings';
import { type NetworkPlan, valueCount } from '../../model/plan';
import { labelCount, type PretextPlan, withHeads } from '../../model/pretext';
import { type NoisePlan, planNoise, planPretextNoise, pretextPass } from '../network/noise';
import { anySize, type ElementType, Graph, type Value } from './graph';
import { addLoss, type LossOptions } from './losses';
import { toPlain } from './layout';
import { type Lowering, lowerLayers } from './lowering';
import { add, divide, multiply, reshape } from './operators/arithmetic';
import type { Forward } from './operators/operator';
import type { Moment } from '../optimizer-steps';
import { addUpdate, clippingScale, makeState, optimizers } from './optimizers';
import { joinInGraph, type Pack, type Packs, splitInGraph } from './parameter-packs';
import { addPretext } from './pretext-heads';
import { fromUnitRange, lossRange } from './value-range';

export interface TrainingGraphOptions extends LossOptions {
  readonly batchSize: number;
  readonly lowering: Lowering;
  /** Absent: 1. */
  readonly klWeight?: number | undefined;
  readonly pretext?: PretextPlan | undefined;
}

export interface OptimizerOptions {
  /** Absent: AdamW. */
  readonly optimizer?: OptimizerName | undefined;
  readonly gradientClip?: number | undefined;
}

export const noiseInput = ({ layer }: NoisePlan) => `noise of ${layer}`;

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
 * lowest loss, make the gradient; the noise of layers with chance (see network/noise.ts); with pretext tasks `pretext
 * images`, like `input`, and `pretext labels` [batch, answers]; the optimizer's scalars (see optimizers.ts); the state,
 * one flat tensor a pack. Outputs: `losses` [batch] and the next state.
 *
 * With `inRuns` all of them but the state have another axis in front: one place for each of any number of steps, which
 * are made one after the other, so that the state crosses the runtime's border, where it is copied, once for all.
 */
export function buildTrainingGraph(
  plan: NetworkPlan,
  packs: Packs,
  options: TrainingGraphOptions & OptimizerOptions & { readonly inRuns: boolean },
): Uint8Array {
  const graph = new Graph();
  if (!options.inRuns) {
    const { states, losses } = addStep(graph, plan, packs, options, (...input) => graph.input(...input));
    for (const { name, next } of states) graph.output(nextState(name), next);
    graph.output('losses', losses);
    return graph.encode();
  }
  const body = new Graph('step ');
  const given: Parameters<Declare>[] = [];
  const { states, losses } = addStep(body, plan, packs, options, (...input) => {
    given.push(input);
    return body.input(...input);
  });
  for (const { name, next } of states) body.output(nextState(name), next);
  body.output('losses', losses);
  const kept = new Set(states.map(({ name }) => name));
  const inputs = given.map(([name, shape, type]) =>
    graph.input(name, kept.has(name) ? shape : [anySize, ...shape], type),
  );
  const shapes = [...states.map(({ next }) => next.shape), [anySize, ...losses.shape]];
  const attributes = { body: { graph: body }, num_scan_inputs: inputs.length - kept.size };
  const outputs = graph.addMany('Scan', inputs, shapes, attributes);
  for (const [index, name] of [...states.map((state) => nextState(state.name)), 'losses'].entries()) {
    const output = outputs[index];
    if (output !== undefined) graph.output(name, output);
  }
  return graph.encode();
}

type Declare = (name: string, shape: readonly number[], type?: ElementType) => Value;

interface Step {
  /** In the order in which they were declared, before everything else. */
  readonly states: readonly { readonly name: string; readonly next: Value }[];
  readonly losses: Value;
}

/** @param declare adds an input to the graph */
function addStep(
  graph: Graph,
  plan: NetworkPlan,
  packs: Packs,
  options: TrainingGraphOptions & OptimizerOptions,
  declare: Declare,
): Step {
  const optimizer = optimizers[options.optimizer ?? 'adamw'];
  const trained = packs.trained.map((pack) => {
    const state = makeState(optimizer.moments, (part) => declare(stateNames[part](pack), pack.shape));
    return { pack, state };
  });
  const parameters = new Map(trained.flatMap(({ pack, state }) => splitInGraph(graph, pack, state.weight)));
  if (packs.running !== undefined) {
    const running = declare(stateNames.weight(packs.running), [packs.running.size]);
    for (const [name, value] of splitInGraph(graph, packs.running, running)) parameters.set(name, value);
  }
  const { gradients, statistics, losses } = addPasses(graph, plan, options, parameters, false, declare);
  const joined = trained.map(({ pack, state }) => ({ pack, state, gradient: joinInGraph(graph, pack, gradients) }));
  const scale =
    options.gradientClip === undefined
      ? undefined
      : clippingScale(
          graph,
          joined.map(({ gradient }) => gradient),
          options.gradientClip,
        );
  const numbers = new Map<string, Value>();
  const number = (name: string): Value => {
    const value = numbers.get(name) ?? declare(name, []);
    numbers.set(name, value);
    return value;
  };
  const states = joined.flatMap(({ pack, state, gradient }) => {
    const next = addUpdate(graph, optimizer, state, gradient, number, scale);
    return statesOf(options).map((part) => ({ name: stateNames[part](pack), next: next[part] ?? next.weight }));
  });
  if (packs.running === undefined) return { states, losses };
  const running = { name: stateNames.weight(packs.running), next: joinInGraph(graph, packs.running, statistics) };
  return { states: [...states, running], losses };
}

/**
 * Forward pass, losses and gradients only, for tests of the gradients. Inputs: `input`, `target`, `keep`, noise and
 * every parameter by its name. Outputs: `losses`, with pretext tasks `pretext losses`, and `gradient NAME` for every
 * trained parameter and for `input`.
 */
export function buildGradientGraph(plan: NetworkPlan, options: TrainingGraphOptions): Uint8Array {
  const graph = new Graph();
  const { parameters: all } = withHeads(plan, options.pretext);
  const parameters = new Map(all.map(({ name, shape }) => [name, graph.input(name, shape)]));
  const declare: Declare = (...input) => graph.input(...input);
  const { gradients, losses, pretextLosses } = addPasses(graph, plan, options, parameters, true, declare);
  graph.output('losses', losses);
  if (pretextLosses !== undefined) graph.output('pretext losses', pretextLosses);
  for (const [name, gradient] of gradients) graph.output(`gradient ${name}`, gradient);
  return graph.encode();
}

interface Passes {
  /** By parameter, and of `input`, when wanted. */
  readonly gradients: ReadonlyMap<string, Value>;
  /** Next running statistics by name. */
  readonly statistics: ReadonlyMap<string, Value>;
  /** [batch] */
  readonly losses: Value;
  /** What the pretext tasks add to them: [batch] */
  readonly pretextLosses?: Value;
}

/** There and back; adds the inputs that every step has. */
function addPasses(
  graph: Graph,
  plan: NetworkPlan,
  options: TrainingGraphOptions,
  parameters: ReadonlyMap<string, Value>,
  inputWanted: boolean,
  declare: Declare,
): Passes {
  const { batchSize: batch, lowering, pretext } = options;
  const { range } = plan.spec.input;
  const imageShape = [batch, ...plan.input];
  const input = declare('input', imageShape);
  const target = declare('target', imageShape);
  const keep = declare('keep', [1], 'int64');
  const declared = (plans: readonly NoisePlan[], pass = '') =>
    new Map(
      plans.map((one) => [one.layer.slice(pass.length), declare(noiseInput(one), [batch, ...one.shape])] as const),
    );
  const noise = declared(planNoise(plan));
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
  const klShare = (options.klWeight ?? 1) / valueCount(plan.input);
  const losses =
    forward.divergence === undefined
      ? loss.perImage
      : add(graph, loss.perImage, multiply(graph, forward.divergence, graph.scalar(klShare)));

  const weights = imageWeights(graph, losses, keep);
  const back = forward.backward(compared.gradient(loss.gradient(weights)), {
    input: inputWanted,
    divergence: multiply(graph, weights, graph.scalar(klShare)),
  });
  const gradients = new Map(Object.entries(back.parameters ?? {}));
  let pretextLosses: Value | undefined;
  if (pretext) {
    const images = fromUnitRange(graph, declare('pretext images', imageShape), range);
    const labels = declare('pretext labels', [batch, labelCount(pretext)]);
    const pass = { ...context, noise: declared(planPretextNoise(pretext), pretextPass) };
    const asked = addPretext(pass, pretext, images, labels);
    pretextLosses = asked.perImage;
    for (const [name, gradient] of Object.entries(asked.gradients(weights))) {
      const other = gradients.get(name);
      gradients.set(name, other === undefined ? gradient : add(graph, other, gradient));
    }
  }
  if (inputWanted && back.input !== undefined) {
    const plain = toPlain(graph, back.input);
    gradients.set('input', range === '-1..1' ? multiply(graph, plain, graph.scalar(2)) : plain);
  }
  const statistics = new Map(Object.entries(forward.statistics ?? {}));
  return { gradients, statistics, losses, ...(pretextLosses && { pretextLosses }) };
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
