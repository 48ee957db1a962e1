/** What each score is called and says, in the user's language. */
import * as l10n from '@vscode/l10n';

interface ScoreName {
  readonly title: string;
  readonly explanation: string;
}

/** The name of the composite column, which `auto` stands for. */
export const compositeScore = 'anomaly';

/** The composite as the person's marks correct it: there while the review learns from them. */
export const taughtScore = 'taught';

/** Learned from known anomalies, where some were given. */
export const blendScore = 'blend';

/** The columns of a finished run. */
export const scoreColumns = [
  compositeScore,
  'reconstruction',
  'normalised',
  'local',
  'latent',
  'encoder',
  'decoder',
  'rebuilt',
  'patch',
  'backbone',
  'backbone-patch',
  'too-easy',
  'ssim',
  'neighbours',
  'mean-image',
  'pca',
  blendScore,
] as const;

/**
 * Scores to look at and to compare with: nothing else is made of them, as they say what others say, and worse. The
 * composite, the blend and what marks teach were measured without them.
 */
export const scoresBeside: readonly string[] = ['ssim', 'neighbours', 'mean-image'];

/** What a column is called in menus and tables; an unknown one (of a later version) by its own name. */
export function scoreTitle(column: string): string {
  return scoreName(column).title;
}

/** One plain sentence on what a high score in this column means. */
export function scoreExplanation(column: string): string {
  return scoreName(column).explanation;
}

function scoreName(column: string): ScoreName {
  switch (column) {
    case 'anomaly':
      return {
        title: l10n.t('Anomaly'),
        explanation: l10n.t('All scores together: how far the image stands out from the usual ones of its folder.'),
      };
    case 'taught':
      return {
        title: l10n.t('Learned from marks'),
        explanation: l10n.t('All scores together, corrected by what the images marked bad or good have in common.'),
      };
    case 'reconstruction':
      return {
        title: l10n.t('Reconstruction'),
        explanation: l10n.t('The mean squared difference between the image and what the network rebuilt of it.'),
      };
    case 'normalised':
      return {
        title: l10n.t('Normalised error'),
        explanation: l10n.t('The difference at each pixel, compared with what is usual at that place in the folder.'),
      };
    case 'local':
      return {
        title: l10n.t('Local error'),
        explanation: l10n.t(
          'The largest difference in any small area: finds a spot on an image that is fine elsewhere.',
        ),
      };
    case 'latent':
      return {
        title: l10n.t('Latent distance'),
        explanation: l10n.t("How unusual the image's short description inside of the network is."),
      };
    case 'encoder':
      return {
        title: l10n.t('Encoder distance'),
        explanation: l10n.t('How unusual the patterns are that the network sees in the image, from coarse to fine.'),
      };
    case 'decoder':
      return {
        title: l10n.t('Decoder distance'),
        explanation: l10n.t('How unusual the patterns are that the network draws the image with.'),
      };
    case 'rebuilt':
      return {
        title: l10n.t('Rebuilt distance'),
        explanation: l10n.t('How differently the network sees the image and what it rebuilt of it.'),
      };
    case 'patch':
      return {
        title: l10n.t('Odd place'),
        explanation: l10n.t('How unusually the strangest places of the image are rebuilt, for where they stand.'),
      };
    case 'backbone':
      return {
        title: l10n.t('Backbone distance'),
        explanation: l10n.t('How unusual the image is to the pretrained network that was given with the scan.'),
      };
    case 'backbone-patch':
      return {
        title: l10n.t('Odd place (backbone)'),
        explanation: l10n.t(
          'How unusual the strangest places of the image are to the pretrained network, for where they stand.',
        ),
      };
    case 'too-easy':
      return {
        title: l10n.t('Too easy'),
        explanation: l10n.t('Simpler than the others: one of a small group of alike images that are rebuilt too well.'),
      };
    case 'ssim':
      return {
        title: l10n.t('Structure'),
        explanation: l10n.t(
          'How little of the structure of edges and surfaces is left in what the network rebuilt (SSIM).',
        ),
      };
    case 'neighbours':
      return {
        title: l10n.t('Latent neighbours'),
        explanation: l10n.t('How far away the five images are that are nearest to it inside of the network.'),
      };
    case 'mean-image':
      return {
        title: l10n.t('Mean image'),
        explanation: l10n.t('How far the image is from the mean of all images, pixel by pixel; needs no network.'),
      };
    case 'blend':
      return {
        title: l10n.t('Like known anomalies'),
        explanation: l10n.t(
          'All scores, weighed by what tells the known anomalies from usual images; other kinds of odd images still count.',
        ),
      };
    case 'pca':
      return {
        title: l10n.t('PCA baseline'),
        explanation: l10n.t('How badly a few linear components rebuild the image; needs no training of a network.'),
      };
    default:
      return { title: column, explanation: l10n.t('A score of this run: higher is stranger.') };
  }
}
