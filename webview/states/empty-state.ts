/** What stands where the images would be, when there is nothing to show there yet or at all. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-ring/index.js';
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { formatCount } from '../../src/shared/format';
import { locale } from '../localization';
import { ActionEvent } from '../panel/action-event';
import { ModelElement } from '../panel/model-element';
import type { PanelModel } from '../model/panel-model';
import { base } from '../styles/base';

type Emptiness =
  | { readonly kind: 'waiting'; readonly title: string; readonly text: string }
  | { readonly kind: 'nothing' | 'failed' | 'filtered'; readonly title: string; readonly text: string };

@customElement('empty-state')
export class EmptyState extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 8px;
        align-items: center;
        justify-content: center;
        min-height: 160px;
        padding: 24px;
        text-align: center;
      }
      h2 {
        margin: 0;
        font-size: 1.15em;
        font-weight: 600;
      }
      p {
        max-width: 56ch;
        margin: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  protected override render(): TemplateResult | typeof nothing {
    const emptiness = emptinessOf(this.model);
    if (!emptiness) return nothing;
    const { kind, title, text } = emptiness;
    return html`${
        kind === 'waiting' ? html`<vscode-progress-ring aria-label=${title}></vscode-progress-ring>` : nothing
      }
      <div role=${kind === 'waiting' ? 'status' : nothing}><h2>${title}</h2></div>
      <p class="muted">${text}</p>
      ${
        kind === 'filtered'
          ? html`<vscode-button secondary @click=${this.showAll}>${l10n.t('Show all images')}</vscode-button>`
          : nothing
      }
      ${
        kind === 'failed' && this.model.snapshot
          ? html`<vscode-button
              secondary
              icon="refresh"
              @click=${() => this.dispatchEvent(new ActionEvent({ type: 'rescan' }))}
              >${l10n.t('Rescan')}</vscode-button
            >`
          : nothing
      }`;
  }
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('vscode-button')?.focus();
  }

  private readonly showAll = (): void => {
    this.model.clearFilters();
    this.dispatchEvent(new ActionEvent({ type: 'focusGrid' }));
  };
}

/** Undefined when there are images to show. */
export function emptinessOf(model: PanelModel): Emptiness | undefined {
  const { snapshot } = model;
  if (!snapshot) return withoutRun(model);
  const { record, paths } = snapshot;
  if (paths.length === 0) {
    if (record.status === 'running') return waiting(model);
    if (record.status === 'failed') {
      return { kind: 'failed', title: l10n.t('The scan failed'), text: record.error?.message ?? '' };
    }
    return {
      kind: 'nothing',
      title: l10n.t('No images'),
      text: l10n.t('The scan of {0} ended before any image was found.', record.request.source),
    };
  }
  if (model.list.items.length > 0) return undefined;
  return {
    kind: 'filtered',
    title: l10n.t('No image matches'),
    text:
      paths.length === 1
        ? l10n.t('The only image does not fit the search and the filter.')
        : l10n.t('None of the {0} images fits the search and the filter.', formatCount(paths.length, locale)),
  };
}

function withoutRun(model: PanelModel): Emptiness {
  if (model.notice?.level === 'error') {
    return { kind: 'failed', title: l10n.t('Nothing to review'), text: model.notice.text };
  }
  return waiting(model);
}

function waiting(model: PanelModel): Emptiness {
  // Nothing was heard of the editor yet.
  if (model.sourceName === '') return { kind: 'waiting', title: l10n.t('Opening…'), text: '' };
  const found = model.progress?.phase === 'listing' ? model.progress.done : 0;
  return {
    kind: 'waiting',
    title: l10n.t('Looking for images…'),
    text:
      found > 0
        ? l10n.t('{0} found so far.', formatCount(found, locale))
        : (model.snapshot?.record.request.source ?? model.sourceName),
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'empty-state': EmptyState;
  }
}
