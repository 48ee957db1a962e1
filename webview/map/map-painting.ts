/** Paints the map: the points on one canvas, what lies over them on another, each only when it changed. */
import { Memo } from '../model/memo';
import type { PanelModel } from '../model/panel-model';
import type { Camera } from './camera';
import { drawMarks, type Marks } from './map-marks';
import { PointPainter, type PointLooks } from './painter';
import { pixelOf, readPalette, type Palette } from './palette';
import { looksOf } from './point-looks';

interface MapScene extends Pick<Marks, 'cursor' | 'hovered' | 'outline'> {
  readonly model: PanelModel;
  readonly camera: Camera;
  /** Of the stage, in CSS pixels. */
  readonly size: { readonly width: number; readonly height: number };
}

export class MapPainting {
  private painter: PointPainter | undefined;
  private readonly looksMemo = new Memo<PointLooks>();
  private painted = new Memo<void>();
  private colours: Palette | undefined;

  /** Once it was drawn; the theme's colours as they were then. */
  get palette(): Palette | undefined {
    return this.colours;
  }

  /** Another theme: colours are read again. */
  forgetColours(): void {
    this.colours = undefined;
  }

  /** The system had taken the canvas away, and gave back an empty one. */
  forgetPoints(): void {
    this.painted = new Memo();
  }

  /**
   * @param host where the theme's colours are read
   * @returns whether they were read anew
   */
  draw(host: HTMLElement, points: HTMLCanvasElement, marks: HTMLCanvasElement, scene: MapScene): boolean {
    const isNew = this.colours === undefined;
    const palette = (this.colours ??= readPalette(host));
    const context = points.getContext('2d', { alpha: false });
    const over = marks.getContext('2d');
    if (!context || !over) return isNew;
    const { model, camera, size, cursor, hovered, outline } = scene;
    const { places } = model.mapView;
    const painter = (this.painter ??= new PointPainter(context));
    const ratio = Math.max(1, window.devicePixelRatio);
    const radius = radiusOf(places?.count ?? 0, model.mapView.state.zoom);
    const looks = this.looks(model, palette);
    const { center, zoom } = camera;
    const needs = [places, looks, palette, model.selection, center.x, center.y, zoom, size.width, size.height, ratio];
    // What lies over the points has a canvas of its own: where only that changed, they stay.
    this.painted.get(needs, () =>
      painter.draw(places?.places ?? new Float32Array(), looks, camera, {
        ratio,
        radius,
        background: pixelOf(palette.background),
        selected: model.selection,
        selection: pixelOf(palette.foreground),
      }),
    );
    drawMarks(over, ratio, { ...size, palette, radius, cursor, hovered, outline });
    return isNew;
  }

  private looks(model: PanelModel, palette: Palette): PointLooks {
    const { epochs, groupView, mapView } = model;
    const needs = [
      ...[palette, model.snapshot?.paths, model.list.items, mapView.state.color, model.labels, groupView.groups],
      ...[model.ranking, epochs.ranking, model.threshold, model.review.decisions, model.review.unreadable],
    ];
    return this.looksMemo.get(needs, () => looksOf(model, palette));
  }
}

/** In CSS pixels: smaller where there are many, larger when looked at closely. */
function radiusOf(images: number, zoom: number): number {
  const usual = images <= 600 ? 5 : images <= 6000 ? 3.4 : images <= 30_000 ? 2.4 : 1.7;
  return Math.min(7, Math.max(1.2, Math.round(usual * Math.max(1, zoom) ** 0.3 * 4) / 4));
}
