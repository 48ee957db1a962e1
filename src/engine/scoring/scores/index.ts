import type { NetworkScore } from '../score';
import { encoderScore } from './encoder';
import { latentScore } from './latent';
import { localScore } from './local';
import { normalisedScore } from './normalised';
import { reconstructionScore } from './reconstruction';
import { tooEasyScore } from './too-easy';

/** Every score that needs the network; the PCA baseline stands beside them. */
export const networkScores: readonly NetworkScore[] = [
  reconstructionScore,
  normalisedScore,
  localScore,
  latentScore,
  encoderScore,
  tooEasyScore,
];
