/** Twelve training images as augmentation and corruption change them. */
import '@vscode-elements/elements/dist/vscode-progress-ring/index.js';
import * as l10n from '@vscode/l10n';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { TrainingSample } from '../../src/shared/contracts';
import { base } from '../styles/base';

interface Column {
  readonly of: keyof TrainingSample;
  readonly title: string;
}

@customElement('training-preview')
export class TrainingPreview extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 12px;
        align-items: center;
        min-height: 24px;
        margin-bottom: 6px;
      }
      .head vscode-progress-ring {
        width: 16px;
        height: 16px;
      }
      .label {
        font-weight: 600;
      }
      .samples {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(var(--sample), 1fr));
        gap: 10px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .samples.stale {
        opacity: 0.55;
      }
      .one {
        --sample: 88px;
      }
      .two {
        --sample: 150px;
      }
      .three {
        --sample: 216px;
      }
      li {
        display: flex;
        gap: 3px;
      }
      figure {
        flex: 1 1 0;
        min-width: 0;
        margin: 0;
      }
      img {
        display: block;
        width: 100%;
        max-width: 128px;
        aspect-ratio: 1;
        object-fit: contain;
        background: var(--vscode-editorWidget-background, transparent);
        image-rendering: pixelated;
      }
      figcaption {
        overflow: hidden;
        color: var(--muted);
        font-size: 0.85em;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .wrong {
        margin: 0;
        color: var(--bad);
      }
    `,
  ];

  @property({ attribute: false }) samples: readonly TrainingSample[] = [];
  @property() problem = '';
  @property({ type: Boolean }) busy = false;
  @property({ type: Boolean }) augments = false;
  @property({ type: Boolean }) corrupts = false;

  protected override render(): TemplateResult {
    return html`<div class="head">
        <span class="label" id="title">${l10n.t('What the network would be shown')}</span>
        ${this.busy ? html`<vscode-progress-ring aria-label=${l10n.t('Drawing samples…')}></vscode-progress-ring>` : nothing}
        ${this.augments || this.corrupts ? nothing : html`<span class="muted">${l10n.t('Nothing is changed.')}</span>`}
      </div>
      ${this.problem ? html`<p class="wrong" role="alert">${this.problem}</p>` : this.list()}`;
  }

  private list(): TemplateResult {
    const columns = this.columns();
    const width = ['one', 'two', 'three'][columns.length - 1] ?? 'one';
    return html`<ul class="samples ${width} ${this.busy ? 'stale' : ''}" aria-labelledby="title">
      ${this.samples.map(
        (sample, place) =>
          html`<li>
            ${columns.map(
              ({ of, title }) =>
                html`<figure>
                  <img src=${sample[of]} alt=${l10n.t('Image {0}: {1}', place + 1, title)} />
                  <figcaption aria-hidden="true" title=${title}>${title}</figcaption>
                </figure>`,
            )}
          </li>`,
      )}
    </ul>`;
  }

  /** Only pictures that differ from each other. */
  private columns(): Column[] {
    const original: Column = { of: 'original', title: l10n.t('original') };
    const target: Column = { of: 'augmented', title: this.corrupts ? l10n.t('target') : l10n.t('augmented') };
    const input: Column = { of: 'input', title: l10n.t('input') };
    return [original, ...(this.augments ? [target] : []), ...(this.corrupts ? [input] : [])];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'training-preview': TrainingPreview;
  }
}
