/** The usual images that are most like the compared one; a click goes there. */
import * as l10n from '@vscode/l10n';
import { css, html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { ThumbnailStore } from '../host/thumbnail-store';
import { ActionEvent } from '../panel/action-event';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';

@customElement('nearest-images')
export class NearestImages extends ModelElement {
  static override styles = [
    base,
    css`
      h3 {
        margin: 0 0 4px;
        font-size: 1em;
        font-weight: 600;
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 5px;
        min-height: 52px;
      }
      button {
        width: 52px;
        height: 52px;
        padding: 2px;
        border: 1px solid var(--vscode-contrastBorder, var(--line));
        border-radius: 4px;
        background: var(--vscode-editorWidget-background, transparent);
        color: inherit;
        cursor: pointer;
      }
      button:focus-visible {
        outline: 2px solid var(--focus);
        outline-offset: -1px;
      }
      img {
        display: block;
        width: 100%;
        height: 100%;
        object-fit: contain;
      }
    `,
  ];

  @property({ attribute: false }) indexes: readonly number[] = [];
  @property({ attribute: false }) thumbnails = ThumbnailStore.empty();

  protected override updated(): void {
    this.thumbnails.wantBeside('nearest', this.indexes);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.thumbnails.wantBeside('nearest', []);
  }

  protected override render(): TemplateResult {
    return html`<h3>${l10n.t('Most alike among the usual ones')}</h3>
      <div class="line">
        ${this.indexes.map((index) => {
          const path = this.model.snapshot?.paths[index] ?? '';
          const uri = this.thumbnails.uriOf(index);
          return html`<button
            type="button"
            title=${path}
            aria-label=${l10n.t('Go to {0}', path)}
            @click=${() => this.dispatchEvent(new ActionEvent({ type: 'show', index }))}
          >
            ${uri === undefined ? '' : html`<img src=${uri} alt="" />`}
          </button>`;
        })}
      </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nearest-images': NearestImages;
  }
}
