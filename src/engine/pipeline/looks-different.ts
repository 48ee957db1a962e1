/** Whether scored images are so unlike those to train on that training should see both. */
import { quantile } from '../../shared/statistics';

/** What of the images to train on lies beyond it is the limit of what is usual there. */
const usualShare = 0.975;

/**
 * By how many of the scored images are stranger than what was to be trained on. A few may be the anomalies; some more
 * are a difference in how the pictures were taken, which training can learn; about half may well be anomalies, and must
 * not be learned; nearly all are another kind of picture. And where even the most usual tenth of them is stranger than
 * three quarters of the others, all of them were taken differently, however many anomalies there are among them.
 *
 * @param usual scores of images to train on, of any score in which higher is stranger
 * @param scored the same score of images to judge
 */
export function looksDifferent(usual: Float32Array, scored: Float32Array): boolean {
  const limit = quantile(usual, usualShare);
  const strange = scored.filter((score) => score > limit).length / scored.length - (1 - usualShare);
  const areAllShifted = quantile(scored, 0.1) > quantile(usual, 0.75);
  return areAllShifted || (strange > 0.03 && strange < 0.25) || strange > 0.75;
}
