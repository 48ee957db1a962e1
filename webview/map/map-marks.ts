/** What lies over the points: the cursor of the keys, the point under the pointer, the outline being drawn. */
import type { Point } from './camera';
import { cssColor, type Palette } from './palette';

export interface Marks {
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  /** Of the points, in CSS pixels. */
  readonly radius: number;
  readonly cursor: Point | undefined;
  readonly hovered: Point | undefined;
  readonly outline: readonly Point[];
}

export function drawMarks(context: CanvasRenderingContext2D, ratio: number, marks: Marks): void {
  const { width, height, palette, radius, outline } = marks;
  const [canvasWidth, canvasHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (context.canvas.width !== canvasWidth || context.canvas.height !== canvasHeight) {
    context.canvas.width = canvasWidth;
    context.canvas.height = canvasHeight;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const ring = ({ x, y }: Point, size: number, line: number): void => {
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    // On a line of the background it is seen among points of any colour.
    context.lineWidth = line + 2;
    context.strokeStyle = cssColor(palette.background);
    context.stroke();
    context.lineWidth = line;
    context.strokeStyle = cssColor(palette.foreground);
    context.stroke();
  };
  if (marks.hovered) ring(marks.hovered, radius + 3, 1);
  if (marks.cursor) ring(marks.cursor, radius + 5, 2);
  const [first, ...others] = outline;
  if (!first) return;
  context.beginPath();
  context.moveTo(first.x, first.y);
  for (const { x, y } of others) context.lineTo(x, y);
  context.closePath();
  context.globalAlpha = 0.12;
  context.fillStyle = cssColor(palette.foreground);
  context.fill();
  context.globalAlpha = 1;
  context.setLineDash([5, 4]);
  context.lineWidth = 1.5;
  context.strokeStyle = cssColor(palette.foreground);
  context.stroke();
  context.setLineDash([]);
}
