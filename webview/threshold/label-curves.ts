/** ROC and precision-recall curves of the shown score, with the point where the flags stand now. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { formatFixed } from '../../src/shared/format';
import { tableIntervals, type Interval, type RankingIntervals, type TableIntervals } from '../../src/shared/bootstrap';
import {
  falsePositiveRate,
  precision,
  precisionRecallCurve,
  rocCurve,
  truePositiveRate,
  type Confusion,
} from '../../src/shared/ranking';
import { locale } from '../localization';
import { LabelIntervals } from '../model/label-intervals';
import { Memo } from '../model/memo';
import { correctedText, rateText } from '../panel/count-texts';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import './folder-table';

/** More points than a small drawing has pixels only cost time. */
const mostPoints = 400;

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Curves {
  readonly roc: string;
  readonly precisionRecall: string;
  /** Share of the anomalies: the precision of flagging at random. */
  readonly chance: number;
}

@customElement('label-curves')
export class LabelCurves extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      .curves {
        display: grid;
        /* Side by side at any width: one above the other they would push the images away. */
        grid-template-columns: repeat(2, minmax(0, 190px)) minmax(0, 1fr);
        gap: 8px 20px;
        padding: 4px 12px 8px;
      }
      figure {
        margin: 0;
      }
      .sure {
        min-width: 0;
      }
      @container (width < 860px) {
        .curves {
          grid-template-columns: repeat(2, minmax(0, 190px));
        }
        .sure {
          grid-column: 1 / -1;
        }
      }
      .sure p {
        margin: 0;
        font-size: 0.92em;
      }
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: 0 14px;
        margin: 0 0 3px;
      }
      dl > div {
        display: inline-flex;
        gap: 5px;
      }
      dd {
        min-width: 5.4em;
        margin: 0;
      }
      figcaption {
        color: var(--muted);
        font-size: 0.92em;
      }
      svg {
        display: block;
        width: 100%;
        height: 96px;
        overflow: visible;
      }
      path {
        fill: none;
        vector-effect: non-scaling-stroke;
      }
      .frame {
        stroke: var(--vscode-descriptionForeground);
        stroke-opacity: 0.5;
      }
      .chance {
        stroke: var(--vscode-descriptionForeground);
        stroke-dasharray: 2 3;
      }
      .curve {
        stroke: var(--bar);
        stroke-width: 1.5;
      }
      /* A line without length and with round ends is a dot that no stretching makes an ellipse. */
      .point {
        stroke: var(--flag);
        stroke-width: 9;
        stroke-linecap: round;
      }
    `,
  ];

  private readonly curvesMemo = new Memo<Curves | undefined>();
  private readonly tableMemo = new Memo<TableIntervals>();
  private readonly intervals = new LabelIntervals(() => this.requestUpdate());

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.intervals.stop();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { judged, labels, ranking, threshold } = this.model;
    if (!judged || !labels || !ranking) return nothing;
    const curves = this.curvesMemo.get([ranking, labels], () => curvesOf(ranking.column, labels));
    if (!curves) return nothing;
    const table = this.model.labelCounts.at(judged, labels, threshold);
    const { truePositives, falsePositives, trueNegatives, falseNegatives } = table;
    const tableSpread = this.tableMemo.get([truePositives, falsePositives, trueNegatives, falseNegatives], () =>
      tableIntervals(table),
    );
    const corrected = correctedText(this.model);
    return html`<div class="curves">
      ${this.plot(
        l10n.t('ROC: TPR over FPR'),
        'M0 1L1 0',
        curves.roc,
        pointAt(falsePositiveRate(table), truePositiveRate(table)),
        l10n.t('ROC curve; now at a false positive rate of {0} and a true positive rate of {1}', ...rocNow(table)),
      )}
      ${this.plot(
        l10n.t('Precision over recall'),
        `M0 ${1 - curves.chance}H1`,
        curves.precisionRecall,
        pointAt(truePositiveRate(table), precision(table)),
        l10n.t(
          'Precision-recall curve; now at a recall of {0} and a precision of {1}',
          rateText(truePositiveRate(table)),
          rateText(precision(table)),
        ),
      )}
      <div class="sure">
        <p class="muted">${l10n.t('95% intervals, by drawing the labelled images again and again:')}</p>
        ${corrected === '' ? nothing : html`<p class="corrected number">${corrected}</p>`}
        <dl class="intervals number">
          ${intervalTexts(this.intervals.get(ranking, labels), tableSpread).map(
            ([name, text]) =>
              html`<div>
                <dt>${name}</dt>
                <dd>${text}</dd>
              </div>`,
          )}
        </dl>
        <folder-table .model=${this.model}></folder-table>
      </div>
    </div>`;
  }

  private plot(
    title: string,
    chance: string,
    curve: string,
    now: Point | undefined,
    description: string,
  ): TemplateResult {
    return html`<figure>
      <svg role="img" aria-label=${description} viewBox="0 0 1 1" preserveAspectRatio="none">
        ${svg`<path class="frame" d="M0 0V1H1" />
          <path class="chance" d=${chance} />
          <path class="curve" d=${curve} />
          ${now ? svg`<path class="point" d=${`M${now.x} ${1 - now.y}h0`} />` : nothing}`}
      </svg>
      <figcaption>${title}</figcaption>
    </figure>`;
  }
}

/** Figures between 0 and 1 as they are told beside the curves; a dash until they are drawn. */
function intervalTexts(ranking: RankingIntervals | undefined, table: TableIntervals): [string, string][] {
  const text = (interval: Interval | undefined, digits: number) =>
    interval
      ? l10n.t('{0}–{1}', formatFixed(interval.low, digits, locale), formatFixed(interval.high, digits, locale))
      : '–';
  return [
    [l10n.t('AUROC'), text(ranking?.auroc, 3)],
    [l10n.t('AP'), text(ranking?.averagePrecision, 3)],
    [l10n.t('TPR'), text(table.tpr, 2)],
    [l10n.t('TNR'), text(table.tnr, 2)],
    [l10n.t('Precision'), text(table.precision, 2)],
    [l10n.t('F1'), text(table.f1, 2)],
  ];
}

function rocNow(table: Confusion): [string, string] {
  return [rateText(falsePositiveRate(table)), rateText(truePositiveRate(table))];
}

/** Nothing where a rate has nothing to be a share of. */
function pointAt(x: number | undefined, y: number | undefined): Point | undefined {
  return x === undefined || y === undefined ? undefined : { x, y };
}

/** Undefined where a class is missing. */
function curvesOf(scores: Float32Array, labels: ArrayLike<number>): Curves | undefined {
  const roc = rocCurve(scores, labels);
  const { recall, precision: precisions } = precisionRecallCurve(scores, labels);
  const last = roc.thresholds.length - 1;
  if (!(recall[last] === 1 && roc.falsePositiveRate[last] === 1)) return undefined;
  return {
    roc: pathOf(roc.falsePositiveRate, roc.truePositiveRate),
    precisionRecall: pathOf(recall, precisions),
    chance: precisions[last] ?? 0,
  };
}

/** All points of a short curve; of a long one those that are a pixel apart. */
function pathOf(x: Float64Array, y: Float64Array): string {
  const least = x.length > mostPoints ? 2 / mostPoints : 0;
  const points: string[] = [];
  let [fromX, fromY] = [NaN, NaN];
  for (const [place, toX] of x.entries()) {
    const toY = y[place] ?? 0;
    const isNear = Math.abs(toX - fromX) < least && Math.abs(toY - fromY) < least;
    if (isNear && place < x.length - 1) continue;
    points.push(`${toX.toFixed(4)} ${(1 - toY).toFixed(4)}`);
    [fromX, fromY] = [toX, toY];
  }
  return `M${points.join('L')}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'label-curves': LabelCurves;
  }
}
