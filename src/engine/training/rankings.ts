/** After which epochs everything is ranked with the weights of that epoch. */
import type { ScanSettings } from '../../shared/settings';
import type { TrainingPlan } from './plan';

/** Images ranked for each image trained on. A forward pass takes about a fifth of a step: 6 % of the time. */
const usualShare = 0.3;
/** When the epoch is to be chosen by it, nearly every epoch of a scan that trains on what it scores. */
const shareToChooseBy = 1.2;
/** Three rankings show a course; they may cost a little more. */
const fewest = 3;
const shareForFewest = 0.5;

/**
 * Epochs from 1. `auto`: evenly over the epochs that are watched anyway and the first, as many as are cheap; over all
 * epochs when one is to be chosen by it.
 * @param scoredImages readable images that would be ranked each time
 */
export function planRankings(
  plan: TrainingPlan,
  scoredImages: number,
  { epochScores, keepEpoch }: Pick<ScanSettings, 'epochScores' | 'keepEpoch'>,
): ReadonlySet<number> {
  const all = Array.from({ length: plan.epochs }, (_, place) => place + 1);
  if (epochScores === 'off') return new Set();
  if (epochScores === 'all') return new Set(all);
  const trained = plan.epochs * plan.stepsPerEpoch * plan.batchSize;
  const affordable = (share: number) => Math.floor((share * trained) / Math.max(1, scoredImages));
  if (keepEpoch === 'separation') return new Set(spread(all, affordable(shareToChooseBy)));
  const wished = Math.max(affordable(usualShare), affordable(shareForFewest) >= fewest ? fewest : 0);
  const candidates = all.filter((epoch) => epoch === 1 || epoch === plan.epochs || epoch % plan.validateEvery === 0);
  return new Set(spread(candidates, wished));
}

/** At most `wished` of the epochs, evenly, the first and the last among them; of one, the last. */
function spread(epochs: readonly number[], wished: number): number[] {
  const count = Math.min(wished, epochs.length);
  const last = epochs.length - 1;
  return Array.from({ length: count }, (_, place) =>
    count === 1 ? (epochs[last] ?? 1) : (epochs[Math.round((place * last) / (count - 1))] ?? 1),
  );
}
