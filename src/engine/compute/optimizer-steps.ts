/** What every backend's optimizers are given and keep. */

export const moments = ['firstMoment', 'secondMoment'] as const;
export type Moment = (typeof moments)[number];

/** What a step's numbers are worked out from. */
export interface StepNumbers {
  /** Counted from 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly momentum: number | undefined;
}
