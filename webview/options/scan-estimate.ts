/** What the scan will take: time and memory in a line, and what they are made of. */
import '@vscode-elements/elements/dist/vscode-progress-ring/index.js';
import * as l10n from '@vscode/l10n';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ScanEstimate } from '../../src/shared/contracts';
import { computerText } from '../../src/shared/device-names';
import { formatAbout, formatBytes, formatCount } from '../../src/shared/format';
import { locale } from '../localization';
import { base } from '../styles/base';

@customElement('scan-estimate')
export class ScanEstimateElement extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 10px;
        align-items: center;
        min-width: 0;
        min-height: 20px;
      }
      p {
        flex: 0 1 auto;
        min-width: 0;
        margin: 0;
        overflow-wrap: anywhere;
      }
      .about {
        font-weight: 600;
      }
      .stale {
        opacity: 0.55;
      }
      vscode-progress-ring {
        width: 16px;
        height: 16px;
      }
    `,
  ];

  @property({ attribute: false }) estimate: ScanEstimate | undefined;
  @property() problem = '';
  @property({ type: Boolean }) busy = false;

  protected override render(): TemplateResult {
    const { estimate, problem, busy } = this;
    return html`${busy ? html`<vscode-progress-ring aria-hidden="true"></vscode-progress-ring>` : nothing}
      <p class="about ${busy ? 'stale' : ''}" role="status">${this.headline()}</p>
      ${
        estimate && problem === ''
          ? html`<p class="muted ${busy ? 'stale' : ''}">${partsOf(estimate).join(' · ')}</p>`
          : nothing
      }`;
  }

  private headline(): string {
    const { estimate, problem, busy } = this;
    if (!busy && problem !== '') return l10n.t('No estimate: {0}', problem);
    if (!estimate) return busy ? l10n.t('Measuring how long this takes…') : '';
    const { read, train, score } = estimate.seconds;
    const time = formatAbout(read + train + score, locale);
    return l10n.t('About {0}, {1} of memory', time, formatBytes(roughly(estimate.memoryBytes), locale));
  }
}

function partsOf(estimate: ScanEstimate): string[] {
  const { images, epochs, isCutOff, mayTrainOnMore, seconds, besideOthers } = estimate;
  const time = (value: number) =>
    value < 1 ? l10n.t('under {0}', formatAbout(1, locale)) : formatAbout(value, locale);
  return [
    l10n.t('reading images ({0}) {1}', formatCount(images, locale), time(seconds.read)),
    isCutOff
      ? l10n.t('training cut off after {0}', time(seconds.train))
      : epochs === 1
        ? l10n.t('training {0}, for at most 1 epoch', time(seconds.train))
        : l10n.t('training {0}, for at most {1} epochs', time(seconds.train), formatCount(epochs, locale)),
    l10n.t('scoring {0}', time(seconds.score)),
    l10n.t('measured on {0}', computerText(estimate, threadsText) ?? ''),
    ...(mayTrainOnMore ? [l10n.t('longer if the scored images look different and join the training')] : []),
    ...(besideOthers === true ? [l10n.t('another scan runs beside it: alone it is quicker')] : []),
  ];
}

function threadsText(threads: number): string {
  return threads === 1 ? l10n.t('1 thread') : l10n.t('{0} threads', threads);
}

/** Two digits: more would promise what was not measured. */
function roughly(bytes: number): number {
  return Number(bytes.toPrecision(2));
}

declare global {
  interface HTMLElementTagNameMap {
    'scan-estimate': ScanEstimateElement;
  }
}
