/** What is reviewed, how much of it is flagged, and the ways out. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { exportFormats, type ExportFormat } from '../../src/shared/contracts';
import { formatCount, formatScore } from '../../src/shared/format';
import { thresholdTitle } from '../../src/shared/threshold-methods';
import { locale } from '../localization';
import { base } from '../styles/base';
import { ActionEvent, type PanelAction } from './action-event';
import type { Choice, ChooseEvent } from './choice-list';
import { flaggedText, imagesText } from './count-texts';
import './menu-button';
import { ModelElement } from './model-element';

@customElement('panel-header')
export class PanelHeader extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        container-type: inline-size;
        border-bottom: 1px solid var(--line);
      }
      .row {
        display: flex;
        gap: 4px 12px;
        align-items: center;
        padding: 5px 12px;
      }
      h1 {
        flex: 0 1 auto;
        min-width: 3em;
        margin: 0;
        font-size: 1.08em;
        font-weight: 600;
      }
      .facts {
        display: flex;
        flex: 1 1 0;
        flex-wrap: wrap;
        gap: 0 8px;
      }
      .facts > :not(:last-child)::after {
        content: '·';
        margin-left: 8px;
        color: var(--muted);
      }
      .facts .quiet {
        margin: -2px 0;
        padding: 1px 0;
        text-decoration: underline;
      }
      .actions {
        display: flex;
        flex: none;
        gap: 6px;
      }
      /* 320 pixels at twice the size. */
      @container (width < 220px) {
        .actions {
          flex-wrap: wrap;
          max-width: 100%;
        }
      }
      @container (width < 760px) {
        .words {
          display: none;
        }
        .row {
          flex-wrap: wrap;
        }
        h1 {
          flex: 1 1 0;
        }
        .facts {
          order: 1;
          flex-basis: 100%;
        }
      }
      @container (width < 1000px) {
        /* It stands by its method, right below. */
        .facts > .threshold {
          display: none;
        }
      }
      @container (width < 420px) {
        .row {
          gap: 3px 8px;
        }
      }
    `,
  ];

  protected override render(): TemplateResult {
    const { model } = this;
    const { snapshot } = model;
    const ready = model.ranking !== undefined;
    return html`<div class="row">
      <h1 class="ellipsis" title=${snapshot?.record.request.source ?? model.sourceName}>
        ${model.sourceName || l10n.t('Anomaly Review')}
      </h1>
      <div class="facts number">${snapshot ? this.facts() : nothing}</div>
      <div class="actions">
        <vscode-button
          secondary
          aria-label=${l10n.t('Rescan')}
          title=${l10n.t('Scan the source again')}
          icon="refresh"
          ?disabled=${!snapshot}
          aria-disabled=${snapshot ? 'false' : 'true'}
          @click=${() => this.act({ type: 'rescan' })}
          ><span class="words">${l10n.t('Rescan')}</span></vscode-button
        >
        <vscode-button
          secondary
          icon="copy"
          aria-label=${l10n.t('Copy flagged')}
          title=${l10n.t('Copy the paths of the flagged images')}
          ?disabled=${!ready}
          aria-disabled=${ready ? 'false' : 'true'}
          @click=${() => this.act({ type: 'copyFlagged' })}
          ><span class="words">${l10n.t('Copy flagged')}</span></vscode-button
        >
        <menu-button
          icon="export"
          label=${l10n.t('Export')}
          ?disabled=${!ready}
          .choices=${exportChoices()}
          @choose=${this.onExport}
        ></menu-button>
      </div>
    </div>`;
  }

  private facts(): TemplateResult {
    const { model } = this;
    const unreadable = Object.keys(model.snapshot?.unreadable ?? {}).length;
    return html`<span>${imagesText(model.snapshot?.paths.length ?? 0)}</span> ${
        model.ranking && model.ranking.scored > 0
          ? html`<span class="flagged">${flaggedText(model.flagged)}</span>
              <span class="threshold"
                >${l10n.t('{0} {1}', thresholdTitle(model.review.threshold.method), formatScore(model.threshold, locale))}</span
              >
              ${this.progress()}`
          : nothing
      }
      ${
        unreadable > 0
          ? html`<span
              ><button class="quiet" type="button" @click=${() => model.setView({ show: 'unreadable' })}>
                ${l10n.t('{0} unreadable', formatCount(unreadable, locale))}
              </button></span
            >`
          : nothing
      }`;
  }

  private progress(): TemplateResult | typeof nothing {
    const { done, total } = this.model.reviewed;
    if (total === 0) return nothing;
    const [some, all] = [formatCount(done, locale), formatCount(total, locale)];
    return html`<span class="reviewed" title=${l10n.t('Decided, of what is flagged or decided')}
      >${l10n.t('{0} of {1} reviewed', some, all)}</span
    >`;
  }

  private readonly onExport = (event: ChooseEvent): void => {
    if (event.value === moveChoice) this.act({ type: 'moveFlagged' });
    const format = exportFormats.find((known) => known === event.value);
    if (format) this.act({ type: 'export', format });
  };

  private act(action: PanelAction): void {
    this.dispatchEvent(new ActionEvent(action));
  }
}

const moveChoice = 'move';

function exportChoices(): Choice[] {
  const texts: Readonly<Record<ExportFormat, readonly [label: string, description: string]>> = {
    binary: [l10n.t('0/1 file'), l10n.t('One character an image, in data-set order')],
    csv: [l10n.t('CSV'), l10n.t('A row an image with all scores')],
    json: [l10n.t('JSON'), l10n.t('Settings, threshold and all images')],
    list: [l10n.t('Flagged list'), l10n.t('The paths of the flagged images')],
    report: [l10n.t('Report'), l10n.t('One HTML page with the flagged images, to send or print')],
    onnx: [l10n.t('ONNX model'), l10n.t('The trained network')],
    latents: [l10n.t('Latent vectors'), l10n.t('A .npy file with a row an image: its code in the network')],
  };
  return [
    ...exportFormats.map((format) => ({ value: format, label: texts[format][0], description: texts[format][1] })),
    {
      value: moveChoice,
      label: l10n.t('Move flagged files…'),
      description: l10n.t('To another folder; can be undone, deletes nothing'),
    },
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'panel-header': PanelHeader;
  }
}
