/** What a step changes: weights, moments and running statistics, as a list of tensors. */
import { isTrained, type NetworkPlan } from '../../model/plan';
import type { NamedTensors } from '../../model/tensors';
import type { OptimizerState } from '../backend';
import type { Moment } from '../optimizer-steps';
import type { TensorFlow, TfTensor } from './api';
import { type Pack, packedValues, planPacks } from './packed-parameters';

/** What a tensor of the list holds of its parameters; `running`: statistics of normalisations, which nothing trains. */
export type Role = 'weight' | Moment | 'running';

export interface Slot {
  readonly role: Role;
  readonly pack: Pack;
}

/** @param moments that the optimizer keeps */
export function planSlots({ parameters }: NetworkPlan, moments: readonly Moment[]): Slot[] {
  const roles = ['weight', ...moments] as const;
  const running = parameters.filter((parameter) => !isTrained(parameter));
  return [
    ...planPacks(parameters.filter(isTrained)).flatMap((pack) => roles.map((role) => ({ role, pack }))),
    ...planPacks(running).map((pack) => ({ role: 'running', pack }) as const),
  ];
}

/** @throws UserError `model-invalid` when a tensor is missing or has another shape */
export function givenValues(
  tf: TensorFlow,
  slots: readonly Slot[],
  weights: NamedTensors,
  moments: OptimizerState | undefined,
): TfTensor[] {
  const given = {
    weight: weights,
    running: weights,
    firstMoment: moments?.firstMoments,
    secondMoment: moments?.secondMoments,
  };
  return slots.map(({ role, pack }) => packedValues(tf, pack, given[role]));
}
