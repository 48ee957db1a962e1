/** The list of keys. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { base } from '../styles/base';
import { dialogStyles } from '../styles/dialog';
import { keyHelp } from './key-bindings';

@customElement('keys-dialog')
export class KeysDialog extends LitElement {
  static override styles = [
    base,
    dialogStyles,
    css`
      dialog {
        max-width: min(640px, calc(100vw - 32px));
        max-height: calc(100vh - 32px);
        overflow-y: auto;
      }
      h2 {
        margin: 0 0 8px;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 4px 14px;
        align-items: baseline;
        margin: 0 0 12px;
      }
      dd {
        margin: 0;
      }
    `,
  ];

  private readonly dialog = createRef<HTMLDialogElement>();

  show(): void {
    if (!this.dialog.value?.open) this.dialog.value?.showModal();
  }

  protected override render(): TemplateResult {
    return html`<dialog
      ${ref(this.dialog)}
      aria-labelledby="title"
      @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
    >
      <h2 id="title">${l10n.t('Keys')}</h2>
      <dl>
        ${keyHelp().map(
          ({ keys, meaning }) =>
            html`<dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
              <dd>${meaning}</dd>`,
        )}
      </dl>
      <vscode-button @click=${() => this.dialog.value?.close()}>${l10n.t('Close')}</vscode-button>
    </dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'keys-dialog': KeysDialog;
  }
}
