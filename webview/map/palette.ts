/** The colours of the map in the editor's theme: a ramp for scores, and the few colours that kinds have. */

/** Red, green, blue from 0 to 255. */
export type Rgb = readonly [number, number, number];

export interface Palette {
  readonly background: Rgb;
  readonly foreground: Rgb;
  readonly usual: Rgb;
  readonly flag: Rgb;
  readonly bad: Rgb;
  readonly good: Rgb;
  readonly faint: Rgb;
  /** From the most usual to the strangest, equal steps to the eye; far from the background at both ends. */
  readonly ramp: readonly Rgb[];
  /** Hues that are told apart side by side. */
  readonly groups: readonly Rgb[];
}

const rampSteps = 64;
const groupHues = [255, 55, 150, 330, 95, 205, 20, 290];

/** The colours that `element` shows for these CSS colours. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const background = parse(style.getPropertyValue('--vscode-editor-background'), [30, 30, 30]);
  const isDark = lightness(background) < 0.5;
  const foreground = parse(style.getPropertyValue('--vscode-foreground'), isDark ? [230, 230, 230] : [40, 40, 40]);
  const named = (names: readonly string[]): Rgb => {
    const value = names.map((name) => style.getPropertyValue(name).trim()).find((text) => text !== '');
    return parse(value ?? '', foreground);
  };
  return {
    background,
    foreground,
    usual: named(['--vscode-charts-blue', '--vscode-focusBorder']),
    flag: named(['--vscode-editorWarning-foreground']),
    bad: named(['--vscode-errorForeground']),
    good: named(['--vscode-testing-iconPassed']),
    faint: mix(background, foreground, 0.22),
    ramp: Array.from({ length: rampSteps }, (_, step) => rampColor(step / (rampSteps - 1), isDark)),
    groups: groupHues.map((hue) => oklch(isDark ? 0.76 : 0.52, 0.14, hue)),
  };
}

export function cssColor([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

/** As a pixel of a canvas. */
export function pixelOf([red, green, blue]: Rgb): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/**
 * Equal steps of lightness and hue in OKLCH (Ottosson 2020). Strange is bright on dark backgrounds and dark on light
 * ones; the usual end is still 3 : 1 apart from black, or from white.
 */
function rampColor(share: number, isDark: boolean): Rgb {
  return isDark
    ? oklch(0.53 + 0.39 * share, 0.12, 275 - 175 * share)
    : oklch(0.66 - 0.36 * share, 0.13, 200 + 125 * share);
}

function oklch(light: number, chroma: number, hue: number): Rgb {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (light - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
    gamma(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
    gamma(-0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short),
  ];
}

function gamma(linear: number): number {
  const inside = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (inside <= 0.0031308 ? 12.92 * inside : 1.055 * inside ** (1 / 2.4) - 0.055));
}

function lightness([red, green, blue]: Rgb): number {
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (place: 0 | 1 | 2) => Math.round(from[place] + (to[place] - from[place]) * share);
  return [part(0), part(1), part(2)];
}

/** Any CSS colour, by having the browser draw it. */
function parse(text: string, otherwise: Rgb): Rgb {
  if (!CSS.supports('color', text.trim())) return otherwise;
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return otherwise;
  context.fillStyle = text.trim();
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
  return alpha === 0 ? otherwise : [red, green, blue];
}
