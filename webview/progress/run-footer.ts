/** What the run is doing, or how it ended. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { type Computer, computerText } from '../../src/shared/device-names';
import { formatCount, formatDuration } from '../../src/shared/format';
import type { RunPhase, RunRecord } from '../../src/shared/run';
import { locale } from '../localization';
import { ActionEvent, type PanelAction } from '../panel/action-event';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import './loss-chart';

@customElement('run-footer')
export class RunFooter extends ModelElement {
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
        gap: 4px 12px;
        align-items: center;
        min-height: 32px;
        padding: 3px 12px;
      }
      .facts {
        display: flex;
        flex: 0 1 auto;
        flex-wrap: wrap;
        gap: 0 8px;
        min-width: 0;
      }
      .facts > :not(:last-child)::after {
        content: '·';
        margin-left: 8px;
        color: var(--muted);
      }
      @container (width < 420px) {
        .ended > :nth-child(n + 3),
        .ended > :nth-child(2)::after {
          display: none;
        }
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        align-items: center;
      }
      .notes {
        margin: 0;
        padding: 0 12px 6px 28px;
        font-size: 0.92em;
      }
      /* Cut to what the row has left; a press shows all of them whole. */
      .noted {
        flex: 1 1 0;
        min-width: 0;
        color: var(--muted);
        font-size: 0.92em;
        text-align: left;
      }
      .narrow .noted {
        flex-basis: 100%;
      }
      vscode-progress-bar {
        display: block;
      }
    `,
  ];

  /** Too little room to open the chart unasked. */
  @property({ type: Boolean }) narrow = false;
  @state() private notesOpen = false;

  protected override render(): TemplateResult | typeof nothing {
    const { record } = this.model.snapshot ?? {};
    if (!record) return nothing;
    const running = record.status === 'running';
    const chartShown = record.epochs.length > 0 && this.chartOpen(record);
    return html`${running ? this.progressBar() : nothing} ${chartShown ? this.chart() : nothing}
      <div class=${classMap({ row: true, narrow: this.narrow })}>
        ${running ? html`<div class="actions">${this.stopButtons(record)}</div>` : nothing}
        <div class=${classMap({ facts: true, number: true, ended: !running })}>
          ${(running ? this.runningFacts(record) : endedFacts(record)).map((fact) => html`<span>${fact}</span>`)}
        </div>
        <div class="actions">
          ${record.epochs.length > 0 ? this.chartButton(record) : nothing}
          ${canResume(record) ? this.button({ type: 'resume' }, l10n.t('Resume')) : nothing}
        </div>
        ${record.notes.length > 0 ? this.notes(record.notes) : nothing}
      </div>
      ${
        record.notes.length > 0 && this.notesOpen
          ? html`<ul class="notes muted">
              ${record.notes.map((note) => html`<li>${note}</li>`)}
            </ul>`
          : nothing
      }`;
  }

  private notes(notes: readonly string[]): TemplateResult {
    const text = notes.join(' ');
    return html`<button
      class="quiet noted ellipsis"
      type="button"
      title=${text}
      aria-expanded=${this.notesOpen ? 'true' : 'false'}
      @click=${() => (this.notesOpen = !this.notesOpen)}
    >
      ${this.notesOpen ? l10n.t('Hide the notes') : text}
    </button>`;
  }

  private progressBar(): TemplateResult {
    const { progress } = this.model;
    const known = progress !== undefined && progress.total > 0;
    return html`<vscode-progress-bar
      aria-label=${l10n.t('Progress of the scan')}
      .value=${known ? (100 * progress.done) / progress.total : NaN}
      .longRunningThreshold=${0}
    ></vscode-progress-bar>`;
  }

  private chart(): TemplateResult {
    return html`<loss-chart .model=${this.model}></loss-chart>`;
  }

  private chartOpen(record: RunRecord): boolean {
    const training = record.status === 'running' && record.phase === 'training';
    return this.model.view.chartOpen ?? (training && !this.narrow);
  }

  private chartButton(record: RunRecord): TemplateResult {
    const chartOpen = this.chartOpen(record);
    return html`<button
      class="quiet"
      type="button"
      aria-expanded=${chartOpen ? 'true' : 'false'}
      @click=${() => this.model.setView({ chartOpen: !chartOpen })}
    >
      ${chartOpen ? l10n.t('Hide the loss') : l10n.t('Show the loss')}
    </button>`;
  }

  /** Before the facts: there they stay where they are while these change, and no notification covers them. */
  private stopButtons(record: RunRecord): TemplateResult {
    const usable = record.phase === 'training' && record.epochs.length > 0;
    return html`${usable ? this.button({ type: 'stop', how: 'use' }, l10n.t('Stop here and use'), true) : nothing}
    ${this.button({ type: 'stop', how: 'save' }, l10n.t('Cancel'))}`;
  }

  private button(action: PanelAction, text: string, main = false): TemplateResult {
    return html`<vscode-button ?secondary=${!main} @click=${() => this.dispatchEvent(new ActionEvent(action))}
      >${text}</vscode-button
    >`;
  }

  private runningFacts(record: RunRecord): string[] {
    const { progress } = this.model;
    const phase = progress?.phase ?? record.phase;
    const facts = [phaseText(phase)];
    if (progress?.epoch !== undefined) {
      facts.push(l10n.t('epoch {0} of {1}', progress.epoch, progress.plannedEpochs ?? record.plannedEpochs ?? '?'));
    } else if (progress && progress.total > 0) {
      const [done, total] = [formatCount(progress.done, locale), formatCount(progress.total, locale)];
      facts.push(progress.total === 1 ? l10n.t('{0} of 1 image', done) : l10n.t('{0} of {1} images', done, total));
    }
    if (progress?.imagesPerSecond !== undefined) {
      facts.push(l10n.t('{0} images/s', formatCount(progress.imagesPerSecond, locale)));
    }
    const computer = computerOf(progress?.device === undefined ? record : progress);
    if (computer !== undefined) facts.push(computer);
    if (progress?.secondsLeft !== undefined) facts.push(l10n.t('{0} left', formatDuration(progress.secondsLeft)));
    return facts;
  }
}

/** A run that failed goes on as well where its message says so. */
function canResume({ status, error }: RunRecord): boolean {
  const goesOn = error?.code === 'training-diverged' || error?.code === 'disk-full';
  return status === 'stopped' || status === 'interrupted' || (status === 'failed' && goesOn);
}

function endedFacts(record: RunRecord): string[] {
  const facts = [statusText(record)];
  const { total } = record.seconds;
  if (total !== undefined) facts.push(formatDuration(total));
  const epochs = record.epochs.length;
  if (epochs === 1) facts.push(l10n.t('1 epoch'));
  else if (epochs > 1) {
    facts.push(
      record.bestEpoch === undefined
        ? l10n.t('{0} epochs', epochs)
        : l10n.t('{0} epochs, best {1}', epochs, record.bestEpoch),
    );
  }
  if (record.model) facts.push(record.model.preset);
  const computer = computerOf(record);
  if (computer !== undefined) facts.push(computer);
  return facts;
}

function statusText(record: RunRecord): string {
  switch (record.status) {
    case 'done':
      return l10n.t('Done');
    case 'stopped':
      return l10n.t('Stopped; what was reached is kept and can be resumed.');
    case 'interrupted':
      return l10n.t('Interrupted: the process ended; what was reached is kept and can be resumed.');
    case 'failed':
      return l10n.t('Failed: {0}', record.error?.message ?? l10n.t('no reason was given'));
    case 'running':
      return phaseText(record.phase);
  }
}

function phaseText(phase: RunPhase): string {
  const texts: Readonly<Record<RunPhase, string>> = {
    listing: l10n.t('Looking for images'),
    reading: l10n.t('Reading images'),
    baseline: l10n.t('First ranking'),
    training: l10n.t('Training'),
    scoring: l10n.t('Scoring'),
    done: l10n.t('Done'),
  };
  return texts[phase];
}

function computerOf(computer: Computer): string | undefined {
  return computerText(computer, (threads) => (threads === 1 ? l10n.t('1 thread') : l10n.t('{0} threads', threads)));
}

declare global {
  interface HTMLElementTagNameMap {
    'run-footer': RunFooter;
  }
}
