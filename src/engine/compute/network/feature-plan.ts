/** Of which layers the features tell, the same for every backend. */
import type { LayerPlan, NetworkPlan } from '../../model/plan';
import type { FeatureShape } from '../../model/spec';
import type { FeatureName } from '../backend';
import { activationTypes } from './activation-types';

const activations: ReadonlySet<string> = new Set(activationTypes);

export const noFeatures: Readonly<Record<FeatureName, number>> = { encoder: 0, decoder: 0, rebuilt: 0, stage: 0 };

/** What is measured of a kind of feature later grows with the square of their number, and more than that in time. */
const mostFeatures = 3000;
/** The same for a whole map: a matrix of channels × channels at every place. */
const mostPlaceValues = 8_000_000;

/** What is added to a difference before its logarithm is taken. */
export const smallestDifference = 1e-4;

export interface FeaturePlan {
  readonly encoder: StagePlan;
  readonly decoder: StagePlan;
  /** The layer whose map is given whole. */
  readonly whole: LayerPlan | undefined;
}

export interface StagePlan {
  /** Of the layers whose outputs are described, in order. */
  readonly names: readonly string[];
  readonly quarters: boolean;
}

/** What is described: activations, also inside of other layers, on what still has places. */
export function planFeatures(plan: NetworkPlan): FeaturePlan {
  const encoder = stagesOf(plan, 'encoder');
  return {
    encoder: chooseStages(encoder, 2 * plan.input[0], 6),
    decoder: chooseStages(stagesOf(plan, 'decoder'), 0, 2),
    whole: chooseWhole(encoder, plan.input),
  };
}

/**
 * In networks with many channels the means of quarters are left out, and if that is not enough the stages with the most
 * channels.
 * @param perChannel how many features a channel has with its quarters
 */
function chooseStages(stages: readonly LayerPlan[], others: number, perChannel: number): StagePlan {
  const count = (chosen: readonly LayerPlan[], each: number) =>
    chosen.reduce((sum, { output }) => sum + each * output[0], others);
  if (count(stages, perChannel) <= mostFeatures) return { names: stages.map(({ name }) => name), quarters: true };
  const narrowestFirst = [...stages].sort((a, b) => a.output[0] - b.output[0]);
  while (count(narrowestFirst, 2) > mostFeatures) narrowestFirst.pop();
  const names = stages.filter((stage) => narrowestFirst.includes(stage)).map(({ name }) => name);
  return { names, quarters: false };
}

/** The first that is a quarter of the image's side or less: coarse enough to mean something, fine enough to say where. */
function chooseWhole(stages: readonly LayerPlan[], [, height, width]: FeatureShape): LayerPlan | undefined {
  const small = stages.filter(({ output: [channels, h, w] }) => channels * channels * h * w <= mostPlaceValues);
  const isCoarse = ({ output: [, h, w] }: LayerPlan) => h <= Math.ceil(height / 4) && w <= Math.ceil(width / 4);
  return small.find(isCoarse) ?? small.at(-1);
}

/** A part's activations; not what draws the image itself. */
function stagesOf({ layers }: NetworkPlan, part: LayerPlan['part']): LayerPlan[] {
  const last = layers.at(-1);
  return layers.filter((plan) => plan.part === part && plan !== last).flatMap(activationsIn);
}

function activationsIn(plan: LayerPlan): LayerPlan[] {
  const [, height, width] = plan.output;
  if (activations.has(plan.layer.type)) return height * width > 1 ? [plan] : [];
  return plan.inner?.flat().flatMap(activationsIn) ?? [];
}
