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
  if (change.brightness === 1 && change.contrast === 1 && change.saturation === 1) return;
  const area = height * width;
  const mean = change.contrast === 1 ? 0 : meanGrey(image, channels, area, change.brightness);
  if (channels === 3) changeRgb(image, area, mean, change);
  else {
    for (let place = 0; place < image.length; place++) image[place] = level(image[place] ?? 0, mean, change);
  }
}

function changeRgb(image: Float32Array, area: number, mean: number, change: ColourChange): void {
  const { saturation } = change;
  for (let red = 0, green = area, blue = 2 * area; red < area; red++, green++, blue++) {
    const r = level(image[red] ?? 0, mean, change);
    const g = level(image[green] ?? 0, mean, change);
    const b = level(image[blue] ?? 0, mean, change);
    const grey = redShare * r + greenShare * g + blueShare * b;
    image[red] = saturation === 1 ? r : clamp(grey + saturation * (r - grey));
    image[green] = saturation === 1 ? g : clamp(grey + saturation * (g - grey));
    image[blue] = saturation === 1 ? b : clamp(grey + saturation * (b - grey));
  }
}

function level(value: number, mean: number, { brightness, contrast }: ColourChange): number {
  const lit = clamp(value * brightness);
  return contrast === 1 ? lit : clamp(mean + contrast * (lit - mean));
}

/** Of the image after its brightness was changed. */
function meanGrey(image: Float32Array, channels: number, area: number, brightness: number): number {
  const sumOf = (channel: number) => {
    let sum = 0;
    const end = (channel + 1) * area;
    for (let place = channel * area; place < end; place++) sum += clamp((image[place] ?? 0) * brightness);
    return sum;
  };
  if (channels !== 3) return sumOf(0) / area;
  return (redShare * sumOf(0) + greenShare * sumOf(1) + blueShare * sumOf(2)) / area;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
