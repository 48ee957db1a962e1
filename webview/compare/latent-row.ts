/** One element of a code: slid to a value, or set, raised or multiplied by a typed amount. */
import * as l10n from '@vscode/l10n';
import { html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { LatentEdit } from '../../src/shared/contracts';
import { formatScore } from '../../src/shared/format';
import { locale } from '../localization';
import { base } from '../styles/base';
import { sign } from '../styles/signs';
import '../threshold/number-field';
import type { NumberEvent } from '../threshold/number-field';
import { latentRowStyles } from './latent-styles';

export class LatentEvent extends Event {
  constructor(
    readonly element: number,
    /** Undefined: as the network made it. */
    readonly edit: LatentEdit | undefined,
  ) {
    super('latent');
  }
}

type Change = LatentEdit['change'];

/** How each change is written between the element's number and the amount. */
export const changeSigns: Readonly<Record<Change, string>> = { set: '=', add: '+', multiply: '×' };
const changes: readonly Change[] = ['set', 'add', 'multiply'];

@customElement('latent-row')
export class LatentRow extends LitElement {
  static override styles = [base, latentRowStyles];

  /** From 1. */
  @property({ type: Number }) element = 1;
  /** As the network made it. */
  @property({ type: Number }) original = 0;
  /** As it is now. */
  @property({ type: Number }) value = 0;
  /** Of the scored images. */
  @property({ type: Number }) lowest = 0;
  @property({ type: Number }) highest = 0;
  @property({ attribute: false }) edit: LatentEdit | undefined;
  @state() private chosen: Change = 'set';

  protected override render(): TemplateResult {
    const { element, edit, original, value } = this;
    const change = edit?.change ?? this.chosen;
    const [min, max] = this.range();
    const title = l10n.t('Was {0}; from {1} to {2} over all images', score(original), score(min), score(max));
    return html`<span class="name number" title=${title}>${element}</span>
      <input
        class="slider"
        type="range"
        min=${min}
        max=${max}
        step="any"
        .value=${String(value)}
        title=${title}
        aria-label=${l10n.t('Element {0}', element)}
        aria-valuetext=${score(value)}
        @input=${this.onSlide}
      />
      <select aria-label=${l10n.t('Change of element {0}', element)} .value=${change} @change=${this.onChange}>
        ${changes.map(
          (name) =>
            html`<option value=${name} aria-label=${changeName(name)} ?selected=${name === change}>
              ${changeSigns[name]}
            </option>`,
        )}
      </select>
      <number-field
        label=${l10n.t('Amount for element {0}', element)}
        value=${this.amountText(change)}
        step=${change === 'multiply' ? 0.5 : 0.1}
        @number=${(event: NumberEvent) => this.dispatchEvent(editEvent(element, change, event.value))}
      ></number-field>
      <button
        class="quiet"
        type="button"
        ?disabled=${edit === undefined}
        aria-label=${l10n.t('Reset element {0}', element)}
        title=${l10n.t('Reset element {0}', element)}
        @click=${() => this.dispatchEvent(new LatentEvent(element, undefined))}
      >
        ${sign('close')}
      </button>`;
  }

  /** Of the slider: what all images have, and what this one has and was given. */
  private range(): readonly [number, number] {
    const { original, value, lowest, highest } = this;
    const values = [original, value, lowest, highest].filter(Number.isFinite);
    const min = Math.min(...values);
    const max = Math.max(...values);
    return max > min ? [min, max] : [min - 1, max + 1];
  }

  private amountText(change: Change): string {
    const neutral = { set: this.value, add: 0, multiply: 1 }[change];
    return String(Number((this.edit?.amount ?? neutral).toFixed(3)));
  }

  private readonly onSlide = (event: Event): void => {
    if (!(event.target instanceof HTMLInputElement)) return;
    this.chosen = 'set';
    this.dispatchEvent(editEvent(this.element, 'set', Number(Number(event.target.value).toPrecision(5))));
  };

  /** Another kind of change begins anew: three times is not the same as three. */
  private readonly onChange = (event: Event): void => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const { value } = event.target;
    this.chosen = changes.find((change) => change === value) ?? 'set';
    this.dispatchEvent(new LatentEvent(this.element, undefined));
  };
}

function editEvent(element: number, change: Change, amount: number): LatentEvent {
  return new LatentEvent(element, { element, change, amount });
}

function changeName(change: Change): string {
  const names: Readonly<Record<Change, string>> = {
    set: l10n.t('set to'),
    add: l10n.t('add'),
    multiply: l10n.t('multiply by'),
  };
  return names[change];
}

function score(value: number): string {
  return formatScore(value, locale);
}

declare global {
  interface HTMLElementTagNameMap {
    'latent-row': LatentRow;
  }
}
