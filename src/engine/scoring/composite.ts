/**
 * The default score: how strange an image is by all measures together. Each raw score becomes a robust z of its
 * logarithm against the folder; the parts above zero add up. An image that is drawn far too *well* is strange as well.
 */
import { quantile } from '../../shared/statistics';

/**
 * The scores that count, each by its positive part times its weight. The strangest of many places is a maximum, whose z
 * has a longer tail; the decoder's activations, which are not here, say least by themselves. Errors of pixels count a
 * little, for networks that have few activations to look at, but only the largest local one: the mean over the image
 * says nothing more.
 */
const parts = { rebuilt: 2, encoder: 1.25, patch: 0.75, local: 0.25, pca: 0.25 };
/** What counts where there are no maps to look at: before the network is trained, and in networks of dense layers. */
const partsWithoutMaps = { encoder: 1, normalised: 1, local: 1, pca: 1 };
/**
 * A network that has seen a million photographs sees more than one that has seen this folder alone, whose own eyes then
 * add nothing; what that one can redraw still does.
 */
const partsWithBackbone = { rebuilt: 2.5, local: 0.25, pca: 0.25, backbone: 4, 'backbone-patch': 1 };
const partsWithBackboneWithoutMaps = { ...partsWithoutMaps, backbone: 4, 'backbone-patch': 1 };

/** Below this robust z of the plain loss an image counts as too easy by itself; closer to zero is the usual spread. */
const tooEasyFrom = -2.5;

/** The name under which both kinds of too easy images contribute. */
export const tooEasy = 'too-easy';

export interface Contribution {
  readonly score: string;
  /** What it adds to the composite; at least 0. */
  readonly amount: number;
}

/**
 * @param zOf the image's robust z by score name; NaN or absent counts nothing
 * @param easyWeight what one unit of the too-easy score adds
 */
export function contributions(zOf: (score: string) => number | undefined, easyWeight: number): Contribution[] {
  const weights = weightsFor(zOf('rebuilt') !== undefined, zOf('backbone') !== undefined);
  const byError = Object.entries(weights).map(([score, weight]) => ({ score, amount: weight * positive(zOf(score)) }));
  const alone = positive(tooEasyFrom - (zOf('reconstruction') ?? NaN));
  const inGroup = easyWeight * positive(zOf(tooEasy));
  return [...byError, { score: tooEasy, amount: alone + inGroup }];
}

function weightsFor(hasMaps: boolean, hasBackbone: boolean): Readonly<Record<string, number>> {
  if (hasBackbone) return hasMaps ? partsWithBackbone : partsWithBackboneWithoutMaps;
  return hasMaps ? parts : partsWithoutMaps;
}

/** One column from robust z columns of the same length; NaN where all are NaN (unreadable). */
export function compositeColumn(zColumns: ReadonlyMap<string, Float32Array>, easyWeight: number): Float32Array {
  const columns = [...zColumns.values()];
  const length = Math.max(0, ...columns.map((column) => column.length));
  return Float32Array.from({ length }, (_, index) => {
    if (columns.every((column) => Number.isNaN(column[index]))) return NaN;
    const amounts = contributions((score) => zColumns.get(score)?.[index], easyWeight);
    return amounts.reduce((sum, { amount }) => sum + amount, 0);
  });
}

/** A unit of too easy is worth what the strangest 2 % have without it: its group ranks among them, not above all. */
export function easyWeightFor(zColumns: ReadonlyMap<string, Float32Array>): number {
  const composite = compositeColumn(zColumns, 0);
  return composite.some((score) => score > 0) ? quantile(composite, 0.98) : 1;
}

function positive(value: number | undefined): number {
  return value !== undefined && value > 0 ? value : 0;
}
