/** The images that could not be read, each with its reason. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { ModelElement } from '../panel/model-element';
import { formatCount } from '../../src/shared/format';
import { locale } from '../localization';
import { base } from '../styles/base';

/** More would be no list to read; the filter of the grid shows all of them. */
const longestList = 200;

@customElement('unreadable-list')
export class UnreadableList extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        max-height: 180px;
        padding: 6px 12px;
        border-bottom: 1px solid var(--line);
        overflow-y: auto;
      }
      p {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 12px;
        margin: 0 0 4px;
      }
      label {
        display: inline-flex;
        gap: 5px;
        align-items: center;
      }
      input {
        margin: 0;
        accent-color: var(--vscode-progressBar-background, var(--focus));
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        overflow-wrap: anywhere;
      }
    `,
  ];

  protected override render(): TemplateResult | typeof nothing {
    const { model } = this;
    const entries = Object.entries(model.snapshot?.unreadable ?? {});
    if (entries.length === 0) return nothing;
    const rest = entries.length - longestList;
    return html`<p>
        <strong>${l10n.t('{0} could not be read', formatCount(entries.length, locale))}</strong>
        <label
          ><input type="checkbox" .checked=${model.review.unreadable === 'flag'} @change=${this.onChange} />
          ${l10n.t('Flag them')}</label
        >
      </p>
      <ul>
        ${entries
          .slice(0, longestList)
          .map(
            ([index, reason]) =>
              html`<li>${model.snapshot?.paths[Number(index)] ?? ''}: <span class="muted">${reason}</span></li>`,
          )}
      </ul>
      ${rest > 0 ? html`<p class="muted">${l10n.t('and {0} more', formatCount(rest, locale))}</p>` : nothing}`;
  }

  private readonly onChange = (event: Event): void => {
    if (!(event.target instanceof HTMLInputElement)) return;
    const unreadable = event.target.checked ? 'flag' : 'keep';
    this.model.changeReview((book) => book.setUnreadable(unreadable));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'unreadable-list': UnreadableList;
  }
}
