/** A picture with areas on it: a drag draws a rectangle, clicks the corners of a polygon, arrow keys move the chosen one. */
import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { boundsOf, cornersOf, isInside, isPolygon } from '../../src/shared/areas';
import type { Area, AreaCorner, PolygonArea } from '../../src/shared/settings';
import { base } from '../styles/base';
import { cssProperties } from '../styles/css-properties';
import { areaAfterKey, areaBetween, clamp, type Point } from './area-edits';
import { areaPictureStyles } from './area-picture-styles';
import { PolygonDrawing } from './polygon-drawing';
import { cornerAfterKey, withCorner } from './polygon-edits';

export type AreaShape = 'rectangle' | 'polygon';

export type AreaChange =
  | { readonly type: 'draw'; readonly area: Area }
  | { readonly type: 'move'; readonly index: number; readonly area: Area }
  | { readonly type: 'choose' | 'remove'; readonly index: number };

export class AreaChangeEvent extends Event {
  constructor(readonly change: AreaChange) {
    super('area-change');
  }
}

@customElement('area-picture')
export class AreaPicture extends LitElement {
  static override styles = [base, areaPictureStyles];

  @property() source = '';
  @property({ type: Number }) aspect = 1;
  @property({ attribute: false }) areas: readonly Area[] = [];
  @property({ type: Number }) chosen = -1;
  /** Of what is drawn. */
  @property() kind: Area['kind'] = 'ignore';
  @property() shape: AreaShape = 'rectangle';
  @state() private drawn: Area | undefined;
  private from: Point | undefined;
  /** The corner of the chosen polygon that is dragged. */
  private dragged: number | undefined;
  private readonly ground = createRef<HTMLElement>();
  private readonly polygon = new PolygonDrawing(
    this,
    () => this.kind,
    (area) => this.tell({ type: 'draw', area }),
  );

  protected override render(): TemplateResult {
    const chosen = this.areas[this.chosen];
    return html`<div
      ${ref(this.ground)}
      class="ground"
      tabindex="-1"
      @pointerdown=${this.onDown}
      @mousedown=${this.onMouseDown}
      @pointermove=${this.onHover}
      @dblclick=${() => this.polygon.close()}
      @keydown=${this.onGroundKey}
    >
      ${this.source === '' ? nothing : html`<img src=${this.source} alt=${l10n.t('Mean of the images')} draggable="false" />`}
      ${this.areas.map((area, index) => this.area(area, index))}
      ${
        chosen && isPolygon(chosen) && !this.polygon.isUnderWay
          ? chosen.corners.map((_, corner) => this.corner(chosen, corner))
          : nothing
      }
      ${
        this.drawn
          ? html`<div class=${`area drawn ${this.drawn.kind}`} ${cssProperties(placeOf(this.drawn))}></div>`
          : nothing
      }
      ${lines(this.polygon.line, false, this.kind)}
    </div>`;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.style.setProperty('--aspect', String(this.aspect));
    if (changed.has('shape')) this.polygon.giveUp();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.onCancel();
  }

  focusArea(index: number): void {
    this.shadowRoot?.querySelectorAll<HTMLElement>('button.area')[index]?.focus();
  }

  private area(area: Area, index: number): TemplateResult {
    const chosen = index === this.chosen ? 'chosen' : '';
    return html`<button
      type="button"
      class=${`area ${area.kind} ${chosen} ${isPolygon(area) ? 'polygon' : ''}`}
      aria-label=${areaName(area, index)}
      aria-pressed=${index === this.chosen ? 'true' : 'false'}
      aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown Shift+ArrowRight Delete"
      ${cssProperties(placeOf(area))}
      @focus=${() => this.tell({ type: 'choose', index })}
      @keydown=${(event: KeyboardEvent) => this.onKey(event, area, index)}
    >
      ${
        isPolygon(area)
          ? html`<div class="fill" ${cssProperties({ '--shape': clipPath(area) })}></div>
              ${lines(cornersWithin(area), true, area.kind, chosen)}`
          : nothing
      }
      <span class="number" aria-hidden="true">${index + 1}</span>
    </button>`;
  }

  private corner(area: PolygonArea, corner: number): TemplateResult {
    const [x, y] = area.corners[corner] ?? [0, 0];
    return html`<button
      type="button"
      class="corner"
      aria-label=${l10n.t('Corner {0} of area {1}', corner + 1, this.chosen + 1)}
      aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown Insert Delete"
      ${cssProperties({ '--x': String(x), '--y': String(y) })}
      @pointerdown=${(event: PointerEvent) => this.onCornerDown(event, corner)}
      @keydown=${(event: KeyboardEvent) => this.onCornerKey(event, area, corner)}
    ></button>`;
  }

  private onKey(event: KeyboardEvent, area: Area, index: number): void {
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      this.tell({ type: 'remove', index });
      return;
    }
    const moved = areaAfterKey(area, event.key, event.shiftKey);
    if (!moved) return;
    event.preventDefault();
    this.tell({ type: 'move', index, area: moved });
  }

  private onCornerKey(event: KeyboardEvent, area: PolygonArea, corner: number): void {
    const changed = cornerAfterKey(area, corner, event.key);
    if (!changed) return;
    event.preventDefault();
    this.tell({ type: 'move', index: this.chosen, area: changed });
    if (changed.corners.length === area.corners.length) return;
    const next = event.key === 'Insert' ? corner + 1 : corner % changed.corners.length;
    void this.updateComplete.then(() => this.shadowRoot?.querySelectorAll<HTMLElement>('button.corner')[next]?.focus());
  }

  private onCornerDown(event: PointerEvent, corner: number): void {
    if (event.button !== 0) return;
    event.stopPropagation();
    this.dragged = corner;
    this.followPointer();
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    if (this.shape === 'polygon') {
      this.polygon.click(this.pointOf(event));
      return;
    }
    this.from = this.pointOf(event);
    this.followPointer();
  };

  /** Keys that end a polygon must arrive here, not at an area that a corner of it was put on. */
  private readonly onMouseDown = (event: MouseEvent): void => {
    if (this.shape !== 'polygon' || !this.polygon.isUnderWay) return;
    event.preventDefault();
    this.ground.value?.focus();
  };

  private readonly onHover = (event: PointerEvent): void => this.polygon.hover(this.pointOf(event));

  private readonly onGroundKey = (event: KeyboardEvent): void => {
    if (!this.polygon.press(event.key)) return;
    // The dialog would close by Escape.
    event.preventDefault();
    event.stopPropagation();
  };

  private readonly onMove = (event: PointerEvent): void => {
    const point = this.pointOf(event);
    const area = this.areas[this.chosen];
    if (this.dragged !== undefined && area && isPolygon(area)) {
      this.tell({ type: 'move', index: this.chosen, area: withCorner(area, this.dragged, point) });
    }
    if (this.from) this.drawn = areaBetween(this.kind, this.from, point);
  };

  private readonly onUp = (event: PointerEvent): void => {
    const { from } = this;
    this.onCancel();
    if (!from) return;
    const to = this.pointOf(event);
    const area = areaBetween(this.kind, from, to);
    if (area) {
      this.tell({ type: 'draw', area });
      return;
    }
    // A click: the topmost area under it.
    const index = this.areas.findLastIndex((candidate) => isInside(candidate, to.x, to.y));
    if (index >= 0) this.focusArea(index);
  };

  private readonly onCancel = (): void => {
    for (const [type, listener] of this.whileDragging) window.removeEventListener(type, listener);
    this.from = undefined;
    this.dragged = undefined;
    this.drawn = undefined;
  };

  private readonly whileDragging = [
    ['pointermove', this.onMove],
    ['pointerup', this.onUp],
    ['pointercancel', this.onCancel],
  ] as const;

  /** A drag may leave the picture. */
  private followPointer(): void {
    for (const [type, listener] of this.whileDragging) window.addEventListener(type, listener);
  }

  private pointOf(event: MouseEvent): Point {
    const box = this.ground.value?.getBoundingClientRect();
    if (!box || box.width === 0 || box.height === 0) return { x: 0, y: 0 };
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  }

  private tell(change: AreaChange): void {
    this.dispatchEvent(new AreaChangeEvent(change));
  }
}

/** "Area 2: ignore". */
export function areaName({ kind }: Area, index: number): string {
  return kind === 'ignore' ? l10n.t('Area {0}: ignore', index + 1) : l10n.t('Area {0}: attend to', index + 1);
}

function placeOf(area: Area): Readonly<Record<string, string>> {
  const { x0, y0, x1, y1 } = boundsOf(area);
  return { '--x0': String(x0), '--y0': String(y0), '--x1': String(x1), '--y1': String(y1) };
}

/** In fractions of the bounds. */
function cornersWithin(area: PolygonArea): AreaCorner[] {
  const { x0, y0, x1, y1 } = boundsOf(area);
  return cornersOf(area).map(([x, y]) => [clamp((x - x0) / (x1 - x0)), clamp((y - y0) / (y1 - y0))]);
}

function clipPath(area: PolygonArea): string {
  return `polygon(evenodd, ${cornersWithin(area)
    .map(([x, y]) => `${100 * x}% ${100 * y}%`)
    .join(', ')})`;
}

/** Black below and white above, to be seen on any picture. */
function lines(corners: readonly AreaCorner[], isClosed: boolean, kind: Area['kind'], chosen = ''): unknown {
  if (corners.length === 0) return nothing;
  const points = (isClosed ? [...corners, ...corners.slice(0, 1)] : corners).map(([x, y]) => `${x},${y}`).join(' ');
  return html`<svg class=${`lines ${kind} ${chosen}`} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
    <polyline points=${points}></polyline>
    <polyline class="upper" points=${points}></polyline>
  </svg>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'area-picture': AreaPicture;
  }
  interface HTMLElementEventMap {
    'area-change': AreaChangeEvent;
  }
}
