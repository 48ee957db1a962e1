/** One image explained: what came in, what the network saw and rebuilt, where they differ, and which scores say so. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { createRef, ref } from 'lit/directives/ref.js';
import type { PanelComparison } from '../../src/shared/contracts';
import { formatCount, formatScore, formatShare } from '../../src/shared/format';
import { printable } from '../../src/shared/printable';
import { scoreExplanation, scoreTitle } from '../../src/shared/score-names';
import { labelText } from '../grid/tile';
import { ThumbnailStore } from '../host/thumbnail-store';
import { locale } from '../localization';
import { ActionEvent, type PanelAction } from '../panel/action-event';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import { cssProperties } from '../styles/css-properties';
import { sign } from '../styles/signs';
import './compare-pictures';
import type { ComparePictures } from './compare-pictures';
import { compareStyles } from './compare-styles';
import { ComparisonStore } from './comparison-store';
import './latent-editor';
import type { EditLatent } from './latent-editor';
import './nearest-images';
import './pixel-spread';

@customElement('compare-view')
export class CompareView extends ModelElement {
  static override styles = [base, compareStyles];

  @property({ attribute: false }) fetchNearest: (index: number) => Promise<readonly number[]> = () =>
    Promise.resolve([]);
  @property({ attribute: false }) fetchComparison: (index: number) => Promise<PanelComparison> = () =>
    Promise.reject(new Error('Not connected.'));
  @property({ attribute: false }) thumbnails = ThumbnailStore.empty();
  @property({ attribute: false }) editLatent: EditLatent = () => Promise.reject(new Error('Not connected.'));
  /** Absent when nothing is in the list. */
  @property({ attribute: false }) index: number | undefined;
  private comparison: PanelComparison | undefined;
  private readonly pictures = createRef<ComparePictures>();
  private readonly store = new ComparisonStore(() => this.requestUpdate());
  private shownRun: unknown;
  private place = 0;

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.store.fetch = this.fetchComparison;
    this.store.fetchNearest = this.fetchNearest;
    const { index } = this;
    const run = this.model.snapshot?.scores;
    const isAnotherRun = run !== this.shownRun;
    if (isAnotherRun) {
      // Another ranking, another network: pictures and shares are others.
      this.store.clear();
      this.shownRun = run;
    }
    if (index === undefined) return;
    if (isAnotherRun || changed.has('index')) this.store.want([index, ...this.neighbours(index)]);
    // The one before stays in sight until the next can be drawn.
    this.comparison = this.store.get(index) ?? this.comparison;
    this.classList.toggle('loading', this.comparison?.index !== index);
  }

  /** Those that are likely to be wanted next, the likeliest first: one goes on in the direction one came. */
  private neighbours(index: number): number[] {
    const { items } = this.model.list;
    const place = items.indexOf(index);
    const unreadable = this.model.snapshot?.unreadable ?? {};
    const step = place < this.place ? -1 : 1;
    this.place = place;
    const near = [place + step, place + 2 * step, place - step].map((other) => items[other]);
    return near.filter((other) => other !== undefined).filter((other) => !(other in unreadable));
  }

  /** More of them have come. */
  showThumbnails(): void {
    this.renderRoot.querySelector('nearest-images')?.requestUpdate();
  }

  /** Zooms by a key of the keyboard; false when the key is none of the zoom's. */
  zoomByKey(key: string): boolean {
    return this.pictures.value?.zoomByKey(key) ?? false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { index, model } = this;
    if (index === undefined) return html`<p class="wait">${l10n.t('No image is selected.')}</p>`;
    const path = model.snapshot?.paths[index] ?? '';
    const problem = this.store.problemOf(index);
    return html`<div class="head">
        <div class="title">
          <h2 class="ellipsis" title=${path}>${path.slice(path.lastIndexOf('/') + 1)}</h2>
          ${this.iconButton({ type: 'move', by: -1 }, 'previous', l10n.t('Previous image'))}
          ${this.iconButton({ type: 'move', by: 1 }, 'next', l10n.t('Next image'))}
          ${this.iconButton({ type: 'closeCompare' }, 'close', l10n.t('Close (Esc)'))}
        </div>
        <div class="actions">
          ${this.button({ type: 'bad', index }, l10n.t('Bad'))} ${this.button({ type: 'good', index }, l10n.t('Good'))}
          ${this.button({ type: 'open', index }, l10n.t('Open'))}
          ${this.button({ type: 'reveal', index }, l10n.t('Reveal'))}
        </div>
      </div>
      ${this.stateLine(index)}
      ${problem === undefined ? this.explanation() : html`<p class="problem" role="alert">${problem}</p>`}
      <div class="actions">
        ${this.button({ type: 'badAlike', index }, l10n.t('Bad, and others like it'))}
        ${this.button({ type: 'goodAlike', index }, l10n.t('Good, and others like it'))}
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
    return html`<compare-pictures
        ${ref(this.pictures)}
        .model=${this.model}
        .comparison=${comparison}
      ></compare-pictures>
      ${moved(comparison)} ${this.nearest(comparison)} ${contributions(comparison)}
      ${
        comparison.pixelDistribution
          ? html`<section><pixel-spread .distribution=${comparison.pixelDistribution}></pixel-spread></section>`
          : nothing
      }
      ${this.latent(comparison)}`;
  }

  /** Their place is kept while they are looked for, so that nothing moves when they come. */
  private nearest({ index, reconstruction }: PanelComparison): TemplateResult | typeof nothing {
    const nearest = this.store.nearestOf(index);
    if (nearest?.length === 0 || reconstruction === undefined) return nothing;
    return html`<section aria-busy=${nearest ? 'false' : 'true'}>
      <nearest-images .model=${this.model} .thumbnails=${this.thumbnails} .indexes=${nearest ?? []}></nearest-images>
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
}

function moved({ movedTo }: PanelComparison): TemplateResult | typeof nothing {
  if (movedTo === undefined) return nothing;
  return html`<p class="moved muted">${l10n.t('Its file was moved away, to {0}', printable(movedTo))}</p>`;
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
            <span class="share number">${formatShare(clampShare(share), locale)}</span>
          </div>
          <div class="muted">${scoreExplanation(score)} <span class="z number">z ${formatScore(z, locale)}</span></div>
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
