/** A folder or file of the form: where it is, and the buttons that choose and clear it. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import * as l10n from '@vscode/l10n';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PlaceKind } from '../../src/shared/scan-options';
import { base } from '../styles/base';
import { formStyles } from './form-styles';
import { shortPath } from './short-path';

/** A person wants to choose a place in the editor's dialog. */
export class BrowseEvent extends Event {
  constructor(readonly kind: PlaceKind) {
    super('browse');
  }
}

@customElement('place-field')
export class PlaceField extends LitElement {
  static override styles = [
    base,
    formStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 190px) minmax(0, 1fr) auto;
        gap: 2px 10px;
        align-items: center;
        min-width: 0;
      }
      .path {
        display: flex;
        gap: 4px;
        align-items: center;
        min-width: 0;
        min-height: 26px;
        padding: 2px 2px 2px 6px;
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-input-border, var(--line)));
        border-radius: 2px;
        background: var(--vscode-input-background);
        color: var(--vscode-input-foreground);
      }
      .path .ellipsis {
        flex: 1;
      }
      .path .nothing {
        color: var(--vscode-input-placeholderForeground);
      }
      .path.wrong-place {
        border-color: var(--vscode-inputValidation-errorBorder, var(--bad));
      }
      .quiet {
        display: inline-flex;
        flex: none;
        padding: 2px;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
      }
      .notes {
        grid-column: 2 / -1;
      }
      .notes:empty {
        display: none;
      }
      @container (width < 620px) {
        :host {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        .label {
          grid-column: 1 / -1;
        }
        .notes {
          grid-column: 1 / -1;
        }
      }
      @container (width < 380px) {
        :host {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property() label = '';
  @property() path = '';
  /** Paths inside of it are shown relative to it. */
  @property() folder = '';
  /** What no path means. */
  @property() empty = '';
  @property() help = '';
  @property() problem = '';
  @property({ type: Boolean }) clearable = false;
  @property({ attribute: false }) kinds: readonly PlaceKind[] = [];

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('vscode-button')?.focus();
  }

  protected override render(): TemplateResult {
    return html`<span class="label" id="label">${this.label}</span>
      <span class="path ${this.problem ? 'wrong-place' : ''}" title=${this.path || nothing}>
        <span class="ellipsis ${this.path ? '' : 'nothing'}">${this.text}</span>
        ${this.clearable && this.path ? this.clearButton() : nothing}
      </span>
      <span class="buttons" role="group" aria-label=${this.label}>
        ${this.kinds.map(
          (kind) =>
            html`<vscode-button
              secondary
              title=${this.dialogTitle(kind)}
              @click=${() => this.dispatchEvent(new BrowseEvent(kind))}
              >${buttonText(kind)}</vscode-button
            >`,
        )}
        <slot></slot>
      </span>
      <div class="notes">
        ${this.problem ? html`<p class="wrong" role="alert">${this.problem}</p>` : nothing}${
          this.help ? html`<p class="help">${this.help}</p>` : nothing
        }
      </div>`;
  }

  private get text(): string {
    return this.path ? shortPath(this.path, this.folder) : this.empty;
  }

  private clearButton(): TemplateResult {
    return html`<button
      class="quiet"
      type="button"
      title=${l10n.t('Clear')}
      aria-label=${l10n.t('Clear: {0}', this.label)}
      @click=${() => {
        this.dispatchEvent(new Event('clear'));
        this.focus();
      }}
    >
      <vscode-icon name="close" size="14"></vscode-icon>
    </button>`;
  }

  private dialogTitle(kind: PlaceKind): string {
    return kind === 'folder' ? l10n.t('Choose a folder: {0}', this.label) : l10n.t('Choose a file: {0}', this.label);
  }
}

function buttonText(kind: PlaceKind): string {
  return kind === 'folder' ? l10n.t('Folder…') : l10n.t('File…');
}

declare global {
  interface HTMLElementTagNameMap {
    'place-field': PlaceField;
  }
}
