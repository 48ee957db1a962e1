/** Says that the images stand in the order of an epoch, how its losses are spread, and leads to other epochs and back. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { formatCount, formatScore } from '../../src/shared/format';
import { histogram } from '../../src/shared/statistics';
import { locale } from '../localization';
import { Memo } from '../model/memo';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import { sign } from '../styles/signs';

const bins = 60;

@customElement('epoch-strip')
export class EpochStrip extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        container-type: inline-size;
        border-bottom: 1px solid var(--line);
        background: var(--vscode-inputValidation-infoBackground, transparent);
        color: var(--vscode-inputValidation-infoForeground, inherit);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 12px;
        align-items: center;
        padding: 4px 12px;
      }
      @container (width < 480px) {
        .row {
          gap: 2px 8px;
        }
        .spread,
        .place {
          display: none;
        }
      }
      .steps {
        display: inline-flex;
        gap: 2px;
        align-items: center;
      }
      .steps .quiet {
        display: inline-flex;
        align-items: center;
        justify-content: center;
        min-width: 24px;
        height: 24px;
      }
      strong {
        font-weight: 600;
      }
      .spread {
        flex: 0 1 180px;
        min-width: 90px;
        height: 26px;
        border-bottom: 1px solid currentColor;
        overflow: visible;
      }
      .spread .bars {
        fill: currentColor;
        opacity: 0.75;
      }
      .spread .focus {
        stroke: var(--flag);
        stroke-width: 2;
        vector-effect: non-scaling-stroke;
      }
      .place,
      .stays {
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .stays {
        flex: 1 1 0;
      }
      @container (width >= 760px) {
        .row {
          flex-wrap: nowrap;
          white-space: nowrap;
        }
        .place {
          flex: 0 1 auto;
        }
        .spread {
          flex-shrink: 4;
        }
      }
      @container (width < 760px) {
        .stays {
          flex-basis: 220px;
        }
      }
      .problem {
        overflow-wrap: anywhere;
      }
    `,
  ];

  private readonly barsMemo = new Memo<string>();

  protected override render(): TemplateResult | typeof nothing {
    const { epochs } = this.model;
    const { epoch, report, ranking, problem, ranked } = epochs;
    if (epoch === undefined) return nothing;
    const stays = l10n.t('Flags, threshold and exports stay those of your review.');
    return html`<div class="row">
      <span class="steps" role="group" aria-label=${l10n.t('Epochs')}>
        ${this.step(-1, l10n.t('Previous epoch (,)'), ranked[0]?.epoch === epoch)}
        <strong class="number" role="status">${l10n.t('Ranking after epoch {0}', epoch)}</strong>
        ${this.step(1, l10n.t('Next epoch (.)'), ranked.at(-1)?.epoch === epoch)}
      </span>
      ${
        problem === undefined
          ? ranking
            ? this.facts(report?.scoredSeparation ?? NaN)
            : html`<span role="status">${l10n.t('Fetching the losses of this epoch…')}</span>`
          : html`<span class="problem" role="alert">${problem}</span>
              <vscode-button secondary @click=${() => epochs.open(epoch)}>${l10n.t('Try again')}</vscode-button>`
      }
      <span class="stays" title=${stays}>${stays}</span>
      <vscode-button @click=${() => epochs.close()}>${l10n.t('Back to the review')}</vscode-button>
    </div>`;
  }

  private facts(separation: number): TemplateResult {
    const { model } = this;
    const { focused } = model.view;
    const here = model.epochs.ranking?.rank[focused] ?? 0;
    const path = model.snapshot?.paths[focused] ?? '';
    const reviewed = model.ranking?.rank[focused] ?? 0;
    return html`<span
        class="number separation"
        title=${l10n.t('How far the largest losses stand out from the usual ones.')}
        >${l10n.t('separation {0}', formatScore(separation, locale))}</span
      >
      ${this.spread()}
      ${
        here > 0
          ? html`<span class="number place" title=${path}
              >${l10n.t(
                '{0}: rank {1} here, {2} in the review',
                path.slice(path.lastIndexOf('/') + 1),
                formatCount(here, locale),
                reviewed > 0 ? formatCount(reviewed, locale) : '–',
              )}</span
            >`
          : nothing
      }`;
  }

  /** The losses of all images as bars, the image in focus as a line. */
  private spread(): TemplateResult | typeof nothing {
    const { ranking, axis } = this.model.epochs;
    if (!ranking) return nothing;
    const bars = this.barsMemo.get([ranking], () => {
      const shares = ranking.column.map((score) => (Number.isNaN(score) ? NaN : axis.shareOf(score)));
      const heights = Array.from(histogram(shares, bins, { range: [0, 1] }).counts, (count) => Math.log2(1 + count));
      const highest = Math.max(...heights, 1);
      return heights.map((height, bin) => `M${bin} 1V${(1 - height / highest).toFixed(3)}H${bin + 0.9}V1Z`).join('');
    });
    const score = ranking.scoreOf(this.model.view.focused);
    const x = Number.isNaN(score) ? -10 : axis.shareOf(score) * bins;
    return html`<svg
      class="spread"
      role="img"
      aria-label=${l10n.t('How the losses of this epoch are spread; the line is the image in focus')}
      viewBox=${`0 0 ${bins} 1`}
      preserveAspectRatio="none"
    >
      ${svg`<path class="bars" d=${bars} /><path class="focus" d=${`M${x.toFixed(2)} -0.1V1`} />`}
    </svg>`;
  }

  private step(by: 1 | -1, text: string, end: boolean): TemplateResult {
    return html`<button
      class="quiet"
      type="button"
      aria-label=${text}
      title=${text}
      ?disabled=${end}
      @click=${() => this.model.epochs.step(by)}
    >
      ${sign(by < 0 ? 'previous' : 'next')}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'epoch-strip': EpochStrip;
  }
}
