/** Why a line lies where it lies, in a sentence with the numbers behind it. */
import * as l10n from '@vscode/l10n';
import { formatCount, formatScore, formatShare } from './format';
import { quantileOfSorted, sortedNumbers } from './statistics';
import { ownTail } from './own-tail';
import { limitedTail, tailOf, tailQuantile, tailShare, type Tail } from './tail';
import { thresholdMethodTable } from './threshold-methods';
import { lineByScoresAlone, type ChosenThreshold, type ThresholdInput } from './thresholds';

/**
 * Whether the scored images differ as a whole from those that say what is usual: nine in ten of them score higher than
 * half of the others. Anomalies alone cannot do that unless four in five are.
 */
export function isShifted(sorted: Float64Array, usual: Tail): boolean {
  return quantileOfSorted(sorted, 0.1) > usual.median;
}

/** What the method found, for those that look at the scores; what it assumes, for the others. */
export function thresholdReason({ method, value }: ChosenThreshold, input: ThresholdInput, locale?: string): string {
  if (method === 'auto') return reasonOfAuto(value, input, locale);
  if (method === 'normals') {
    const normals = sortedNumbers(input.normals ?? []);
    const above = normals.filter((score) => score >= value).length;
    return l10n.t(
      'Known to be usual, with a score as high: {0} of {1} images.',
      formatCount(above, locale),
      formatCount(normals.length, locale),
    );
  }
  return thresholdMethodTable().find((info) => info.method === method)?.assumes ?? '';
}

function reasonOfAuto(
  value: number,
  { scores, untaught, usual, known = [] }: ThresholdInput,
  locale: string | undefined,
): string {
  if (untaught) {
    return l10n.t(
      'Marks change which images are flagged; no more are than without them, and none below {0}.',
      formatScore(value, locale),
    );
  }
  const sorted = sortedNumbers(scores);
  const score = (of: number) => formatScore(of, locale);
  const tail = limitedTail(usual ?? ownTail(sorted));
  const share = tailShare(tail, value);
  if (sorted.length === 0) return l10n.t('No image has a score.');
  if (share === undefined) return l10n.t('Nearly all images score alike: the line lies just above them.');
  const without = lineByScoresAlone(tail);
  if (value < without - 1e-9 * Math.abs(without)) {
    const knownScores = sortedNumbers(known);
    return l10n.t(
      'Lowered from {0} to {1} for the anomalies that are known: {2} of {3} lie above it, and about {4} of usual images.',
      score(without),
      score(value),
      formatCount(knownScores.filter((one) => one >= value).length, locale),
      formatCount(knownScores.length, locale),
      formatShare(share, locale),
    );
  }
  if (usual?.joined) {
    return l10n.t('Trained on these and on others: 99% of the usual ones are expected below {0}.', score(value));
  }
  if (usual) {
    return isShifted(sorted, usual)
      ? l10n.t(
          'Trained on others, of which 99% are expected below {0}; but these differ from them as a whole (nine in ten score above {1}, the others’ median is {2}): train on both, or choose another method.',
          score(value),
          score(quantileOfSorted(sorted, 0.1)),
          score(usual.median),
        )
      : l10n.t('Trained on others: 99% of them are expected below {0}.', score(value));
  }
  const above = sorted.filter((one) => one >= value);
  const next = above[0];
  const last = sorted[sorted.length - above.length - 1];
  // Clear: as long as the way on which the usual scores become two and a half times rarer.
  if (next !== undefined && last !== undefined && next - last > tail.ninetieth - tail.upperQuartile) {
    return l10n.t('The scores have a clear gap: none lies between {0} and {1}.', score(last), score(next));
  }
  if (tail.apart !== undefined) {
    return l10n.t(
      'About {0} of {1} stand apart as a group; of the others one in a hundred is expected above {2}. In all {3} lie there.',
      formatCount(Math.round(sorted.length * tail.apart), locale),
      formatCount(sorted.length, locale),
      score(value),
      formatCount(above.length, locale),
    );
  }
  if (tailQuantile(tailOf(sorted), share) > value * (1 + 1e-9)) {
    return l10n.t(
      'More than a tenth of the images stand out, so the line lies six deviations above the middle of the scores, {0}.',
      score(tail.median),
    );
  }
  return l10n.t(
    'The scores of usual images fade out evenly: one in a hundred, about {0} of {1}, is expected above {2}; there are {3}.',
    formatCount(sorted.length * share, locale),
    formatCount(sorted.length, locale),
    score(value),
    formatCount(above.length, locale),
  );
}
