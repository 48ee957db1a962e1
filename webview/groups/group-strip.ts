/** The groups of flagged images as a row: how many, what they look like, and what to decide of all of them. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { css, html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ImageGroup } from '../../src/shared/contracts';
import { formatCount } from '../../src/shared/format';
import { ThumbnailStore } from '../host/thumbnail-store';
import { locale } from '../localization';
import { ActionEvent } from '../panel/action-event';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';

@customElement('group-strip')
export class GroupStrip extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        container-type: inline-size;
        border-block-end: 1px solid var(--line);
      }
      p {
        margin: 0;
        padding: 4px 12px;
      }
      .strip {
        display: flex;
        gap: 4px 12px;
        align-items: flex-start;
        padding: 4px 12px;
      }
      /* Many groups scroll in a strip of one row, or two where there is height for them. */
      .line {
        display: flex;
        flex: 1 1 0;
        flex-wrap: wrap;
        gap: 4px;
        align-items: center;
        max-height: 36px;
        overflow-y: auto;
        scrollbar-width: thin;
      }
      .decide {
        display: flex;
        flex: none;
        gap: 6px;
        align-items: center;
        min-height: 36px;
      }
      @media (height >= 860px) {
        .line {
          max-height: 76px;
        }
      }
      @container (width < 760px) {
        .strip {
          flex-direction: column;
          align-items: stretch;
        }
        .line {
          flex: none;
        }
        .decide {
          flex-wrap: wrap;
          min-height: 0;
        }
      }
      .group {
        display: inline-flex;
        gap: 6px;
        align-items: center;
        height: 36px;
        padding: 1px 8px 1px 2px;
        border: 1px solid var(--vscode-contrastBorder, var(--line));
        border-radius: 4px;
        background: var(--vscode-editorWidget-background, transparent);
        color: inherit;
        font: inherit;
        cursor: pointer;
      }
      .group[aria-pressed='true'] {
        border-color: var(--focus);
        background: var(--vscode-list-inactiveSelectionBackground);
        color: var(--vscode-list-inactiveSelectionForeground, inherit);
      }
      .group:focus-visible {
        outline: 2px solid var(--focus);
        outline-offset: -1px;
      }
      img,
      .blank {
        width: 32px;
        height: 32px;
        object-fit: contain;
      }
      .all {
        padding-inline: 8px;
      }
    `,
  ];

  @property({ attribute: false }) thumbnails = ThumbnailStore.empty();

  protected override updated(): void {
    const typical = (this.model.groupView.groups ?? []).flatMap(({ images }) => images.slice(0, 1));
    this.thumbnails.wantBeside('groups', typical);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.thumbnails.wantBeside('groups', []);
  }

  protected override render(): TemplateResult {
    const { groups, chosen } = this.model.groupView;
    if (!groups) return html`<p class="muted" role="status">${l10n.t('Grouping the flagged images…')}</p>`;
    if (groups.length === 0) {
      return html`<p class="muted" role="status">
        ${l10n.t('No readable image is flagged: there is nothing to group.')}
      </p>`;
    }
    const all = groups.flatMap(({ images }) => images);
    return html`<div class="strip">
      <div class="line" role="group" aria-label=${l10n.t('Groups of alike images')}>
        <button
          class="group all"
          type="button"
          aria-pressed=${chosen === undefined ? 'true' : 'false'}
          @click=${() => this.choose(undefined)}
        >
          ${l10n.t('All {0}', formatCount(all.length, locale))}
        </button>
        ${groups.map((each, place) => this.groupButton(each, place, place === chosen))}
      </div>
      ${this.decisions(groups[chosen ?? -1]?.images ?? all)}
    </div>`;
  }

  private groupButton({ images, alike }: ImageGroup, place: number, pressed: boolean): TemplateResult {
    const uri = this.thumbnails.uriOf(images[0] ?? -1);
    const count = formatCount(images.length, locale);
    return html`<button
      class="group"
      type="button"
      aria-pressed=${pressed ? 'true' : 'false'}
      @click=${() => this.choose(pressed ? undefined : place)}
    >
      ${uri === undefined ? html`<span class="blank"></span>` : html`<img src=${uri} alt="" draggable="false" />`}
      <span>${alike ? l10n.t('{0} alike', count) : l10n.t('{0} like no other', count)}</span>
    </button>`;
  }

  /** Of the group that is shown, or of all of them. */
  private decisions(images: readonly number[]): TemplateResult {
    const done = images.filter((index) => this.model.decisionOf(index) !== undefined).length;
    return html`<div class="decide">
      <span class="number"
        >${l10n.t('{0} of {1} decided', formatCount(done, locale), formatCount(images.length, locale))}</span
      >
      <vscode-button secondary @click=${() => this.decide('bad', images)}>${l10n.t('All of them bad')}</vscode-button>
      <vscode-button secondary @click=${() => this.decide('good', images)}>${l10n.t('All of them good')}</vscode-button>
      <vscode-button secondary @click=${() => void this.model.groupView.open()}>${l10n.t('Group anew')}</vscode-button>
    </div>`;
  }

  private decide(decision: 'bad' | 'good', images: readonly number[]): void {
    this.model.changeReview((book) => book.decide(images, () => decision, this.model.view.focused));
  }

  private choose(place: number | undefined): void {
    this.model.groupView.choose(place);
    this.dispatchEvent(new ActionEvent({ type: 'listFromTop' }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'group-strip': GroupStrip;
  }
}
