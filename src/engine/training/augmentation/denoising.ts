/** What is done to the input of a denoising network. Each kind changes one image in place. */
import type { RandomStream } from '../../../shared/random';
import type { DenoisingSettings } from '../../../shared/settings';
import { normalQuantiles, QuickBits, shareBelow } from './chance';
import type { ImageShape } from './image-shape';

type Corruption = (image: Float32Array, shape: ImageShape, amount: number, stream: RandomStream) => void;

/** Along each side. */
const coarseBlocks = 8;
const grey = 0.5;

export const corruptions: Readonly<Record<DenoisingSettings['kind'], Corruption>> = {
  /** One draw a pixel, for all of its channels: a pixel is lost as a whole. */
  mask(image, [channels, height, width], cut, stream) {
    const bits = new QuickBits(stream);
    const limit = shareBelow(cut) * 2 ** 32;
    const area = height * width;
    for (let pixel = 0; pixel < area; pixel++) {
      if (bits.next() >= limit) continue;
      for (let place = pixel; place < channels * area; place += area) image[place] = 0;
    }
  },

  /** A draw of its own for every value. */
  gaussian(image, _shape, deviation, stream) {
    const bits = new QuickBits(stream);
    const normal = normalQuantiles();
    const { length } = image;
    for (let place = 0; place < length; place += 2) {
      const word = bits.next();
      image[place] = clamp((image[place] ?? 0) + deviation * (normal[word >>> 16] ?? 0));
      if (place + 1 < length) {
        image[place + 1] = clamp((image[place + 1] ?? 0) + deviation * (normal[word & 0xffff] ?? 0));
      }
    }
  },

  /** Half of the pixels that are hit become white, the others black, in all channels. */
  'salt-and-pepper'(image, [channels, height, width], share, stream) {
    const bits = new QuickBits(stream);
    const area = height * width;
    const hit = Math.min(1, share) * 2 ** 32;
    for (let pixel = 0; pixel < area; pixel++) {
      const word = bits.next();
      if (word >= hit) continue;
      const value = word < hit / 2 ? 0 : 1;
      for (let place = pixel; place < channels * area; place += area) image[place] = value;
    }
  },

  /** One draw for a block and channel; where the blocks begin is drawn too, so that edges fall everywhere. */
  coarse(image, [channels, height, width], deviation, stream) {
    const blockHeight = Math.max(1, Math.ceil(height / coarseBlocks));
    const blockWidth = Math.max(1, Math.ceil(width / coarseBlocks));
    const [shiftY, shiftX] = [stream.below(blockHeight), stream.below(blockWidth)];
    const across = Math.ceil((width + shiftX) / blockWidth);
    const noise = new Float32Array(across);
    let place = 0;
    for (let channel = 0; channel < channels; channel++) {
      for (let row = 0; row < height; row++) {
        if (row === 0 || (row + shiftY) % blockHeight === 0) {
          for (let block = 0; block < across; block++) noise[block] = deviation * stream.normal();
        }
        let block = 0;
        let nextBlock = blockWidth - shiftX;
        for (let column = 0; column < width; column++, place++) {
          if (column === nextBlock) {
            block++;
            nextBlock += blockWidth;
          }
          image[place] = clamp((image[place] ?? 0) + (noise[block] ?? 0));
        }
      }
    }
  },

  /** A middle grey rectangle that lies in the image as a whole. */
  erase(image, [channels, height, width], share, stream) {
    const side = (length: number) => 1 + stream.below(Math.max(1, Math.round(Math.min(1, share) * length)));
    const [tall, wide] = [side(height), side(width)];
    const top = stream.below(height - tall + 1);
    const left = stream.below(width - wide + 1);
    for (let channel = 0; channel < channels; channel++) {
      for (let row = top; row < top + tall; row++) {
        const start = (channel * height + row) * width + left;
        image.fill(grey, start, start + wide);
      }
    }
  },
};

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
