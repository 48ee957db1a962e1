/** A picture with rectangles on it: a drag draws one, arrow keys move the chosen one. */
import * as l10n from '@vscode/l10n';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { createRef, ref } from 'lit/directives/ref.js';
import type { Area } from '../../src/shared/settings';
import { base } from '../styles/base';
import { cssProperties } from '../styles/css-properties';
import { areaAfterKey, areaBetween, type Point } from './area-edits';

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
  static override styles = [
    base,
    css`
      :host {
        display: block;
        position: relative;
        aspect-ratio: var(--aspect);
        touch-action: none;
      }
      .ground {
        position: absolute;
        inset: 0;
        border: 1px solid var(--line);
        cursor: crosshair;
        overflow: hidden;
      }
      img {
        width: 100%;
        height: 100%;
        image-rendering: pixelated;
        pointer-events: none;
        user-select: none;
      }
      .area {
        appearance: none;
        position: absolute;
        left: calc(100% * var(--x0));
        top: calc(100% * var(--y0));
        width: calc(100% * (var(--x1) - var(--x0)));
        height: calc(100% * (var(--y1) - var(--y0)));
        padding: 0;
        border: 2px solid #fff;
        border-radius: 0;
        outline: 1px solid #000;
        background: repeating-linear-gradient(45deg, rgb(0 0 0 / 45%) 0 4px, rgb(255 255 255 / 20%) 4px 8px);
        color: #fff;
        cursor: pointer;
      }
      .area.attend {
        border-style: dashed;
        background: none;
      }
      .area.chosen {
        border-color: var(--vscode-focusBorder, #fff);
      }
      .area:focus-visible {
        outline: 2px solid var(--vscode-focusBorder, #fff);
        outline-offset: 1px;
      }
      .drawn {
        pointer-events: none;
      }
      .number {
        position: absolute;
        top: 0;
        left: 0;
        min-width: 1.4em;
        background: #000;
        color: #fff;
        font-size: 11px;
        text-align: center;
      }
    `,
  ];

  @property() source = '';
  @property({ type: Number }) aspect = 1;
  @property({ attribute: false }) areas: readonly Area[] = [];
  @property({ type: Number }) chosen = -1;
  /** Of what is drawn. */
  @property() kind: Area['kind'] = 'ignore';
  @state() private drawn: Area | undefined;
  private from: Point | undefined;
  private readonly ground = createRef<HTMLElement>();

  protected override render(): TemplateResult {
    return html`<div ${ref(this.ground)} class="ground" @pointerdown=${this.onDown}>
      ${this.source === '' ? nothing : html`<img src=${this.source} alt=${l10n.t('Mean of the images')} draggable="false" />`}
      ${this.areas.map((area, index) => this.rectangle(area, index))}
      ${
        this.drawn
          ? html`<div class=${`area drawn ${this.drawn.kind}`} ${cssProperties(placeOf(this.drawn))}></div>`
          : nothing
      }
    </div>`;
  }

  protected override willUpdate(): void {
    this.style.setProperty('--aspect', String(this.aspect));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.onCancel();
  }

  focusArea(index: number): void {
    this.shadowRoot?.querySelectorAll<HTMLElement>('button.area')[index]?.focus();
  }

  private rectangle(area: Area, index: number): TemplateResult {
    return html`<button
      type="button"
      class=${`area ${area.kind} ${index === this.chosen ? 'chosen' : ''}`}
      aria-label=${areaName(area, index)}
      aria-pressed=${index === this.chosen ? 'true' : 'false'}
      aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown Shift+ArrowRight Delete"
      ${cssProperties(placeOf(area))}
      @focus=${() => this.tell({ type: 'choose', index })}
      @keydown=${(event: KeyboardEvent) => this.onKey(event, area, index)}
    >
      <span class="number" aria-hidden="true">${index + 1}</span>
    </button>`;
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

  private readonly onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.from = this.pointOf(event);
    // A drag may leave the picture.
    for (const [type, listener] of this.whileDragging) window.addEventListener(type, listener);
  };

  private readonly onMove = (event: PointerEvent): void => {
    if (this.from) this.drawn = areaBetween(this.kind, this.from, this.pointOf(event));
  };

  private readonly onUp = (event: PointerEvent): void => {
    const { from } = this;
    if (!from) return;
    const to = this.pointOf(event);
    this.onCancel();
    const area = areaBetween(this.kind, from, to);
    if (area) {
      this.tell({ type: 'draw', area });
      return;
    }
    // A click: the topmost rectangle under it.
    const index = this.areas.findLastIndex(
      ({ x0, y0, x1, y1 }) => to.x >= x0 && to.x <= x1 && to.y >= y0 && to.y <= y1,
    );
    if (index >= 0) this.focusArea(index);
  };

  private readonly onCancel = (): void => {
    for (const [type, listener] of this.whileDragging) window.removeEventListener(type, listener);
    this.from = undefined;
    this.drawn = undefined;
  };

  private readonly whileDragging = [
    ['pointermove', this.onMove],
    ['pointerup', this.onUp],
    ['pointercancel', this.onCancel],
  ] as const;

  private pointOf(event: PointerEvent): Point {
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

function placeOf({ x0, y0, x1, y1 }: Area): Readonly<Record<string, string>> {
  return { '--x0': String(x0), '--y0': String(y0), '--x1': String(x1), '--y1': String(y1) };
}

declare global {
  interface HTMLElementTagNameMap {
    'area-picture': AreaPicture;
  }
  interface HTMLElementEventMap {
    'area-change': AreaChangeEvent;
  }
}
