/** Moving the threshold by keys and by typing. */
import type { PanelModel } from './panel-model';

/** One press of an arrow key or a bracket, in robust z. */
export const smallStep = 0.1;
export const largeStep = 1;

/** Moves the line by `step`, onto a multiple of the small step. */
export function stepThreshold(model: PanelModel, step: number, gesture?: string): void {
  const now = model.threshold;
  if (Number.isNaN(now)) return;
  setThresholdValue(model, Math.round((now + step) / smallStep) * smallStep, gesture);
}

/** A fixed line at `score`; two decimals are as fine as anyone sees. */
export function setThresholdValue(model: PanelModel, score: number, gesture?: string): void {
  const parameter = Number(score.toFixed(2));
  const { threshold } = model.review;
  if (threshold.method === 'value' && threshold.parameter === parameter) return;
  model.changeReview((book) => book.setThreshold({ method: 'value', parameter }, gesture));
}
