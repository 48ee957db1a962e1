/** A field for one number: takes what is valid, shows again what is in force otherwise; arrow keys step. */
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { VscodeTextfield } from '@vscode-elements/elements/dist/vscode-textfield/vscode-textfield.js';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { inField } from '../localization';

export class NumberEvent extends Event {
  constructor(
    readonly value: number,
    /** Identifies a held arrow key, so that one undo takes back all its steps. */
    readonly gesture?: string,
  ) {
    super('number');
  }
}

@customElement('number-field')
export class NumberField extends LitElement {
  static override styles = css`
    :host {
      display: inline-block;
    }
    vscode-textfield {
      width: 100%;
    }
  `;

  @property() label = '';
  /** With a point, as in code; people see their own sign. */
  @property() value = '';
  @property({ type: Number }) step = 1;
  @property({ type: Number }) min = -Infinity;
  @property({ type: Number }) max = Infinity;
  private readonly field = createRef<VscodeTextfield>();
  private presses = 0;

  protected override render(): TemplateResult {
    return html`<vscode-textfield
      ${ref(this.field)}
      .label=${this.label}
      .value=${inField(this.value)}
      @change=${this.onChange}
      @keydown=${this.onKey}
    ></vscode-textfield>`;
  }

  private readonly onChange = (event: Event): void => {
    event.stopPropagation();
    this.take(readNumber(this.field.value?.value ?? ''));
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    if (!event.repeat) this.presses++;
    const now = readNumber(this.field.value?.value ?? '') ?? Number(this.value);
    const next = Math.round((now + direction * this.step) / this.step) * this.step;
    this.take(Math.min(this.max, Math.max(this.min, Number(next.toFixed(6)))), `field ${this.label} ${this.presses}`);
  };

  private take(number: number | undefined, gesture?: string): void {
    const valid = number !== undefined && number >= this.min && number <= this.max;
    if (valid && number !== Number(this.value)) this.dispatchEvent(new NumberEvent(number, gesture));
    else if (this.field.value) this.field.value.value = inField(this.value);
  }
}

/** With a point or a comma; undefined for what is no finite number. */
function readNumber(text: string): number | undefined {
  const number = Number(text.trim().replace(',', '.').replace('−', '-'));
  return text.trim() === '' || !Number.isFinite(number) ? undefined : number;
}

declare global {
  interface HTMLElementTagNameMap {
    'number-field': NumberField;
  }
}
