/** The groups of flagged images as a row: how many, what they look like, and what to decide of all of them. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
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
        border-block-end: 1px solid var(--line);
        padding: 6px 12px;
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        align-items: center;
      }
      .group {
        display: inline-flex;
        gap: 6px;
        align-items: center;
        height: 40px;
        padding: 2px 8px 2px 3px;
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
        width: 34px;
        height: 34px;
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
    const count = groups.reduce((sum, { images }) => sum + images.length, 0);
    const group = groups[chosen ?? -1];
    return html`<div class="line" role="group" aria-label=${l10n.t('Groups of alike images')}>
        <button
          class="group all"
          type="button"
          aria-pressed=${chosen === undefined ? 'true' : 'false'}
          @click=${() => this.choose(undefined)}
        >
          ${l10n.t('All {0}', formatCount(count, locale))}
        </button>
        ${groups.map((each, place) => this.groupButton(each, place, place === chosen))}
        <vscode-button secondary @click=${() => void this.model.groupView.open()}
          >${l10n.t('Group anew')}</vscode-button
        >
      </div>
      ${group ? this.decisions(group) : nothing}`;
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

  private decisions({ images }: ImageGroup): TemplateResult {
    const done = images.filter((index) => this.model.decisionOf(index) !== undefined).length;
    return html`<div class="line decide">
      <span>${l10n.t('{0} of {1} decided', formatCount(done, locale), formatCount(images.length, locale))}</span>
      <vscode-button secondary @click=${() => this.decide('bad', images)}>${l10n.t('All of them bad')}</vscode-button>
      <vscode-button secondary @click=${() => this.decide('good', images)}>${l10n.t('All of them good')}</vscode-button>
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
