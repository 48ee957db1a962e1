/** All threshold methods side by side: what each flags, how many of these are odd, and why its line lies there. */
import * as l10n from '@vscode/l10n';
import { css, html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { formatCount, formatScore, formatShare } from '../../src/shared/format';
import { locale } from '../localization';
import { rangeText } from '../panel/count-texts';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import { methodCounts, useMethod, type MethodCount } from './method-counts';

@customElement('method-table')
export class MethodTable extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        container-type: inline-size;
        padding: 0 12px 6px;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th {
        padding: 4px 6px 2px;
        color: var(--muted);
        font-weight: normal;
        text-align: left;
        white-space: nowrap;
      }
      td {
        padding: 1px 6px;
        vertical-align: baseline;
      }
      .figure {
        text-align: right;
        white-space: nowrap;
      }
      .why {
        width: 100%;
        color: var(--muted);
      }
      tr[data-current] {
        background: var(--vscode-list-inactiveSelectionBackground);
        outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      tr[data-current] :is(td, .quiet) {
        color: var(--vscode-list-inactiveSelectionForeground, inherit);
      }
      .quiet {
        margin-left: -6px;
        white-space: nowrap;
      }
      /* One method a paragraph where columns would leave the sentence no width. */
      @container (width < 700px) {
        thead {
          display: none;
        }
        table,
        tbody,
        tr,
        td.why {
          display: block;
        }
        tr {
          padding: 2px 0;
        }
        .figure {
          display: inline-block;
          padding-left: 0;
        }
        td:first-child {
          display: inline-block;
        }
        .value {
          display: none;
        }
      }
    `,
  ];

  protected override render(): TemplateResult {
    const rows = methodCounts(this.model);
    return html`<table>
      <caption class="unseen">
        ${l10n.t('What each method would flag')}
      </caption>
      <thead>
        <tr>
          <th scope="col">${l10n.t('Method')}</th>
          <th scope="col" class="figure">${l10n.t('Threshold')}</th>
          <th scope="col" class="figure">${l10n.t('Flagged')}</th>
          <th scope="col" class="figure" title=${l10n.t('Estimated by the tail of usual scores and your decisions')}>
            ${l10n.t('About so many real')}
          </th>
          <th scope="col">${l10n.t('Why')}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => this.row(row))}
      </tbody>
    </table>`;
  }

  private row(count: MethodCount): TemplateResult {
    const { model } = this;
    const { info, setting, threshold, flagged } = count;
    const isCurrent = info.method === model.review.threshold.method;
    const images = model.ranking?.column.length ?? 0;
    const estimate = model.estimateAt(threshold);
    return html`<tr class="method-row" ?data-current=${isCurrent}>
      <td>
        <button
          class="quiet pick"
          type="button"
          aria-pressed=${isCurrent ? 'true' : 'false'}
          @click=${() => useMethod(model, count)}
        >
          ${info.title}
        </button>
      </td>
      <td class="figure number value">${formatScore(threshold, locale)}</td>
      <td class="figure number">
        ${formatCount(flagged, locale)}${images > 0 ? ` (${formatShare(flagged / images, locale)})` : ''}
      </td>
      <td class="figure number">${estimate && estimate.flagged > 0 ? rangeText(estimate) : '–'}</td>
      <td class="why">${model.reasonOf(setting)}</td>
    </tr>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'method-table': MethodTable;
  }
}
