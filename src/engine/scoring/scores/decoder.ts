import { featureDistance } from './feature-distance';

/** How unusual the decoder's activations are: an odd image makes it combine what never goes together. */
export const decoderScore = featureDistance('decoder', 'decoder');
