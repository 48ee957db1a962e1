/** Small drawings in place of photographs. */

const drawn = new Map<string, string>();

/** A data URI; one of a few dozen drawings, by index. */
export function picture(index: number, width = 96, map = false): string {
  const kind = index % 40;
  const name = `${kind} ${width} ${map}`;
  const known = drawn.get(name) ?? draw(kind, width, map);
  drawn.set(name, known);
  return known;
}

function draw(kind: number, width: number, map: boolean): string {
  const height = Math.round(width * (kind % 3 === 0 ? 1 : 0.75));
  const canvas = new OffscreenCanvasElement(width, height);
  const { context } = canvas;
  context.fillStyle = map ? '#000004' : `hsl(${40 + kind} 20% 88%)`;
  context.fillRect(0, 0, width, height);
  context.fillStyle = map ? '#f98e09' : `hsl(${(kind * 53) % 70} 70% 45%)`;
  context.beginPath();
  context.arc(width / 2, height / 2, height * (0.24 + (kind % 5) * 0.04), 0, 2 * Math.PI);
  context.fill();
  return canvas.uri();
}

class OffscreenCanvasElement {
  readonly context: CanvasRenderingContext2D;
  private readonly canvas = document.createElement('canvas');

  constructor(width: number, height: number) {
    this.canvas.width = width;
    this.canvas.height = height;
    const context = this.canvas.getContext('2d');
    if (!context) throw new Error('This browser cannot draw.');
    this.context = context;
  }

  uri(): string {
    return this.canvas.toDataURL('image/png');
  }
}
