import { featureDistance } from './feature-distance';

/**
 * How unusual the encoder's own activations are. The network that was trained to draw the images knows more of them
 * than its drawing error says.
 */
export const encoderScore = featureDistance('encoder', 'encoder');
