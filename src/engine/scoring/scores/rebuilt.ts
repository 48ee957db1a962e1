import { featureDistance } from './feature-distance';

/** How differently the encoder sees the reconstruction: a difference in what it looks for, not in single pixels. */
export const rebuiltScore = featureDistance('rebuilt', 'rebuilt');
