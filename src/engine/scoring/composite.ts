/**
 * The default score: how strange an image is by all measures together. Each raw score becomes a robust z of its
 * logarithm against the folder; the parts above zero add up. An image that is drawn far too *well* is strange as well.
 */
/** The scores that count, each by its positive part. */
export const compositeParts = ['encoder', 'normalised', 'local', 'pca'] as const;

/** Below this robust z of the plain loss an image counts as too easy; closer to zero is the usual spread. */
const tooEasyFrom = -2.5;

export interface Contribution {
  readonly score: string;
  /** What it adds to the composite; at least 0. */
  readonly amount: number;
}

/** @param zOf the image's robust z by score name; NaN or absent counts nothing */
export function contributions(zOf: (score: string) => number | undefined): Contribution[] {
  const parts: Contribution[] = compositeParts.map((score) => ({ score, amount: positive(zOf(score)) }));
  parts.push({ score: 'too-easy', amount: positive(tooEasyFrom - (zOf('reconstruction') ?? NaN)) });
  return parts;
}

/** One column from robust z columns of the same length; NaN where all are NaN (unreadable). */
export function compositeColumn(zColumns: ReadonlyMap<string, Float32Array>): Float32Array {
  const length = Math.max(0, ...[...zColumns.values()].map((column) => column.length));
  return Float32Array.from({ length }, (_, index) => {
    const zOf = (score: string) => zColumns.get(score)?.[index];
    if ([...zColumns.values()].every((column) => Number.isNaN(column[index]))) return NaN;
    return contributions(zOf).reduce((sum, { amount }) => sum + amount, 0);
  });
}

function positive(value: number | undefined): number {
  return value !== undefined && value > 0 ? value : 0;
}
