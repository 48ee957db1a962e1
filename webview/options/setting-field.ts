/** One setting of the form: its name, a control, what is wrong with it, and the way back to the default. */
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import * as l10n from '@vscode/l10n';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { base } from '../styles/base';
import { formStyles } from './form-styles';
import type { FieldChoice, ShownField } from './fields/field';

/** A person typed or chose something. */
export class SettingEvent extends Event {
  constructor(readonly value: string) {
    super('setting');
  }
}

@customElement('setting-field')
export class SettingFieldElement extends LitElement {
  static override styles = [
    base,
    formStyles,
    css`
      :host {
        display: block;
        min-width: 0;
        padding-left: 8px;
        border-left: 2px solid transparent;
      }
      :host([changed]) {
        border-left-color: var(--vscode-settings-modifiedItemIndicator, var(--focus));
      }
      .head {
        display: flex;
        gap: 4px;
        align-items: center;
        min-height: 24px;
      }
      .head label {
        flex: 0 1 auto;
      }
      .switch {
        display: flex;
        gap: 8px;
        align-items: center;
        min-height: 26px;
      }
      .switch label {
        font-weight: normal;
      }
      .quiet {
        display: inline-flex;
        flex: none;
        padding: 2px;
      }
    `,
  ];

  @property({ attribute: false }) field: ShownField | undefined;
  @property() value = '';
  /** What an empty field stands for, in place of the field's own words. */
  @property() empty = '';
  @property() help = '';
  @property() problem = '';
  @property({ type: Boolean, reflect: true }) changed = false;
  @property({ type: Boolean }) disabled = false;

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('#control')?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { field } = this;
    if (!field) return nothing;
    const name = html`<label for="control">${field.label}</label>${this.reset(field)}`;
    if (field.kind === 'switch') {
      return html`<div class="switch">${this.checkBox()}${name}</div>
        ${this.notes(field)}`;
    }
    return html`<div class="head">${name}</div>
      ${field.kind === 'choice' ? this.list(field) : this.textBox(field)}${this.notes(field)}`;
  }

  private reset(field: ShownField): TemplateResult | typeof nothing {
    if (!this.changed) return nothing;
    return html`<span class="unseen">${l10n.t('changed')}</span
      ><button
        class="quiet"
        type="button"
        title=${l10n.t('Back to the default')}
        aria-label=${l10n.t('Back to the default: {0}', field.label)}
        @click=${() => {
          this.dispatchEvent(new Event('reset-setting'));
          this.focus();
        }}
      >
        <vscode-icon name="discard" size="14"></vscode-icon>
      </button>`;
  }

  private textBox(field: ShownField): TemplateResult {
    return html`<input
      id="control"
      type="text"
      autocomplete="off"
      spellcheck="false"
      placeholder=${this.empty || (field.empty ?? '')}
      .value=${live(this.value)}
      ?disabled=${this.disabled}
      aria-invalid=${this.problem ? 'true' : 'false'}
      aria-describedby="problem help"
      @input=${this.onChange}
    />`;
  }

  private checkBox(): TemplateResult {
    return html`<input
      id="control"
      type="checkbox"
      .checked=${live(this.value === 'yes')}
      aria-describedby="problem help"
      @change=${(event: Event) => {
        const box = event.target;
        if (box instanceof HTMLInputElement) this.dispatchEvent(new SettingEvent(box.checked ? 'yes' : ''));
      }}
    />`;
  }

  private list(field: ShownField): TemplateResult {
    return html`<select
      id="control"
      ?disabled=${this.disabled}
      aria-invalid=${this.problem ? 'true' : 'false'}
      aria-describedby="problem help"
      @change=${this.onChange}
    >
      ${this.choicesOf(field).map(
        ({ value, label }) => html`<option value=${value} .selected=${live(value === this.value)}>${label}</option>`,
      )}
    </select>`;
  }

  /** A value that is none of the choices (of a newer version, or a mistake) is shown as it is. */
  private choicesOf({ choices = [] }: ShownField): readonly FieldChoice[] {
    const known = choices.some(({ value }) => value === this.value);
    return known ? choices : [...choices, { value: this.value, label: this.value }];
  }

  private notes(field: ShownField): TemplateResult {
    const chosen = field.choices?.find(({ value }) => value === this.value)?.description;
    const help = chosen ?? (this.help || field.help);
    return html`<p id="problem" class="wrong" ?hidden=${!this.problem}>${this.problem}</p>
      <p id="help" class="help" ?hidden=${!help}>${help ?? ''}</p>`;
  }

  private readonly onChange = (event: Event): void => {
    const control = event.target;
    if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) {
      this.dispatchEvent(new SettingEvent(control.value));
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'setting-field': SettingFieldElement;
  }
}
