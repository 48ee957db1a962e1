/** Puts a hundred thousand points on a canvas within a frame: pixels are written one by one, no path is drawn. */
import type { Camera } from './camera';
import { pointShapes, stampOf, type Stamp } from './shapes';

/** What each image looks like, by its index. */
export interface PointLooks {
  /** A place in {@link pointShapes}. */
  readonly shape: Uint8Array;
  /** As the canvas keeps pixels: alpha, blue, green, red from the highest byte on. */
  readonly color: Uint32Array;
  /** 0: not drawn; 1: faint, beside what is asked for; 2: usual; 3: above the others. */
  readonly layer: Uint8Array;
}

interface Stamps {
  readonly plain: Stamp;
  readonly outline: Stamp;
}

/** Pixels of an outline, where points lie over each other. */
const outlineWidth = 1;

export class PointPainter {
  private image = new ImageData(1, 1);
  private pixels = new Uint32Array(this.image.data.buffer);
  private stamps: readonly Stamps[] = [];
  private stampRadius = 0;

  constructor(private readonly context: CanvasRenderingContext2D) {}

  /** @param ratio device pixels for one CSS pixel @param radius of a point in CSS pixels */
  draw(
    places: Float32Array,
    looks: PointLooks,
    camera: Camera,
    options: { ratio: number; radius: number; background: number; selected: ReadonlySet<number>; selection: number },
  ): void {
    const { ratio, background } = options;
    const width = Math.max(1, Math.round(camera.width * ratio));
    const height = Math.max(1, Math.round(camera.height * ratio));
    if (this.image.width !== width || this.image.height !== height) {
      this.context.canvas.width = width;
      this.context.canvas.height = height;
      this.image = new ImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    this.pixels.fill(background);
    const radius = Math.max(1, options.radius * ratio);
    if (radius !== this.stampRadius) {
      this.stampRadius = radius;
      this.stamps = pointShapes.map((shape) => ({
        plain: stampOf(shape, radius),
        outline: stampOf(shape, radius, outlineWidth * ratio),
      }));
    }
    const scale = camera.scale * ratio;
    const offsetX = width / 2 - camera.center.x * scale;
    const offsetY = height / 2 - camera.center.y * scale;
    const { layer, shape, color } = looks;
    for (let pass = 1; pass <= 3; pass++) {
      for (let index = 0; index < layer.length; index++) {
        if (layer[index] !== pass) continue;
        const stamps = this.stamps[shape[index] ?? 0];
        if (!stamps) continue;
        const x = Math.round((places[2 * index] ?? NaN) * scale + offsetX);
        const y = Math.round((places[2 * index + 1] ?? NaN) * scale + offsetY);
        if (pass === 3) this.put(stamps.outline, x, y, background);
        this.put(stamps.plain, x, y, color[index] ?? 0);
      }
    }
    this.drawSelection(places, scale, offsetX, offsetY, options);
    this.context.putImageData(this.image, 0, 0);
  }

  private drawSelection(
    places: Float32Array,
    scale: number,
    offsetX: number,
    offsetY: number,
    { selected, selection, ratio }: { selected: ReadonlySet<number>; selection: number; ratio: number },
  ): void {
    if (selected.size === 0) return;
    const ring = stampOf('ring', this.stampRadius + 1.5 * ratio);
    for (const index of selected) {
      const x = Math.round((places[2 * index] ?? NaN) * scale + offsetX);
      const y = Math.round((places[2 * index + 1] ?? NaN) * scale + offsetY);
      this.put(ring, x, y, selection);
    }
  }

  private put({ dx, dy, cover, reach }: Stamp, x: number, y: number, color: number): void {
    const { pixels } = this;
    const { width, height } = this.image;
    // Also false where an image has no place.
    if (!(x > -reach && y > -reach && x < width + reach && y < height + reach)) return;
    const isWhole = x >= reach && y >= reach && x < width - reach && y < height - reach;
    for (let place = 0; place < cover.length; place++) {
      const [atX, atY] = [x + (dx[place] ?? 0), y + (dy[place] ?? 0)];
      if (!isWhole && (atX < 0 || atY < 0 || atX >= width || atY >= height)) continue;
      const at = atY * width + atX;
      const share = cover[place] ?? 0;
      pixels[at] = share >= 256 ? color : blend(pixels[at] ?? 0, color, share);
    }
  }
}

/** Two channels at once; opaque. */
function blend(below: number, above: number, share: number): number {
  const rest = 256 - share;
  const redBlue = (((below & 0xff00ff) * rest + (above & 0xff00ff) * share) >>> 8) & 0xff00ff;
  const green = (((below & 0xff00) * rest + (above & 0xff00) * share) >>> 8) & 0xff00;
  return (0xff000000 | redBlue | green) >>> 0;
}
