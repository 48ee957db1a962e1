/** What each threshold method would flag here. */
import type { ThresholdMethod, ThresholdSetting } from '../../src/shared/settings';
import { thresholdMethodTable } from '../../src/shared/thresholds';
import type { ThresholdMethodInfo } from '../../src/shared/threshold-methods';
import type { PanelModel } from '../model/panel-model';

export interface MethodCount {
  readonly info: ThresholdMethodInfo;
  readonly setting: ThresholdSetting;
  readonly threshold: number;
  /** Decisions included, like every count of the panel. */
  readonly flagged: number;
}

/** The methods that this run can use: those that need labels or known anomalies are left out where there are none. */
export function methodCounts(model: PanelModel): MethodCount[] {
  return thresholdMethodTable().flatMap((info) => {
    const setting = settingFor(model, info.method);
    const threshold = model.thresholdOf(setting);
    return threshold === undefined ? [] : [{ info, setting, threshold, flagged: model.flaggedAt(threshold) }];
  });
}

/** Draws the line by this method from now on. */
export function useMethod(model: PanelModel, { info, setting }: MethodCount): void {
  if (info.method === model.review.threshold.method) return;
  model.changeReview((book) => book.setThreshold(setting));
}

/** The setting that choosing `method` gives: its parameter if it is in force already, else its default. */
export function settingFor(model: PanelModel, method: ThresholdMethod): ThresholdSetting {
  const now = model.review.threshold;
  if (now.method === method) return now;
  return method === 'value' ? { method, parameter: Number(model.threshold.toFixed(2)) } : { method };
}
