/** How the axes of an array become images. */
import { NumpyHeaderError, type NumpyHeader } from './numpy-header';

export interface ArrayLayout {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 2 | 3 | 4;
  /** [channels, height, width] within an image, as PyTorch has it, instead of [height, width, channels]. */
  readonly planar: boolean;
  readonly bytesPerImage: number;
}

/** More would not fit a review; names alone would take half a gigabyte. */
const mostImages = 4_000_000;
const mostBytesPerImage = 2 ** 29;

/** N×H×W, N×H×W×C, or N×C×H×W when only that makes sense. Throws {@link NumpyHeaderError}. */
export function layoutOf({ shape, bytesPerElement }: NumpyHeader): ArrayLayout {
  const described = shape.length === 0 ? 'a single number' : shape.join('×');
  const [count, ...image] = shape;
  const axes = imageAxes(image);
  if (count === undefined || axes === undefined) {
    throw new NumpyHeaderError(
      `its shape is ${described}, but images are N×H×W, or N×H×W×C with 1 to 4 channels (a pile of vectors must be reshaped)`,
    );
  }
  const bytesPerImage = axes.height * axes.width * axes.channels * bytesPerElement;
  if (axes.height * axes.width === 0 || bytesPerImage > mostBytesPerImage) {
    throw new NumpyHeaderError(`its shape is ${described}, which makes impossible images`);
  }
  if (count > mostImages) {
    throw new NumpyHeaderError(`it holds ${count} images; up to ${mostImages} can be reviewed at once, so split it`);
  }
  return { count, ...axes, bytesPerImage };
}

function imageAxes(
  image: readonly number[],
): Pick<ArrayLayout, 'height' | 'width' | 'channels' | 'planar'> | undefined {
  const [first, second, third] = image;
  if (first === undefined || second === undefined || image.length > 3) return undefined;
  if (third === undefined) return { height: first, width: second, channels: 1, planar: false };
  if (isChannelCount(third)) return { height: first, width: second, channels: third, planar: false };
  if (isChannelCount(first)) return { height: second, width: third, channels: first, planar: true };
  return undefined;
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
