/** The same figures folder by folder: where flags and labels agree, and where they do not. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { flagImages } from '../../src/shared/flags';
import { folderFigures, type FolderFigures } from '../../src/shared/folder-figures';
import { formatCount, formatFixed } from '../../src/shared/format';
import { locale } from '../localization';
import { rateText } from '../panel/count-texts';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';

/** After a change of the line: while it moves, going through all images in each frame would hold it up. */
const restMs = 120;

@customElement('folder-table')
export class FolderTable extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        max-height: 150px;
        overflow: auto;
      }
      table {
        border-collapse: collapse;
      }
      th,
      td {
        padding: 0 8px 1px 0;
        text-align: right;
        white-space: nowrap;
      }
      th {
        color: var(--muted);
        font-weight: normal;
      }
      :is(th, td):first-child {
        max-width: 22em;
        text-align: left;
      }
      @container (width < 420px) {
        :is(th, td):nth-child(2) {
          display: none;
        }
        :is(th, td):first-child {
          max-width: 7em;
        }
      }
    `,
  ];

  private figures: readonly FolderFigures[] = [];
  private of: readonly unknown[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    this.timer = undefined;
    this.of = [];
  }

  protected override render(): TemplateResult | typeof nothing {
    this.keepUp();
    if (this.figures.length === 0) return nothing;
    return html`<table>
      <caption class="unseen">
        ${l10n.t('By folder')}
      </caption>
      <thead>
        <tr>
          <th scope="col">${l10n.t('Folder')}</th>
          <th scope="col">${l10n.t('Images')}</th>
          <th scope="col">${l10n.t('Flagged')}</th>
          <th scope="col">${l10n.t('TPR')}</th>
          <th scope="col">${l10n.t('TNR')}</th>
          <th scope="col">${l10n.t('AUROC')}</th>
        </tr>
      </thead>
      <tbody class="number">
        ${this.figures.map(
          ({ folder, images, flagged, tpr, tnr, auroc }) =>
            html`<tr class="folder-row">
              <td class="ellipsis" title=${folder}>${folder === '' ? '.' : folder}</td>
              <td>${formatCount(images, locale)}</td>
              <td>${formatCount(flagged, locale)}</td>
              <td>${rateText(tpr)}</td>
              <td>${rateText(tnr)}</td>
              <td>${auroc === undefined ? '–' : formatFixed(auroc, 3, locale)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private keepUp(): void {
    const { ranking, labels, threshold, review, snapshot } = this.model;
    const needs = [ranking, labels, threshold, review.decisions, review.unreadable, snapshot?.paths];
    if (needs.every((need, place) => Object.is(need, this.of[place]))) return;
    const isFirst = this.of.length === 0;
    this.of = needs;
    clearTimeout(this.timer);
    const count = (): void => {
      if (!ranking || !labels || !snapshot) return;
      const { decisions, unreadable } = review;
      const flags = flagImages({ scores: ranking.column, threshold, hashes: snapshot.hashes, unreadable, decisions });
      this.figures = folderFigures({ paths: snapshot.paths, scores: ranking.column, labels, flags });
    };
    if (isFirst) count();
    else
      this.timer = setTimeout(() => {
        count();
        this.requestUpdate();
      }, restMs);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'folder-table': FolderTable;
  }
}
