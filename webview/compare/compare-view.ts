/** One image explained: what came in, what the network saw and rebuilt, where they differ, and which scores say so. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import type { PanelComparison } from '../../src/shared/contracts';
import { toErrorReport } from '../../src/shared/errors';
import { formatCount, formatScore } from '../../src/shared/format';
import { scoreExplanation, scoreTitle } from '../../src/shared/score-names';
import { labelText } from '../grid/tile';
import { ThumbnailStore } from '../host/thumbnail-store';
import { locale } from '../localization';
import { ActionEvent, type PanelAction } from '../panel/action-event';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import { cssProperties } from '../styles/css-properties';
import { sign } from '../styles/signs';
import { compareStyles } from './compare-styles';
import './latent-editor';
import type { EditLatent } from './latent-editor';
import './nearest-images';
import './pixel-spread';
import { dragBy, wholePicture, zoomAt, zoomByKey, type Zoom } from './zoom-group';

/** Comparisons kept for going back and forth. */
const kept = 24;

@customElement('compare-view')
export class CompareView extends ModelElement {
  static override styles = [base, compareStyles];

  @property({ attribute: false }) fetchComparison: (index: number) => Promise<PanelComparison> = () =>
    Promise.reject(new Error('Not connected.'));
  @property({ attribute: false }) thumbnails = new ThumbnailStore(
    () => Promise.resolve([]),
    () => undefined,
    String,
  );
  @property({ attribute: false }) editLatent: EditLatent = () => Promise.reject(new Error('Not connected.'));
  /** Absent when nothing is in the list. */
  @property({ attribute: false }) index: number | undefined;
  @state() private comparison: PanelComparison | undefined;
  @state() private problem: string | undefined;
  @state() private zoom = wholePicture;
  private readonly cache = new Map<number, PanelComparison>();
  private cachedRun: unknown;
  private asking: number | undefined;

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const run = this.model.snapshot?.scores;
    if (run !== this.cachedRun) {
      // Another ranking, another network: pictures and shares are others.
      this.cache.clear();
      this.cachedRun = run;
      this.asking = undefined;
    }
    if (changed.has('index')) this.zoom = wholePicture;
    const known = this.index === undefined ? undefined : this.cache.get(this.index);
    if (known) {
      this.comparison = known;
      this.problem = undefined;
    } else if (this.index !== undefined && this.asking !== this.index) void this.ask(this.index);
    this.classList.toggle('loading', this.index !== undefined && this.comparison?.index !== this.index);
  }

  /** More of them have come. */
  showThumbnails(): void {
    this.renderRoot.querySelector('nearest-images')?.requestUpdate();
  }

  /** Zooms by a key of the keyboard; false when the key is none of the zoom's. */
  zoomByKey(key: string): boolean {
    const zoom = zoomByKey(this.zoom, key);
    if (!zoom) return false;
    this.zoom = zoom;
    return true;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { index, model } = this;
    if (index === undefined) return html`<p class="wait">${l10n.t('No image is selected.')}</p>`;
    const path = model.snapshot?.paths[index] ?? '';
    return html`<div class="head">
        <h2 class="ellipsis" title=${path}>${path.slice(path.lastIndexOf('/') + 1)}</h2>
        ${this.iconButton({ type: 'move', by: -1 }, 'previous', l10n.t('Previous image'))}
        ${this.iconButton({ type: 'move', by: 1 }, 'next', l10n.t('Next image'))}
        ${this.iconButton({ type: 'closeCompare' }, 'close', l10n.t('Close (Esc)'))}
      </div>
      ${this.stateLine(index)} ${this.problem === undefined ? this.explanation() : this.problemText()}
      <div class="actions">
        ${this.button({ type: 'bad', index }, l10n.t('Bad'))} ${this.button({ type: 'good', index }, l10n.t('Good'))}
        ${this.button({ type: 'badAlike', index }, l10n.t('Bad, and others like it'))}
        ${this.button({ type: 'goodAlike', index }, l10n.t('Good, and others like it'))}
        ${this.button({ type: 'open', index }, l10n.t('Open'))}
        ${this.button({ type: 'reveal', index }, l10n.t('Reveal'))}
      </div>`;
  }

  private stateLine(index: number): TemplateResult {
    const { model } = this;
    const place = model.ranking?.rank[index] ?? 0;
    const decision = model.decisionOf(index);
    const label = labelText(model, index);
    return html`<div class="state">
      ${
        place > 0
          ? html`<span class="number">${l10n.t('rank {0}', formatCount(place, locale))}</span>
              <span class="number"
                >${scoreTitle(model.scoreName)} ${formatScore(model.ranking?.scoreOf(index) ?? NaN, locale)}</span
              >`
          : nothing
      }
      ${this.epochPlace(index)}
      <span>${model.isFlagged(index) ? html`${sign('flag')} ${l10n.t('flagged')}` : l10n.t('not flagged')}</span>
      ${
        decision
          ? html`<span>${sign(decision)} ${decision === 'bad' ? l10n.t('marked bad') : l10n.t('marked good')}</span>`
          : nothing
      }
      ${label === undefined ? nothing : html`<span>${label}</span>`}
    </div>`;
  }

  private epochPlace(index: number): TemplateResult | typeof nothing {
    const { epoch, ranking } = this.model.epochs;
    const place = ranking?.rank[index] ?? 0;
    if (place === 0) return nothing;
    return html`<span class="number"
      >${l10n.t('rank {0} after epoch {1}', formatCount(place, locale), epoch ?? '')}</span
    >`;
  }

  private explanation(): TemplateResult {
    const { comparison } = this;
    if (!comparison) return html`<p class="wait" role="status">${l10n.t('Making the comparison…')}</p>`;
    const { width, height } = comparison;
    return html`<div
        class=${classMap({ pictures: true, zoomed: this.zoom.factor > 1 })}
        role="group"
        tabindex="0"
        aria-label=${l10n.t('Pictures; plus and minus zoom, 0 shows all')}
        ${cssProperties({
          '--zoom': String(this.zoom.factor),
          '--x': this.zoom.x.toFixed(4),
          '--y': this.zoom.y.toFixed(4),
          '--aspect': width > 0 && height > 0 ? String(Math.min(3, Math.max(1 / 3, width / height))) : '1',
        })}
        @wheel=${this.onWheel}
        @pointerdown=${this.onPointerDown}
        @pointermove=${this.onPointerMove}
        @load=${{ handleEvent: onLoad, capture: true }}
      >
        ${this.picture(comparison.original, l10n.t('original'))}
        ${this.picture(comparison.seen, l10n.t('seen by the network'))}
        ${
          comparison.reconstruction === undefined
            ? nothing
            : this.picture(comparison.reconstruction, l10n.t('reconstruction'))
        }
        ${comparison.errorMap === undefined ? nothing : this.picture(comparison.errorMap, l10n.t('error'))}
      </div>
      ${errorScale(comparison)} ${this.nearest(comparison)} ${contributions(comparison)}
      ${
        comparison.pixelDistribution
          ? html`<section><pixel-spread .distribution=${comparison.pixelDistribution}></pixel-spread></section>`
          : nothing
      }
      ${this.latent(comparison)}`;
  }

  private nearest({ nearest = [] }: PanelComparison): TemplateResult | typeof nothing {
    if (nearest.length === 0) return nothing;
    return html`<section>
      <nearest-images .model=${this.model} .thumbnails=${this.thumbnails} .indexes=${nearest}></nearest-images>
    </section>`;
  }

  /** Where a network has made a code of the image. */
  private latent({ index, reconstruction }: PanelComparison): TemplateResult | typeof nothing {
    const latent = this.model.snapshot?.record.model?.latent ?? 0;
    if (latent === 0 || reconstruction === undefined) return nothing;
    return html`<section>
      <latent-editor .model=${this.model} .editLatent=${this.editLatent} .index=${index}></latent-editor>
    </section>`;
  }

  private picture(uri: string, caption: string): TemplateResult {
    return html`<figure>
      <div class="frame"><img src=${uri} alt=${caption} draggable="false" /></div>
      <figcaption>${caption}</figcaption>
    </figure>`;
  }

  private problemText(): TemplateResult {
    return html`<p class="problem" role="alert">${this.problem}</p>`;
  }

  private button(action: PanelAction, text: string): TemplateResult {
    return html`<vscode-button secondary @click=${() => this.dispatchEvent(new ActionEvent(action))}
      >${text}</vscode-button
    >`;
  }

  private iconButton(action: PanelAction, icon: 'previous' | 'next' | 'close', text: string): TemplateResult {
    return html`<button
      class="quiet"
      type="button"
      aria-label=${text}
      title=${text}
      @click=${() => this.dispatchEvent(new ActionEvent(action))}
    >
      ${sign(icon)}
    </button>`;
  }

  private async ask(index: number): Promise<void> {
    this.asking = index;
    const run = this.cachedRun;
    try {
      const comparison = await this.fetchComparison(index);
      if (run !== this.cachedRun) return;
      this.cache.set(index, comparison);
      const oldest = this.cache.keys().next().value;
      if (this.cache.size > kept && oldest !== undefined) this.cache.delete(oldest);
      if (index !== this.index) return;
      this.comparison = comparison;
      this.problem = undefined;
    } catch (error) {
      if (index === this.index) this.problem = toErrorReport(error).message;
    }
  }

  private readonly onWheel = (event: WheelEvent): void => {
    const place = placeInFrame(event);
    if (!place) return;
    const next = zoomAt(this.zoom, Math.exp(-event.deltaY / 300), place.x, place.y);
    // A whole picture leaves the wheel to the page.
    if (next.factor === this.zoom.factor) return;
    event.preventDefault();
    this.zoom = next;
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

function errorScale(comparison: PanelComparison): TemplateResult | typeof nothing {
  const { errorScale: scale, meanSquaredError: mean, largestSquaredError: largest } = comparison;
  if (scale === undefined) return nothing;
  return html`<section class="muted number">
    ${l10n.t('Error map: full intensity is a squared error of {0}, the same for all images.', scale.toPrecision(2))}
    ${
      mean === undefined || largest === undefined
        ? nothing
        : l10n.t('Here: mean {0}, largest {1}.', mean.toPrecision(2), largest.toPrecision(2))
    }
  </section>`;
}

function contributions(comparison: PanelComparison): TemplateResult | typeof nothing {
  if (comparison.contributions.length === 0) return nothing;
  return html`<section>
    <h3>${l10n.t('Why it ranks here')}</h3>
    ${rankLine(comparison)}
    <ul>
      ${comparison.contributions.map(({ score, z, share }) => {
        const title = scoreTitle(score);
        return html`<li class="contribution">
          <div class="line">
            <span class="ellipsis" title=${title}>${title}</span>
            <span class="bar" aria-hidden="true" ${cssProperties({ '--share': clampShare(share).toFixed(4) })}></span>
            <span class="z number">${formatScore(z, locale)}</span>
          </div>
          <div class="muted">${scoreExplanation(score)}</div>
        </li>`;
      })}
    </ul>
  </section>`;
}

function rankLine({ rank }: PanelComparison): TemplateResult | typeof nothing {
  if (rank === undefined) return nothing;
  const count = (number: number) => formatCount(number, locale);
  return html`<p class="likely-rank number">
    ${l10n.t('By all scores together rank {0} of {1}; if the scan were repeated, likely {2} to {3}.', count(rank.rank), count(rank.of), count(rank.best), count(rank.worst))}
  </p>`;
}

function clampShare(share: number): number {
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}

declare global {
  interface HTMLElementTagNameMap {
    'compare-view': CompareView;
  }
}
