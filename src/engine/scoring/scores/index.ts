import type { NetworkScore } from '../score';
import { backboneScore } from './backbone';
import { backbonePatchScore } from './backbone-patch';
import { decoderScore } from './decoder';
import { encoderScore } from './encoder';
import { latentScore } from './latent';
import { localScore } from './local';
import { meanImageScore } from './mean-image';
import { neighboursScore } from './neighbours';
import { normalisedScore } from './normalised';
import { patchScore } from './patch';
import { rebuiltScore } from './rebuilt';
import { reconstructionScore } from './reconstruction';
import { ssimScore } from './ssim';
import { tooEasyScore } from './too-easy';

/** Every score that needs the network; the PCA baseline stands beside them. */
export const networkScores: readonly NetworkScore[] = [
  reconstructionScore,
  normalisedScore,
  localScore,
  latentScore,
  encoderScore,
  decoderScore,
  rebuiltScore,
  patchScore,
  backboneScore,
  backbonePatchScore,
  tooEasyScore,
  ssimScore,
  neighboursScore,
  meanImageScore,
];
