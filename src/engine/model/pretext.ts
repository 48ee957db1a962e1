/**
 * Pretext tasks: what a training asks of the encoder beside the reconstruction, so that its activations tell more apart.
 * Each is answered by one linear layer on mean and maximum of the encoder's last map, which no trained model keeps.
 * Rotations after Gidaris, Singh and Komodakis 2018, pasted rectangles after Li, Sohn, Yoon and Pfister 2021 (CutPaste).
 */
import type { PretextName } from '../../shared/settings';
import { isTrained, type LayerPlan, type NetworkPlan, type ParameterPlan, valueCount } from './plan';
import type { FeatureShape } from './spec';
import type { NamedTensors } from './tensors';

export type PretextTask = Exclude<PretextName, 'auto' | 'none' | 'both'>;

export interface PretextHead {
  /** How many answers there are. */
  readonly classes: number;
  /** [classes, 2 · channels of the map] */
  readonly weight: ParameterPlan;
  /** [classes] */
  readonly bias: ParameterPlan;
}

export interface PretextPlan {
  /** The encoder's layers up to its last map. */
  readonly layers: readonly LayerPlan[];
  readonly map: FeatureShape;
  readonly heads: readonly PretextHead[];
}

/** Of each image in the sum with its reconstruction loss. */
export const pretextShare = 0.02;

/**
 * How many answers a task has for images of this shape. `rotation`: by 0, 90, 180 or 270 degrees; where the sides differ,
 * upright or upside down. `cut-paste`: nothing pasted, or something.
 */
export function pretextClasses(task: PretextTask, [, height, width]: FeatureShape): number {
  return task === 'rotation' && height === width ? 4 : 2;
}

/** How long a row of labels is: an answer after the other, of all tasks. */
export function labelCount({ heads }: PretextPlan): number {
  return heads.reduce((sum, { classes }) => sum + classes, 0);
}

/** Undefined without tasks, or where the encoder makes no maps that are trained: there is nothing that could answer. */
export function planPretext(plan: NetworkPlan, asked: readonly PretextTask[] = []): PretextPlan | undefined {
  const encoder = plan.layers.filter(({ part }) => part === 'encoder');
  const last = encoder.findLastIndex(({ output: [, height, width] }) => height * width > 1);
  const layers = encoder.slice(0, last + 1);
  const map = layers.at(-1)?.output;
  if (asked.length === 0 || map === undefined || !layers.some(({ parameters }) => parameters.some(isTrained))) {
    return undefined;
  }
  const fanIn = 2 * map[0];
  const heads = asked.map((task): PretextHead => {
    const classes = pretextClasses(task, plan.input);
    const name = `pretext.${task}`;
    return {
      classes,
      weight: { name: `${name}.weight`, kind: 'weight', shape: [classes, fanIn], fanIn },
      bias: { name: `${name}.bias`, kind: 'bias', shape: [classes], fanIn },
    };
  });
  return { layers, map, heads };
}

/** What a trainer of both keeps between its steps: the network's parameters, then those of the heads. */
export function withHeads(plan: NetworkPlan, pretext: PretextPlan | undefined): NetworkPlan {
  if (pretext === undefined) return plan;
  return { ...plan, parameters: [...plan.parameters, ...headParameters(pretext)] };
}

/** Heads that the weights lack begin at 0, where every answer is as likely as the others. */
export function withHeadWeights(weights: NamedTensors, pretext: PretextPlan | undefined): NamedTensors {
  if (pretext === undefined) return weights;
  const fresh = headParameters(pretext).map(({ name, shape }) => {
    return [name, { shape, data: new Float32Array(valueCount(shape)) }] as const;
  });
  return new Map([...fresh, ...weights]);
}

/** What is kept of a trained network. */
export function withoutHeadWeights({ parameters }: NetworkPlan, weights: NamedTensors): NamedTensors {
  const own = new Set(parameters.map(({ name }) => name));
  return new Map([...weights].filter(([name]) => own.has(name)));
}

function headParameters({ heads }: PretextPlan): ParameterPlan[] {
  return heads.flatMap(({ weight, bias }) => [weight, bias]);
}
