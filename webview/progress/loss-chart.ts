/**
 * The loss per epoch, as it grows, and how far the tail of the losses stands out: of the images trained on, and of all
 * scored images where they were ranked.
 */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { formatSignificant } from '../../src/shared/format';
import type { EpochReport } from '../../src/shared/run';
import '../epochs/epoch-offer';
import { locale } from '../localization';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import { chartHeight, chartWidth, epochMark, linearHeight, linePath, logHeight, type Place } from './chart-lines';

@customElement('loss-chart')
export class LossChart extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 6px 16px;
        padding: 6px 12px;
        border-top: 1px solid var(--line);
      }
      figure {
        display: flex;
        flex: 1 1 240px;
        flex-direction: column;
        max-width: 480px;
        min-width: 0;
        margin: 0;
      }
      epoch-offer {
        flex: 1 1 220px;
        min-width: 0;
      }
      svg {
        width: 100%;
        height: 64px;
        border-bottom: 1px solid color-mix(in srgb, var(--vscode-foreground) 35%, transparent);
        overflow: visible;
      }
      svg.opens {
        cursor: pointer;
      }
      path {
        fill: none;
        stroke-width: 1.5;
        vector-effect: non-scaling-stroke;
      }
      .train {
        stroke: var(--bar);
      }
      .validation {
        stroke: var(--flag);
        stroke-dasharray: 5 3;
      }
      .separation {
        stroke: var(--vscode-charts-purple, var(--bar));
        stroke-dasharray: 5 3;
      }
      .scored {
        stroke: var(--vscode-charts-purple, var(--bar));
        stroke-width: 2;
      }
      .best {
        stroke: var(--vscode-foreground);
        stroke-dasharray: 1 3;
      }
      .most {
        stroke: var(--flag);
        stroke-dasharray: 6 2 1 2;
      }
      .open {
        stroke: var(--vscode-foreground);
      }
      figcaption {
        display: flex;
        flex-wrap: wrap;
        gap: 0 12px;
        font-size: 0.92em;
      }
      .key {
        display: inline-flex;
        gap: 5px;
        align-items: center;
      }
      .key svg {
        width: 18px;
        height: 8px;
        border: 0;
      }
    `,
  ];

  protected override render(): TemplateResult {
    const { epochs = [], plannedEpochs } = this.model.snapshot?.record ?? {};
    const last = Math.max(plannedEpochs ?? 0, epochs.at(-1)?.epoch ?? 0, 2);
    return html`${this.losses(epochs, last)} ${this.separations(epochs, last)}
    ${this.model.epochs.ranked.length > 0 ? html`<epoch-offer .model=${this.model}></epoch-offer>` : nothing}`;
  }

  private losses(epochs: readonly EpochReport[], last: number): TemplateResult {
    const bestEpoch = this.model.snapshot?.record.bestEpoch;
    const heightOf = logHeight(
      epochs.flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss ?? trainLoss]),
    );
    const latest = epochs.at(-1);
    return html`<figure class="loss">
      ${chart(
        l10n.t('Loss of each epoch'),
        svg`${epochMark('best', bestEpoch, last)}
          <path class="train" d=${linePath(epochs, last, (report) => report.trainLoss, heightOf)} />
          <path class="validation" d=${linePath(epochs, last, (report) => report.validationLoss, heightOf)} />`,
      )}
      <figcaption>
        ${key('train', l10n.t('training loss {0}', figure(latest?.trainLoss)))}
        ${key('validation', l10n.t('validation loss {0}', figure(latest?.validationLoss)))}
        ${bestEpoch === undefined ? nothing : key('best', l10n.t('epoch in use: {0}', bestEpoch))}
      </figcaption>
    </figure>`;
  }

  private separations(epochs: readonly EpochReport[], last: number): TemplateResult {
    const { model } = this;
    const { ranked, standsOutMost, epoch } = model.epochs;
    const heightOf = linearHeight(
      epochs.flatMap(({ separation, scoredSeparation }) => [separation ?? NaN, scoredSeparation ?? NaN]),
    );
    const line = (name: string, of: (report: EpochReport) => number | undefined, place: Place) =>
      svg`<path class=${name} d=${linePath(epochs, last, of, place)} />`;
    return html`<figure class="separations">
      ${chart(
        l10n.t('Separation of each epoch'),
        svg`${epochMark('best', model.snapshot?.record.bestEpoch, last)}
          ${epochMark('most', standsOutMost?.epoch, last)} ${epochMark('open', epoch, last)}
          ${line('separation', (report) => report.separation, heightOf)}
          ${line('scored', (report) => report.scoredSeparation, heightOf)}`,
        ranked.length > 0 ? (event) => this.openAt(event, last) : undefined,
      )}
      <figcaption title=${l10n.t('How far the largest losses stand out from the usual ones.')}>
        ${key('separation', l10n.t('separation in training {0}', figure(epochs.at(-1)?.separation)))}
        ${
          ranked.length > 0
            ? key('scored', l10n.t('of all images {0}', figure(ranked.at(-1)?.scoredSeparation)))
            : nothing
        }
        ${standsOutMost ? key('most', l10n.t('stands out most: {0}', standsOutMost.epoch)) : nothing}
        ${epoch === undefined ? nothing : key('open', l10n.t('shown: {0}', epoch))}
      </figcaption>
    </figure>`;
  }

  /** The ranked epoch nearest to a click. */
  private openAt(event: MouseEvent, last: number): void {
    if (!(event.currentTarget instanceof Element)) return;
    const box = event.currentTarget.getBoundingClientRect();
    const wished = 1 + ((event.clientX - box.left) / box.width) * (last - 1);
    const distance = (report: EpochReport) => Math.abs(report.epoch - wished);
    const [first, ...others] = this.model.epochs.ranked;
    if (!first) return;
    this.model.epochs.open(others.reduce((near, next) => (distance(next) < distance(near) ? next : near), first).epoch);
  }
}

function chart(label: string, content: SVGTemplateResult, open?: (event: MouseEvent) => void): TemplateResult {
  return html`<svg
    class=${open ? 'opens' : ''}
    role="img"
    aria-label=${label}
    viewBox=${`0 0 ${chartWidth} ${chartHeight}`}
    preserveAspectRatio="none"
    @click=${open}
  >
    ${open ? svg`<title>${l10n.t('Click an epoch to open its ranking')}</title>` : nothing} ${content}
  </svg>`;
}

function key(name: string, text: string): TemplateResult {
  return html`<span class="key number"
    ><svg viewBox="0 0 18 8" aria-hidden="true">${svg`<path class=${name} d="M0 4H18" />`}</svg>${text}</span
  >`;
}

function figure(value: number | undefined): string {
  return value === undefined ? '–' : formatSignificant(value, 3, locale);
}

declare global {
  interface HTMLElementTagNameMap {
    'loss-chart': LossChart;
  }
}
