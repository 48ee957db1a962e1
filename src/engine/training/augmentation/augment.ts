/** Draws what becomes of an image, and does it. */
import type { RandomStream } from '../../../shared/random';
import type { AugmentationSettings } from '../../../shared/settings';
import { blur } from './blur';
import { between, uniform } from './chance';
import { changeColour, type ColourChange } from './colour';
import { placementOf, resample, type GeometricChange } from './geometry';
import type { ImageShape } from './image-shape';

export interface Change extends GeometricChange, ColourChange {
  /** Deviation of the blur in pixels. */
  readonly blur: number;
}

/** Whether the settings ask for anything at all. */
export function augments(settings: AugmentationSettings | undefined): settings is AugmentationSettings {
  return Object.values(settings ?? {}).some((value) => value === true || (typeof value === 'number' && value > 0));
}

/** Everything is drawn, wanted or not: one setting more does not change what is drawn for the others. */
export function drawChange(settings: AugmentationSettings, stream: RandomStream): Change {
  const around = (spread = 0) => 1 + spread * between(-1, 1, stream);
  const degrees = (settings.rotate ?? 0) * between(-1, 1, stream);
  const flipHorizontal = uniform(stream) < 0.5 && settings.flipHorizontal === true;
  const flipVertical = uniform(stream) < 0.5 && settings.flipVertical === true;
  const [brightness, contrast, saturation] = [
    around(settings.brightness),
    around(settings.contrast),
    around(settings.saturation),
  ];
  const width = 1 - (settings.crop ?? 0) * uniform(stream);
  const height = 1 - (settings.crop ?? 0) * uniform(stream);
  const left = (1 - width) * uniform(stream);
  const top = (1 - height) * uniform(stream);
  return {
    degrees,
    flipHorizontal,
    flipVertical,
    window: [left, top, width, height],
    brightness,
    contrast,
    saturation,
    blur: (settings.blur ?? 0) * uniform(stream),
  };
}

/** Turns, flips and crops, then blurs, then changes the colours. @param scratch height × width values */
export function applyChange(
  change: Change,
  from: Float32Array,
  to: Float32Array,
  shape: ImageShape,
  scratch: Float32Array,
): void {
  resample(from, to, shape, placementOf(change, shape));
  blur(to, shape, change.blur, scratch);
  changeColour(to, shape, change);
}
