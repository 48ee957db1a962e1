/** How the flags agree with the labels and with the known anomalies, following the threshold as it moves. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { formatCount, formatFixed, formatScore, formatShare } from '../../src/shared/format';
import {
  falsePositiveRate,
  precision,
  trueNegativeRate,
  truePositiveRate,
  type Confusion,
} from '../../src/shared/ranking';
import { scoreTitle } from '../../src/shared/score-names';
import { locale } from '../localization';
import type { Show } from '../model/view-state';
import { correctedText, rateText } from '../panel/count-texts';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';

@customElement('label-figures')
export class LabelFigures extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        container-type: inline-size;
        border-top: 1px solid var(--line);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0 18px;
        align-items: baseline;
        padding: 2px 12px 3px;
      }
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: 0 14px;
        margin: 0;
      }
      dl > div {
        display: inline-flex;
        gap: 5px;
      }
      dd {
        /* Figures that change with every frame must not push each other about. */
        min-width: 3.2em;
        margin: 0;
        font-weight: 600;
      }
      .table {
        display: flex;
        flex-wrap: wrap;
        gap: 0 12px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      /* These follow the score alone: the threshold does not move them. */
      .quality dd {
        min-width: 0;
      }
      .curves[aria-expanded='true'] {
        border-color: var(--vscode-contrastActiveBorder, var(--focus));
      }
      .curves,
      .table .quiet {
        margin: -2px -5px;
        text-decoration: underline;
      }
      /* One line, as wide as the panel may be: what follows from the rest stands in the tooltips and the curves. */
      @container (width < 1240px) {
        .row {
          gap: 0 14px;
        }
        .rates ~ .known .words,
        .corrected,
        .agrees {
          display: none;
        }
      }
      @container (width < 1080px) {
        .rates ~ .known {
          display: none;
        }
      }
      @container (width < 960px) {
        .quality > *,
        .fpr {
          display: none;
        }
      }
      @container (width < 760px) {
        .precision {
          display: none;
        }
      }
      @container (width < 420px) {
        .row,
        dl,
        .table {
          gap: 0 8px;
        }
        .row {
          font-size: 0.92em;
        }
        .known .words {
          display: none;
        }
        dd {
          min-width: 0;
        }
      }
      .quiet[aria-pressed='true'] {
        border-color: var(--vscode-contrastActiveBorder, var(--focus));
      }
    `,
  ];

  protected override render(): TemplateResult | typeof nothing {
    const { judged, labels, known } = this.model;
    if (!judged || (!labels && !known)) return nothing;
    const table = labels && this.model.labelCounts.at(judged, labels, this.model.threshold);
    return html`<div class="row">
      ${table ? this.rates(table) : nothing} ${labels ? this.quality() : nothing}
      ${table ? this.confusion(table) : nothing} ${known ? this.knownAnomalies(known) : nothing}
      <span class="corrected muted number">${correctedText(this.model)}</span>
    </div> `;
  }

  private rates(table: Confusion): TemplateResult {
    return html`<dl class="rates number" aria-label=${l10n.t('Measured with the labels as they were given')}>
      ${rate(l10n.t('TPR'), l10n.t('True positive rate: of those labelled bad, the share flagged'), truePositiveRate(table))}
      ${rate(
        l10n.t('FPR'),
        l10n.t('False positive rate: of those labelled good, the share flagged'),
        falsePositiveRate(table),
        'fpr',
      )}
      ${rate(l10n.t('TNR'), l10n.t('True negative rate: of those labelled good, the share not flagged'), trueNegativeRate(table))}
      ${rate(l10n.t('Precision'), l10n.t('Of the flagged ones with a label, the share labelled bad'), precision(table), 'precision')}
    </dl>`;
  }

  /** The four cells in words; the two that disagree lead to their images. */
  private confusion(table: Confusion): TemplateResult {
    const { truePositives, falsePositives, trueNegatives, falseNegatives } = table;
    const count = (images: number) => formatCount(images, locale);
    return html`<ul class="table number" aria-label=${l10n.t('Flags and labels')}>
      <li class="agrees">
        <span title=${l10n.t('Labelled bad, flagged')}>${l10n.t('{0} found', count(truePositives))}</span>
      </li>
      <li>${this.cell('missed', l10n.t('{0} missed', count(falseNegatives)), l10n.t('Labelled bad, not flagged'))}</li>
      <li>
        ${this.cell(
          'false-alarm',
          falsePositives === 1 ? l10n.t('1 false alarm') : l10n.t('{0} false alarms', count(falsePositives)),
          l10n.t('Labelled good, flagged'),
        )}
      </li>
      <li class="agrees">
        <span title=${l10n.t('Labelled good, not flagged')}>${l10n.t('{0} rightly kept', count(trueNegatives))}</span>
      </li>
      ${falsePositives + falseNegatives > 0 ? html`<li>${this.jump()}</li>` : nothing}
    </ul>`;
  }

  private cell(show: Show, text: string, title: string): TemplateResult {
    const pressed = this.model.view.show === show;
    return html`<button
      class="quiet"
      type="button"
      aria-pressed=${pressed ? 'true' : 'false'}
      title=${l10n.t('{0}: show only these', title)}
      @click=${() => this.model.setView({ show: pressed ? 'all' : show })}
    >
      ${text}
    </button>`;
  }

  /** To the images whose label and score contradict each other most, in both directions. */
  private jump(): TemplateResult {
    const { show, sort } = this.model.view;
    const pressed = show === 'disagrees' && sort === 'disagreement';
    return html`<button
      class="quiet jump"
      type="button"
      aria-pressed=${pressed ? 'true' : 'false'}
      title=${l10n.t('Images whose label and score contradict each other, the plainest first; a decision settles them')}
      @click=${() => this.model.setView(pressed ? { show: 'all', sort: 'score' } : { show: 'disagrees', sort: 'disagreement' })}
    >
      ${l10n.t('Disagreements')}
    </button>`;
  }

  private quality(): TemplateResult | typeof nothing {
    const { ranking, labels, labelCounts, scoreName } = this.model;
    if (!ranking || !labels) return nothing;
    const { auroc, averagePrecision } = labelCounts.quality(ranking, labels);
    if (auroc === undefined || averagePrecision === undefined) {
      return html`<span class="muted">${l10n.t('The labels name images of one kind only.')}</span>`;
    }
    const open = this.model.view.curvesOpen === true;
    return html`<dl
        class="quality number"
        title=${l10n.t('Of the score “{0}”, whatever the threshold', scoreTitle(scoreName))}
      >
        ${figure(l10n.t('AUROC'), l10n.t('Area under the ROC curve'), formatFixed(auroc, 3, locale))}
        ${figure(l10n.t('AP'), l10n.t('Average precision'), formatFixed(averagePrecision, 3, locale))}
      </dl>
      <button
        class="quiet curves"
        type="button"
        title=${l10n.t('ROC and precision-recall curves')}
        aria-expanded=${open ? 'true' : 'false'}
        @click=${() => this.model.setView({ curvesOpen: !open })}
      >
        ${l10n.t('Curves')}
      </button>`;
  }

  private knownAnomalies(known: Float32Array): TemplateResult {
    const { threshold } = this.model;
    const above = known.reduce((count, score) => count + Number(score >= threshold), 0);
    const count = l10n.t('Known anomalies: {0} of {1}', formatCount(above, locale), formatCount(known.length, locale));
    const share = known.length === 0 ? '–' : formatShare(above / known.length, locale);
    return html`<span class="known number" title=${knownRange(known)}
      >${count} <span class="words">${l10n.t('above the line')}</span> (${share})</span
    >`;
  }
}

function rate(name: string, title: string, value: number | undefined, kind = ''): TemplateResult {
  return figure(name, title, rateText(value), kind);
}

function figure(name: string, title: string, value: string, kind = ''): TemplateResult {
  return html`<div class=${kind} title=${title}>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function knownRange(known: Float32Array): string {
  const scores = known.filter((score) => !Number.isNaN(score));
  if (scores.length === 0) return '';
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const [lowest, middle, highest] = [
    scores.reduce((least, score) => Math.min(least, score), Infinity),
    mean,
    scores.reduce((most, score) => Math.max(most, score), -Infinity),
  ].map((score) => formatScore(score, locale));
  return l10n.t('Their scores: lowest {0}, mean {1}, highest {2}', lowest ?? '', middle ?? '', highest ?? '');
}

declare global {
  interface HTMLElementTagNameMap {
    'label-figures': LabelFigures;
  }
}
