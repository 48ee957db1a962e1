/** The folder as a map: every image a point, those that are alike near each other. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { formatCount, formatShare } from '../../src/shared/format';
import { describe, tileContext } from '../grid/tile';
import { ThumbnailStore } from '../host/thumbnail-store';
import { locale } from '../localization';
import { ActionEvent } from '../panel/action-event';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import { Camera, type Point } from './camera';
import './map-bar';
import { imageCard } from './image-card';
import { legend } from './legend';
import { MapGestures } from './map-gestures';
import { MapPainting } from './map-painting';
import { insidePolygon, nearestTo, nextTowards, type Pickable } from './map-picking';
import { mapHost, mapStyles } from './map-styles';

/** How near to a point a pointer must be, in CSS pixels. */
const pointerReach = 9;
const fingerReach = 20;
/** What one press of + or − does. */
const zoomStep = 1.5;

@customElement('folder-map')
export class FolderMap extends ModelElement {
  static override styles = [base, mapHost, mapStyles];

  @property({ attribute: false }) thumbnails = ThumbnailStore.empty();
  @state() private hovered: number | undefined;
  @state() private hasFocus = false;
  @state() private said = '';
  private readonly stage = createRef<HTMLElement>();
  private readonly points = createRef<HTMLCanvasElement>();
  private readonly marks = createRef<HTMLCanvasElement>();
  private readonly painting = new MapPainting();
  private size = { width: 0, height: 0 };
  private frame = 0;
  private readonly gestures = new MapGestures({
    camera: () => this.camera,
    tool: () => this.model.mapView.state.tool,
    look: (camera) => this.look(camera),
    click: (at, event) => this.onPress(at, event),
    enclose: (corners, event) => this.enclose(corners, event),
    redraw: () => this.redraw(),
  });
  private readonly resizes = new ResizeObserver(() => this.measure());
  private readonly themes = new MutationObserver(() => {
    this.painting.forgetColours();
    this.requestUpdate();
  });

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.stage.value) this.resizes.observe(this.stage.value);
    // The editor names the theme there, and its colours on the root.
    this.themes.observe(document.body, { attributeFilter: ['class'] });
    this.themes.observe(document.documentElement, { attributeFilter: ['style', 'class'] });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes.disconnect();
    this.themes.disconnect();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.thumbnails.wantBeside('map', []);
  }

  protected override render(): TemplateResult {
    const { model } = this;
    const { palette } = this.painting;
    const { mapView } = model;
    const shown = this.shownImage;
    const images = model.list.items.length;
    return html`<map-bar .model=${model} @zoom=${this.onZoom}></map-bar>
      <div
        ${ref(this.stage)}
        class=${classMap({
          stage: true,
          moving: this.gestures.isMoving || mapView.state.tool === 'move',
          over: this.hovered !== undefined && !this.gestures.isBusy,
        })}
        role="application"
        tabindex="0"
        aria-roledescription=${l10n.t('map')}
        aria-label=${l10n.t('Map of the images ({0}). Arrows go to the next image in a direction, Enter compares, + and − zoom.', formatCount(images, locale))}
        @keydown=${this.onKey}
        @keyup=${this.onKeyUp}
        @focus=${this.onFocus}
        @blur=${this.onBlur}
        @pointerdown=${this.onPointerDown}
        @pointermove=${this.onPointerMove}
        @pointerup=${(event: PointerEvent) => this.gestures.up(this.placeOf(event), event)}
        @pointercancel=${(event: PointerEvent) => this.gestures.lose(event)}
        @pointerleave=${() => (this.hovered = undefined)}
        @dblclick=${this.onDoubleClick}
        @wheel=${this.onWheel}
      >
        <canvas ${ref(this.points)} aria-hidden="true" @contextrestored=${this.onPointsLost}></canvas>
        <canvas ${ref(this.marks)} aria-hidden="true"></canvas>
        ${shown === undefined ? nothing : imageCard(model, shown, this.thumbnails.uriOf(shown), this.screenPlace(shown), this.size)}
        ${this.standIn()}
      </div>
      ${palette && mapView.places ? legend(model, palette) : nothing}
      <div class="unseen" role="status">${this.said}</div>`;
  }

  /** Why there is no map, or how far it is. */
  private standIn(): TemplateResult | typeof nothing {
    const { mapView } = this.model;
    if (!mapView.isPossible) {
      return html`<div class="over-stage">
        <p>${l10n.t('The map comes once the network has scored the images.')}</p>
      </div>`;
    }
    if (mapView.problem !== undefined || (mapView.isHalted && mapView.done < 1)) {
      return html`<div class="over-stage">
        <p role="alert">${mapView.problem ?? l10n.t('The map was not finished.')}</p>
        <vscode-button @click=${() => mapView.goOn()}>${l10n.t('Try again')}</vscode-button>
      </div>`;
    }
    if (mapView.done >= 1) return nothing;
    return html`<div class="progress" role="group" aria-label=${l10n.t('Making the map')}>
      <span>${l10n.t('Making the map: {0}', formatShare(mapView.done, locale))}</span>
      <progress max="1" .value=${mapView.done} aria-label=${l10n.t('Making the map')}></progress>
      <vscode-button secondary @click=${() => mapView.halt()}>${l10n.t('Cancel')}</vscode-button>
    </div>`;
  }

  protected override firstUpdated(): void {
    if (this.stage.value) this.resizes.observe(this.stage.value);
    this.measure();
  }

  protected override updated(): void {
    const shown = this.shownImage;
    this.thumbnails.wantBeside('map', shown === undefined ? [] : [shown]);
    this.redraw();
  }

  // ── what others ask for ──

  /** The image under the cursor, when it is on the map. */
  get focusedIndex(): number | undefined {
    const { focused } = this.model.view;
    return focused >= 0 && this.placeOnMap(focused) ? focused : undefined;
  }

  focusTile(): void {
    this.stage.value?.focus({ preventScroll: true });
  }

  /** Brings the image in focus into view. */
  revealFocused(): void {
    const place = this.placeOnMap(this.model.view.focused);
    if (place) this.look(this.camera.showing(place));
  }

  /** To the nearest image in a direction of the screen; the first time to the first of the list. */
  moveCursor(towards: Point, extend = false): void {
    const { model, pickable } = this;
    if (!pickable) return;
    const from = this.focusedIndex;
    const next = from === undefined ? model.list.items[0] : nextTowards(pickable, this.camera, from, towards);
    if (next === undefined) return;
    this.goTo(next);
    if (extend) model.select([...model.selection, ...(from === undefined ? [] : [from]), next]);
    else if (model.selection.size > 0) model.select([]);
  }

  /** Along the list: to the next stranger or more usual image, where it stands by score. */
  moveInList(by: number): void {
    const { items } = this.model.list;
    const place = items.indexOf(this.model.view.focused) + by;
    const next = items[Math.min(Math.max(place, 0), items.length - 1)];
    if (next !== undefined) this.goTo(next);
  }

  selectAll(): void {
    this.model.select(this.model.list.items.filter((index) => this.placeOnMap(index) !== undefined));
    this.sayCount();
  }

  /** Whether keys that go to this element are about the images. */
  isStage(element: Element): boolean {
    return element === this.stage.value;
  }

  private goTo(index: number): void {
    this.model.begin();
    this.model.setView({ focused: index });
    this.hovered = undefined;
    this.revealFocused();
    this.said = describe(tileContext(this.model, false), index);
  }

  // ── what is seen ──

  private get camera(): Camera {
    const { state, places } = this.model.mapView;
    const { width, height } = this.size;
    return new Camera({ x: state.x, y: state.y }, state.zoom, width, height, places ?? { halfWidth: 1, halfHeight: 1 });
  }

  private look({ center, zoom }: Camera): void {
    // Without a size there is no scale: places on the screen would be no numbers.
    if (this.size.width === 0 || this.size.height === 0) return;
    this.model.setMapPlace({ ...center, zoom });
    if (this.shownImage !== undefined) this.requestUpdate();
    this.redraw();
  }

  private get pickable(): Pickable | undefined {
    const { places } = this.model.mapView;
    return places && { places: places.places, items: this.model.list.items };
  }

  private placeOnMap(index: number): Point | undefined {
    const places = this.model.mapView.places?.places;
    const [x, y] = [places?.[2 * index] ?? NaN, places?.[2 * index + 1] ?? NaN];
    return Number.isNaN(x) || Number.isNaN(y) ? undefined : { x, y };
  }

  private screenPlace(index: number): Point {
    return this.camera.toScreen(this.placeOnMap(index) ?? { x: 0, y: 0 });
  }

  /** Whose picture is shown: under the pointer, else under the cursor of the keys. */
  private get shownImage(): number | undefined {
    if (this.gestures.isBusy) return undefined;
    const index = this.hovered ?? (this.hasFocus ? this.focusedIndex : undefined);
    return index !== undefined && this.placeOnMap(index) ? index : undefined;
  }

  private measure(): void {
    const { clientWidth: width = 0, clientHeight: height = 0 } = this.stage.value ?? {};
    if (width === this.size.width && height === this.size.height) return;
    this.size = { width, height };
    this.requestUpdate();
  }

  private redraw(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    this.frame = 0;
    const { model, size, camera } = this;
    const [points, marks] = [this.points.value, this.marks.value];
    if (size.width === 0 || size.height === 0 || !points || !marks) return;
    const hasNewColours = this.painting.draw(this, points, marks, {
      model,
      camera,
      size,
      cursor: this.focusedIndex === undefined ? undefined : this.screenPlace(this.focusedIndex),
      hovered: this.hovered === undefined ? undefined : this.screenPlace(this.hovered),
      outline: this.gestures.outline,
    });
    // The legend shows them.
    if (hasNewColours) this.requestUpdate();
  }

  private readonly onPointsLost = (): void => {
    this.painting.forgetPoints();
    this.redraw();
  };

  // ── what is done ──

  private onPress(at: Point, event: PointerEvent): void {
    const { model } = this;
    const index = this.imageAt(at, event);
    if (index === undefined) {
      if (!event.ctrlKey && !event.metaKey) model.select([]);
      return;
    }
    const selection = new Set(model.selection);
    if (event.ctrlKey || event.metaKey || event.shiftKey) {
      if (!selection.delete(index)) selection.add(index);
      model.select(selection);
    } else if (selection.size > 0) {
      model.select([]);
    }
    this.goTo(index);
  }

  private enclose(corners: readonly Point[], event: PointerEvent): void {
    const { model, pickable } = this;
    if (!pickable) return;
    const found = insidePolygon(pickable, this.camera, corners);
    const isAdded = event.ctrlKey || event.metaKey || event.shiftKey;
    model.select(isAdded ? [...model.selection, ...found] : found);
    this.sayCount();
  }

  private sayCount(): void {
    this.said = l10n.t('{0} selected', formatCount(this.model.selection.size, locale));
  }

  private imageAt(at: Point, event: PointerEvent): number | undefined {
    const { pickable } = this;
    const reach = event.pointerType === 'touch' ? fingerReach : pointerReach;
    return pickable && nearestTo(pickable, this.camera, at, reach);
  }

  private placeOf(event: MouseEvent): Point {
    const box = this.stage.value?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  }

  private readonly onPointerDown = (event: PointerEvent): void => {
    if (event.target instanceof Element && event.target.closest('.progress, .over-stage > *')) return;
    this.stage.value?.setPointerCapture(event.pointerId);
    this.stage.value?.focus({ preventScroll: true });
    // The middle button would begin to scroll, the first to select text.
    event.preventDefault();
    this.gestures.down(this.placeOf(event), event);
  };

  private readonly onPointerMove = (event: PointerEvent): void => {
    const at = this.placeOf(event);
    this.gestures.move(at, event);
    const hovered = this.gestures.isBusy ? undefined : this.imageAt(at, event);
    if (hovered !== this.hovered) this.hovered = hovered;
  };

  private readonly onDoubleClick = (event: MouseEvent): void => {
    const { pickable } = this;
    if (pickable && nearestTo(pickable, this.camera, this.placeOf(event), pointerReach) !== undefined) {
      this.dispatchEvent(new ActionEvent({ type: 'compare' }));
    }
  };

  private readonly onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    // Lines of a mouse, pixels of a pad; pinching on a pad comes with Ctrl and in small amounts.
    const amount = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1) * (event.ctrlKey ? 5 : 1);
    const wheelled = Math.min(240, Math.max(-240, amount));
    this.look(this.camera.zoomed(Math.exp(-wheelled / 400), this.placeOf(event)));
  };

  private readonly onZoom = (event: CustomEvent<'in' | 'out' | 'all'>): void => this.zoom(event.detail);

  private zoom(how: 'in' | 'out' | 'all'): void {
    const { camera } = this;
    const place = this.placeOnMap(this.model.view.focused);
    const at = place && this.hasFocus ? camera.toScreen(place) : undefined;
    this.look(how === 'all' ? camera.all() : camera.zoomed(how === 'in' ? zoomStep : 1 / zoomStep, at));
    this.requestUpdate();
  }

  private readonly onFocus = (): void => {
    this.hasFocus = true;
    const { focusedIndex } = this;
    if (focusedIndex !== undefined) this.said = describe(tileContext(this.model, false), focusedIndex);
  };

  private readonly onBlur = (): void => {
    this.hasFocus = false;
    // Whoever lets it go elsewhere is not heard here.
    this.gestures.releaseSpace();
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target !== this.stage.value) return;
    const zoom = zoomKeys[event.key];
    const first = this.model.list.items[0];
    if (zoom) this.zoom(zoom);
    else if (event.key === 'Home' && first !== undefined) this.goTo(first);
    else if (event.key === 'PageDown') this.moveInList(1);
    else if (event.key === 'PageUp') this.moveInList(-1);
    else if (event.key === ' ') this.gestures.holdSpace();
    else if (event.key !== 'Escape' || !this.gestures.cancel()) return;
    event.preventDefault();
    this.requestUpdate();
  };

  /** Space alone flips the flag, as in the grid; held while dragging it moves the map. */
  private readonly onKeyUp = (event: KeyboardEvent): void => {
    if (event.key !== ' ') return;
    const index = this.focusedIndex;
    if (this.gestures.releaseSpace() && index !== undefined)
      this.dispatchEvent(new ActionEvent({ type: 'flip', index }));
    this.requestUpdate();
  };
}

const zoomKeys: Readonly<Record<string, 'in' | 'out' | 'all'>> = {
  '+': 'in',
  '=': 'in',
  '-': 'out',
  '−': 'out',
  '0': 'all',
};

declare global {
  interface HTMLElementTagNameMap {
    'folder-map': FolderMap;
  }
}
