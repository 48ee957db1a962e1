/** A drop-down list whose choices, texts included, may change at any time. */
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import type { VscodeSingleSelect } from '@vscode-elements/elements/dist/vscode-single-select/vscode-single-select.js';
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { createRef, ref } from 'lit/directives/ref.js';

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** A sentence shown under the open list. */
  readonly description?: string;
}

export class ChooseEvent extends Event {
  constructor(readonly value: string) {
    super('choose');
  }
}

@customElement('choice-list')
export class ChoiceList extends LitElement {
  static override styles = css`
    :host {
      display: inline-block;
      min-width: 0;
      vertical-align: top;
    }
    vscode-single-select {
      width: 100%;
      min-width: 0;
      --dropdown-z-index: 10;
    }
  `;

  @property() label = '';
  @property() value = '';
  @property({ attribute: false }) choices: readonly Choice[] = [];
  private readonly select = createRef<VscodeSingleSelect>();

  protected override render(): TemplateResult {
    return html`<vscode-single-select
      ${ref(this.select)}
      label=${this.label}
      @change=${this.onChange}
    ></vscode-single-select>`;
  }

  protected override updated(changed: PropertyValues): void {
    const select = this.select.value;
    if (!select) return;
    if (changed.has('choices')) {
      select.options = this.choices.map((choice) => ({
        label: choice.label,
        value: choice.value,
        description: choice.description ?? '',
        selected: choice.value === this.value,
        disabled: false,
      }));
    }
    select.value = this.value;
  }

  private readonly onChange = (event: Event): void => {
    event.stopPropagation();
    const { value } = this.select.value ?? {};
    if (value !== undefined && value !== '') this.dispatchEvent(new ChooseEvent(value));
  };
}

/** The same array as before when nothing in it changed, so that an open list is left alone. */
export function steadyChoices(before: readonly Choice[], now: readonly Choice[]): readonly Choice[] {
  return JSON.stringify(before) === JSON.stringify(now) ? before : now;
}

declare global {
  interface HTMLElementTagNameMap {
    'choice-list': ChoiceList;
  }
}
