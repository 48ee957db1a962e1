import { featureDistance } from './feature-distance';

/**
 * Odd images are redrawn worse in many features at once, which is also how usual ones differ most. With the correlations
 * taken at their word that direction would count least.
 */
const shrinkage = 0.65;

/** How differently the encoder sees the reconstruction: a difference in what it looks for, not in single pixels. */
export const rebuiltScore = featureDistance('rebuilt', 'rebuilt', shrinkage);
