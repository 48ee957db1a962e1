/** Brightness, contrast and saturation as in torchvision's functional transforms, on one image in place. */
import type { ImageShape } from './image-shape';

/** Factors; 1 changes nothing. */
export interface ColourChange {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
}

/** ITU-R 601 luma. */
const [redShare, greenShare, blueShare] = [0.2989, 0.587, 0.114];

/**
 * In this order, each clamped to [0, 1]: values × brightness; distance from the image's mean grey × contrast; distance
 * from the pixel's own grey × saturation (only of three channels).
 */
export function changeColour(image: Float32Array, [channels, height, width]: ImageShape, change: ColourChange): void {
  const { brightness, contrast, saturation } = change;
  const area = height * width;
  if (brightness !== 1) {
    for (let place = 0; place < image.length; place++) image[place] = clamp((image[place] ?? 0) * brightness);
  }
  if (contrast !== 1) {
    const mean = meanGrey(image, channels, area);
    for (let place = 0; place < image.length; place++) {
      image[place] = clamp(mean + contrast * ((image[place] ?? 0) - mean));
    }
  }
  if (saturation === 1 || channels !== 3) return;
  for (let red = 0, green = area, blue = 2 * area; red < area; red++, green++, blue++) {
    const [r, g, b] = [image[red] ?? 0, image[green] ?? 0, image[blue] ?? 0];
    const grey = redShare * r + greenShare * g + blueShare * b;
    image[red] = clamp(grey + saturation * (r - grey));
    image[green] = clamp(grey + saturation * (g - grey));
    image[blue] = clamp(grey + saturation * (b - grey));
  }
}

function meanGrey(image: Float32Array, channels: number, area: number): number {
  const sumOf = (channel: number) => {
    let sum = 0;
    for (let place = channel * area; place < (channel + 1) * area; place++) sum += image[place] ?? 0;
    return sum;
  };
  if (channels !== 3) return sumOf(0) / area;
  return (redShare * sumOf(0) + greenShare * sumOf(1) + blueShare * sumOf(2)) / area;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
