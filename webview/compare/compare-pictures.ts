/** The pictures of one image side by side, zoomed and moved in step, and the scale of the error map. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { formatSignificant } from '../../src/shared/format';
import type { PanelComparison } from '../../src/shared/contracts';
import { locale } from '../localization';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import { controlStyles } from '../styles/controls';
import { cssProperties } from '../styles/css-properties';
import { dragBy, largestZoom, wholePicture, zoomAt, zoomByKey, type Zoom } from './zoom-group';

/** Frames are not longer than this many times their other side; a longer picture is a strip in its frame. */
const longestFrame = 3;

@customElement('compare-pictures')
export class ComparePictures extends ModelElement {
  static override styles = [
    base,
    controlStyles,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      .pictures {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: 8px;
        padding: 2px 12px 8px;
        outline: none;
      }
      @container (width >= 640px) {
        .pictures {
          grid-template-columns: repeat(4, minmax(0, 1fr));
        }
      }
      figure {
        min-width: 0;
        margin: 0;
      }
      .frame {
        position: relative;
        aspect-ratio: var(--aspect);
        overflow: hidden;
        border-radius: 3px;
        background: var(--vscode-editorWidget-background, transparent);
        border: 1px solid var(--vscode-contrastBorder, transparent);
        cursor: zoom-in;
        touch-action: none;
      }
      .zoomed .frame {
        cursor: grab;
      }
      .pictures:focus-visible .frame {
        outline: 1px solid var(--focus);
      }
      .sheet {
        position: absolute;
        inset: 0;
        transform-origin: 0 0;
        transform: translate(50%, 50%) scale(var(--zoom)) translate(calc(var(--x) * -100%), calc(var(--y) * -100%));
      }
      img {
        position: absolute;
        inset: 0;
        width: var(--width);
        height: var(--height);
        margin: auto;
      }
      img.enlarged,
      .zoomed img {
        image-rendering: pixelated;
      }
      figcaption {
        padding-top: 2px;
        color: var(--muted);
        font-size: 0.92em;
      }
      .scale {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 12px;
        padding: 0 12px 8px;
      }
      .scale > span {
        flex: 1 1 16em;
        color: var(--muted);
      }
      label {
        display: inline-flex;
        gap: 5px;
        align-items: center;
        align-self: start;
      }
    `,
  ];

  @property({ attribute: false }) comparison: PanelComparison | undefined;
  @state() private zoom = wholePicture;

  /** Zooms by a key of the keyboard; false when the key is none of the zoom's. */
  zoomByKey(key: string): boolean {
    const zoom = zoomByKey(this.zoom, key, this.largest);
    if (!zoom) return false;
    this.zoom = zoom;
    return true;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (changed.has('comparison') && changed.get('comparison')?.index !== this.comparison?.index) {
      this.zoom = wholePicture;
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { comparison, zoom, model } = this;
    if (!comparison) return nothing;
    const { original, seen, reconstruction } = comparison;
    const isOwn = model.view.ownErrorScale === true && comparison.ownErrorMap !== undefined;
    const errors = isOwn ? comparison.ownErrorMap : comparison.errorMap;
    return html`<div
        class=${classMap({ pictures: true, zoomed: zoom.factor > 1 })}
        role="group"
        tabindex="0"
        aria-label=${l10n.t('Pictures; plus and minus zoom, 0 shows all')}
        ${cssProperties({
          '--zoom': String(zoom.factor),
          '--x': zoom.x.toFixed(5),
          '--y': zoom.y.toFixed(5),
          '--aspect': this.frameAspect.toFixed(4),
        })}
        @wheel=${this.onWheel}
        @dblclick=${this.onDoubleClick}
        @pointerdown=${this.onPointerDown}
        @pointermove=${this.onPointerMove}
        @load=${{ handleEvent: onLoad, capture: true }}
      >
        ${this.picture(original, l10n.t('original'), this.aspect)}
        ${this.picture(seen, l10n.t('seen by the network'), this.seenAspect)}
        ${
          reconstruction === undefined
            ? nothing
            : this.picture(reconstruction, l10n.t('reconstruction'), this.seenAspect)
        }
        ${
          errors === undefined
            ? nothing
            : this.picture(errors, isOwn ? l10n.t('error, own scale') : l10n.t('error'), this.seenAspect)
        }
      </div>
      ${this.scale(comparison, isOwn)}`;
  }

  private scale(comparison: PanelComparison, isOwn: boolean): TemplateResult | typeof nothing {
    const { errorScale, ownErrorScale, meanSquaredError: mean, largestSquaredError: largest } = comparison;
    if (errorScale === undefined) return nothing;
    const scale = isOwn
      ? l10n.t(
          'Error map: full intensity is this image’s largest squared error, {0}; not to be compared with other images.',
          formatSignificant(ownErrorScale ?? NaN, 2, locale),
        )
      : l10n.t(
          'Error map: full intensity is a squared error of {0}, the same for all images.',
          formatSignificant(errorScale, 2, locale),
        );
    return html`<div class="scale number">
      <span
        >${scale}
        ${
          mean === undefined || largest === undefined
            ? nothing
            : l10n.t(
                'Here: mean {0}, largest {1}.',
                formatSignificant(mean, 2, locale),
                formatSignificant(largest, 2, locale),
              )
        }</span
      >
      ${
        comparison.ownErrorMap === undefined
          ? nothing
          : html`<label class="own-scale"
              ><input type="checkbox" .checked=${isOwn} @change=${this.onOwnScale} />${l10n.t('Own scale')}</label
            >`
      }
    </div>`;
  }

  private picture(address: string, caption: string, aspect: number): TemplateResult {
    const shape = this.frameAspect / aspect;
    return html`<figure>
      <div class="frame">
        <div class="sheet">
          <img
            src=${address}
            alt=${caption}
            draggable="false"
            decoding="sync"
            ${cssProperties({
              '--width': `${(100 * Math.min(1, 1 / shape)).toFixed(4)}%`,
              '--height': `${(100 * Math.min(1, shape)).toFixed(4)}%`,
            })}
          />
        </div>
      </div>
      <figcaption>${caption}</figcaption>
    </figure>`;
  }

  /** Width by height of the original. */
  private get aspect(): number {
    const { width = 0, height = 0 } = this.comparison ?? {};
    return width > 0 && height > 0 ? width / height : 1;
  }

  /** The same of the part that the network sees, squeezed though it is for it: pictures of it lie over the original. */
  private get seenAspect(): number {
    const [x0, y0, x1, y1] = this.model.snapshot?.record.request.settings.roi ?? [0, 0, 1, 1];
    return (this.aspect * (x1 - x0)) / (y1 - y0);
  }

  private get frameAspect(): number {
    return Math.min(longestFrame, Math.max(1 / longestFrame, this.aspect));
  }

  /** How many times larger the picture must be drawn to fill its frame. */
  private get fill(): number {
    return Math.max(this.aspect / this.frameAspect, this.frameAspect / this.aspect);
  }

  private get largest(): number {
    return largestZoom * this.fill;
  }

  private readonly onOwnScale = (event: Event): void => {
    if (event.target instanceof HTMLInputElement) this.model.setView({ ownErrorScale: event.target.checked });
  };

  private readonly onWheel = (event: WheelEvent): void => {
    const place = placeInFrame(event);
    if (!place) return;
    const next = zoomAt(this.zoom, Math.exp(-event.deltaY / 300), place.x, place.y, this.largest);
    // A whole picture leaves the wheel to the page.
    if (next.factor === this.zoom.factor) return;
    event.preventDefault();
    this.zoom = next;
  };

  /** The picture fills its frame at that place, or four times as large; and back. */
  private readonly onDoubleClick = (event: MouseEvent): void => {
    const place = placeInFrame(event);
    if (!place) return;
    const isWhole = this.zoom.factor === 1;
    const by = this.fill > 1.5 ? this.fill : 4;
    this.zoom = isWhole ? zoomAt(this.zoom, by, place.x, place.y, this.largest) : wholePicture;
  };

  private readonly onPointerDown = (event: PointerEvent): void => {
    if (event.button === 0 && this.zoom.factor > 1 && event.target instanceof Element) {
      event.target.setPointerCapture(event.pointerId);
    }
  };

  private readonly onPointerMove = (event: PointerEvent): void => {
    const { target } = event;
    if (!(target instanceof Element) || !target.hasPointerCapture(event.pointerId)) return;
    const box = target.closest('.frame')?.getBoundingClientRect();
    if (box) this.zoom = dragBy(this.zoom, event.movementX / box.width, event.movementY / box.height);
  };
}

function placeInFrame(event: MouseEvent): Pick<Zoom, 'x' | 'y'> | undefined {
  const box = event.target instanceof Element ? event.target.closest('.frame')?.getBoundingClientRect() : undefined;
  return box && { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
}

/** A picture much smaller than its frame is shown as the pixels it has. */
function onLoad(event: Event): void {
  const { target } = event;
  if (!(target instanceof HTMLImageElement)) return;
  target.classList.toggle('enlarged', Math.max(target.naturalWidth, target.naturalHeight) * 2 <= target.clientWidth);
}

declare global {
  interface HTMLElementTagNameMap {
    'compare-pictures': ComparePictures;
  }
}
