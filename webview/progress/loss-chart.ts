/** The loss per epoch, as it grows: training, validation, and how far the tail of the losses stands out. */
import * as l10n from '@vscode/l10n';
import { css, html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { EpochReport } from '../../src/shared/run';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';

const width = 300;
const height = 60;

@customElement('loss-chart')
export class LossChart extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        padding: 6px 12px;
        border-top: 1px solid var(--line);
      }
      figure {
        display: flex;
        flex: 1 1 240px;
        flex-direction: column;
        max-width: 560px;
        min-width: 0;
        margin: 0;
      }
      svg {
        width: 100%;
        height: 64px;
        border-bottom: 1px solid color-mix(in srgb, var(--vscode-foreground) 35%, transparent);
        overflow: visible;
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
      }
      .best {
        stroke: var(--vscode-foreground);
        stroke-dasharray: 1 3;
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
    const { epochs = [], plannedEpochs, bestEpoch } = this.model.snapshot?.record ?? {};
    const last = Math.max(plannedEpochs ?? 0, epochs.at(-1)?.epoch ?? 0, 2);
    const losses = epochs.flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss ?? trainLoss]);
    const lossHeight = logHeight(losses);
    const separations = epochs.flatMap(({ separation }) => (separation === undefined ? [] : [separation]));
    const separationHeight = linearHeight(separations);
    const latest = epochs.at(-1);
    const line = (name: string, pick: (report: EpochReport) => number | undefined, place: (value: number) => number) =>
      svg`<path class=${name} d=${linePath(epochs, last, pick, place)} />`;
    return html`<figure>
        ${chart(
          l10n.t('Loss of each epoch'),
          svg`${best(bestEpoch, last)}
            ${line('train', (report) => report.trainLoss, lossHeight)}
            ${line('validation', (report) => report.validationLoss, lossHeight)}`,
        )}
        <figcaption>
          ${key('train', l10n.t('training loss {0}', figure(latest?.trainLoss)))}
          ${key('validation', l10n.t('validation loss {0}', figure(latest?.validationLoss)))}
          ${bestEpoch === undefined ? '' : key('best', l10n.t('best epoch {0}', bestEpoch))}
        </figcaption>
      </figure>
      <figure>
        ${chart(
          l10n.t('Separation of each epoch'),
          line('separation', (report) => report.separation, separationHeight),
        )}
        <figcaption title=${l10n.t('How far the largest losses stand out from the usual ones.')}>
          ${key('separation', l10n.t('separation of the tail {0}', figure(latest?.separation)))}
        </figcaption>
      </figure>`;
  }
}

function chart(label: string, content: SVGTemplateResult): TemplateResult {
  return html`<svg role="img" aria-label=${label} viewBox=${`0 0 ${width} ${height}`} preserveAspectRatio="none">
    ${content}
  </svg>`;
}

function key(name: string, text: string): TemplateResult {
  return html`<span class="key number"
    ><svg viewBox="0 0 18 8" aria-hidden="true">${svg`<path class=${name} d="M0 4H18" />`}</svg>${text}</span
  >`;
}

function best(epoch: number | undefined, last: number): SVGTemplateResult {
  const x = epoch === undefined ? -10 : xOf(epoch, last);
  return svg`<path class="best" d=${`M${x} 0V${height}`} />`;
}

function xOf(epoch: number, last: number): number {
  return ((epoch - 1) / (last - 1)) * width;
}

/** One point a chart unit at most: a run may have thousands of epochs. */
function linePath(
  epochs: readonly EpochReport[],
  last: number,
  pick: (report: EpochReport) => number | undefined,
  place: (value: number) => number,
): string {
  const stride = Math.max(1, Math.ceil(epochs.length / width));
  const points = epochs.flatMap((report, position) => {
    const value = pick(report);
    const kept = position % stride === 0 || position === epochs.length - 1;
    if (!kept || value === undefined || !Number.isFinite(value)) return [];
    return [`${xOf(report.epoch, last).toFixed(1)} ${place(value).toFixed(1)}`];
  });
  // A single epoch is a dot, drawn as a line of no length.
  if (points.length === 1) return `M${points[0] ?? ''}h1`;
  return points.length === 0 ? '' : `M${points.join('L')}`;
}

function logHeight(values: readonly number[]): (value: number) => number {
  const toLog = (value: number) => Math.log(Math.max(value, 1e-12));
  const heightOf = linearHeight(values.map(toLog));
  return (value) => heightOf(toLog(value));
}

function linearHeight(values: readonly number[]): (value: number) => number {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((least, value) => Math.min(least, value), Infinity);
  const high = finite.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!(high > low)) return () => height / 2;
  return (value) => height - 2 - ((value - low) / (high - low)) * (height - 4);
}

function figure(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '–' : value.toPrecision(3);
}

declare global {
  interface HTMLElementTagNameMap {
    'loss-chart': LossChart;
  }
}
