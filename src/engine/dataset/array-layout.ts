/** How the axes of an array become images. */
import * as l10n from '@vscode/l10n';
import type { ScanSettings } from '../../shared/settings';
import { ArrayFormatError, type ArrayHeader } from './array-header';

export interface ArrayLayout {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 2 | 3 | 4;
  /** [channels, height, width] within an image, as PyTorch has it, instead of [height, width, channels]. */
  readonly planar: boolean;
  readonly bytesPerImage: number;
  /** What was taken for granted, as a sentence. */
  readonly assumption?: string;
}

/** Where the channels stand, when the user says it. */
export type LayoutWish = ScanSettings['arrayLayout'];

type ImageAxes = Pick<ArrayLayout, 'height' | 'width' | 'channels' | 'planar' | 'assumption'>;

/** More would not fit a review; names alone would take half a gigabyte. */
const mostImages = 4_000_000;
const mostBytesPerImage = 2 ** 29;
/** Shorter rows are rather features of something than the pixels of an image. */
const smallestFlatSide = 8;

/**
 * N×H×W, N×H×W×C, N×C×H×W, or rows of pixels of square images. Where both ends of an image could be channels, they are
 * last unless wished otherwise. Throws {@link ArrayFormatError}.
 */
export function layoutOf({ shape, bytesPerElement }: ArrayHeader, wish?: LayoutWish): ArrayLayout {
  const described = shape.length === 0 ? l10n.t('a single number') : shape.join('×');
  const [count, ...image] = shape;
  if (count === undefined || image.length === 0) {
    throw new ArrayFormatError(l10n.t('its shape is {0}, but images are N×H×W, N×H×W×C or N×C×H×W', described));
  }
  const axes = imageAxes(image, described, wish);
  const bytesPerImage = axes.height * axes.width * axes.channels * bytesPerElement;
  if (axes.height * axes.width === 0 || bytesPerImage > mostBytesPerImage) {
    throw new ArrayFormatError(l10n.t('its shape is {0}, which makes impossible images', described));
  }
  if (count > mostImages) {
    throw new ArrayFormatError(
      l10n.t('it holds {0} images; up to {1} can be reviewed at once, so split it', count, mostImages),
    );
  }
  return { count, ...axes, bytesPerImage };
}

function imageAxes(image: readonly number[], described: string, wish: LayoutWish): ImageAxes {
  const [first = 0, second, third] = image;
  if (second === undefined) return flatAxes(first, described, wish);
  if (third === undefined) return greyAxes(first, second, described);
  if (image.length > 3) {
    throw new ArrayFormatError(
      l10n.t(
        'its shape is {0}; images have at most four axes (N×H×W×C), so choose a part of it or reshape it',
        described,
      ),
    );
  }
  const last = isChannelCount(third) && { height: first, width: second, channels: third, planar: false };
  const ahead = isChannelCount(first) && { height: second, width: third, channels: first, planar: true };
  if (wish === 'channels-first' && ahead) return ahead;
  if (wish === 'channels-last' && last) return last;
  if (wish !== undefined) {
    throw new ArrayFormatError(
      wish === 'channels-first'
        ? l10n.t(
            'its shape is {0}; with the layout “{1}” its second axis would be {2} channels, but images have 1 to 4',
            described,
            wish,
            first,
          )
        : l10n.t(
            'its shape is {0}; with the layout “{1}” its last axis would be {2} channels, but images have 1 to 4',
            described,
            wish,
            third,
          ),
    );
  }
  if (last && ahead) {
    const assumption = l10n.t(
      'The shape {0} could be channels first as well; the array layout setting decides.',
      described,
    );
    return { ...last, assumption };
  }
  if (last) return last;
  if (ahead) return ahead;
  throw new ArrayFormatError(
    l10n.t(
      'its shape is {0}, but images are N×H×W×C or N×C×H×W with 1 to 4 channels C (stacks of slices must be reshaped)',
      described,
    ),
  );
}

/** H×W×3 is a common mistake for a pile of images: nobody has hundreds of pictures that are three pixels wide. */
function greyAxes(height: number, width: number, described: string): ImageAxes {
  if ((width === 3 || width === 4) && height >= 4 * smallestFlatSide) {
    throw new ArrayFormatError(
      l10n.t(
        'its shape is {0}, which looks like a single picture; an array of images has their number as its first axis',
        described,
      ),
    );
  }
  return { height, width, channels: 1, planar: false };
}

/** Rows of square grey images, as MNIST is passed around, or of three square planes, as CIFAR is. */
function flatAxes(length: number, described: string, wish: LayoutWish): ImageAxes {
  for (const channels of [1, 3] as const) {
    const side = Math.sqrt(length / channels);
    if (!Number.isInteger(side) || side < smallestFlatSide) continue;
    const planar = channels === 3 && wish !== 'channels-last';
    return { height: side, width: side, channels, planar, assumption: flatAssumption(length, side, channels, planar) };
  }
  throw new ArrayFormatError(
    l10n.t('its shape is {0}, whose rows make no square images; reshape it to N×H×W or N×H×W×C', described),
  );
}

function flatAssumption(length: number, side: number, channels: 1 | 3, planar: boolean): string {
  if (channels === 1) {
    return l10n.t('The rows of {0} numbers were read as square images of {1}×{1}, grey.', length, side);
  }
  return planar
    ? l10n.t('The rows of {0} numbers were read as square images of {1}×{1}, plane after plane.', length, side)
    : l10n.t('The rows of {0} numbers were read as square images of {1}×{1}, pixel after pixel.', length, side);
}

function isChannelCount(value: number): value is 1 | 2 | 3 | 4 {
  return value === 1 || value === 2 || value === 3 || value === 4;
}

/** [channels, height, width] to [height, width, channels]. */
export function toInterleaved(planes: Uint8Array, channels: number): Uint8Array {
  const pixels = planes.length / channels;
  const interleaved = new Uint8Array(planes.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      interleaved[pixel * channels + channel] = planes[channel * pixels + pixel] ?? 0;
    }
  }
  return interleaved;
}
