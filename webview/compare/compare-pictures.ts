/** The pictures of one image side by side, zoomed and moved in step, and the scale of the error map. */
import * as l10n from '@vscode/l10n';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { formatSignificant } from '../../src/shared/format';
import type { PanelComparison } from '../../src/shared/contracts';
import type { Area, ScanSettings } from '../../src/shared/settings';
import { locale } from '../localization';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import { controlStyles } from '../styles/controls';
import { cssProperties } from '../styles/css-properties';
import { areaOverlay, areaOverlayStyles } from './area-overlay';
import { pictureStyles } from './picture-styles';
import { dragBy, largestZoom, wholePicture, zoomAt, zoomByKey, type Zoom } from './zoom-group';

type Region = NonNullable<ScanSettings['roi']>;
const all: Region = [0, 0, 1, 1];
/** Frames are not longer than this many times their other side; a longer picture is a strip in its frame. */
const longestFrame = 3;

@customElement('compare-pictures')
export class ComparePictures extends ModelElement {
  static override styles = [base, controlStyles, areaOverlayStyles, pictureStyles];

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
        ${this.picture(original, l10n.t('original'), this.aspect, this.overlay(this.seenPart, true))}
        ${this.picture(seen, l10n.t('seen by the network'), this.seenAspect, this.overlay(all, true))}
        ${
          reconstruction === undefined
            ? nothing
            : this.picture(reconstruction, l10n.t('reconstruction'), this.seenAspect, this.overlay(all, true))
        }
        ${
          errors === undefined
            ? nothing
            : this.picture(
                errors,
                isOwn ? l10n.t('error, own scale') : l10n.t('error'),
                this.seenAspect,
                this.overlay(all, false),
              )
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
        this.areas.length === 0
          ? nothing
          : html`<label class="shown-areas" title=${l10n.t('What is hatched does not count.')}
              ><input
                type="checkbox"
                .checked=${this.model.view.areasHidden !== true}
                @change=${this.onAreas}
              />${l10n.t('Areas')}</label
            >`
      }
      ${
        comparison.ownErrorMap === undefined
          ? nothing
          : html`<label class="own-scale"
              ><input type="checkbox" .checked=${isOwn} @change=${this.onOwnScale} />${l10n.t('Own scale')}</label
            >`
      }
    </div>`;
  }

  private picture(
    address: string,
    caption: string,
    aspect: number,
    overlay: TemplateResult | typeof nothing,
  ): TemplateResult {
    const shape = this.frameAspect / aspect;
    return html`<figure>
      <div class="frame">
        <div class="sheet">
          <div
            class="picture"
            ${cssProperties({
              '--width': `${(100 * Math.min(1, 1 / shape)).toFixed(4)}%`,
              '--height': `${(100 * Math.min(1, shape)).toFixed(4)}%`,
            })}
          >
            <img src=${address} alt=${caption} draggable="false" decoding="sync" />
            ${overlay}
          </div>
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
    const [x0, y0, x1, y1] = this.seenPart;
    return (this.aspect * (x1 - x0)) / (y1 - y0);
  }

  /** As fractions of the original. */
  private get seenPart(): Region {
    return this.model.snapshot?.record.request.settings.roi ?? all;
  }

  private get areas(): readonly Area[] {
    return this.model.snapshot?.record.request.settings.areas ?? [];
  }

  private overlay(within: Region, hatched: boolean): TemplateResult | typeof nothing {
    const isShown = this.areas.length > 0 && this.model.view.areasHidden !== true;
    return isShown ? areaOverlay(this.areas, within, hatched) : nothing;
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

  private readonly onAreas = (event: Event): void => {
    if (event.target instanceof HTMLInputElement) this.model.setView({ areasHidden: !event.target.checked });
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
