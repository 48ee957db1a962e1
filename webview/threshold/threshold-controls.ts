/** Which score is thresholded, how the line is found, and what each way would flag. */
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { VscodeTextfield } from '@vscode-elements/elements/dist/vscode-textfield/vscode-textfield.js';
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { formatCount } from '../../src/shared/format';
import { scoreExplanation, scoreTitle } from '../../src/shared/score-names';
import { locale } from '../localization';
import { setThresholdValue } from '../model/threshold-steps';
import { steadyChoices, type Choice, type ChooseEvent } from '../panel/choice-list';
import '../panel/choice-list';
import { flaggedShareText } from '../panel/count-texts';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import { methodCounts, type MethodCount } from './method-counts';

@customElement('threshold-controls')
export class ThresholdControls extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 5px;
        min-width: 0;
        padding: 8px 12px 6px;
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 5px 8px;
        align-items: center;
      }
      .pair {
        display: inline-flex;
        gap: 6px;
        align-items: center;
        min-width: 0;
      }
      .method {
        width: 172px;
      }
      .score {
        width: 140px;
      }
      vscode-textfield {
        width: 72px;
      }
      .count {
        font-weight: 600;
      }
      .methods {
        display: flex;
        flex-wrap: wrap;
        gap: 0 2px;
        margin: 0 -5px;
        font-size: 0.92em;
      }
      .methods .quiet[aria-pressed='true'] {
        border-color: var(--vscode-contrastActiveBorder, var(--focus));
      }
      .assumes {
        margin: 0;
        font-size: 0.92em;
      }
    `,
  ];

  private methodChoices: readonly Choice[] = [];
  private scoreChoices: readonly Choice[] = [];

  protected override render(): TemplateResult {
    const { model } = this;
    const counts = methodCounts(model);
    const { method } = model.review.threshold;
    const current = counts.find((count) => count.info.method === method);
    this.methodChoices = steadyChoices(this.methodChoices, counts.map(methodChoice));
    this.scoreChoices = steadyChoices(
      this.scoreChoices,
      Object.keys(model.snapshot?.scores ?? {}).map((name) => ({
        value: name,
        label: scoreTitle(name),
        description: scoreExplanation(name),
      })),
    );
    return html`<div class="line">
        <span class="pair">
          <span aria-hidden="true">${l10n.t('Threshold')}</span>
          <choice-list
            class="method"
            label=${l10n.t('Threshold method')}
            .choices=${this.methodChoices}
            value=${method}
            @choose=${(event: ChooseEvent) => this.chooseMethod(counts, event.value)}
          ></choice-list>
          ${current ? this.parameterField(current) : nothing}
        </span>
        <span class="pair">
          <span aria-hidden="true">${l10n.t('at')}</span>
          <vscode-textfield
            class="value"
            type="number"
            step="0.1"
            label=${l10n.t('Threshold value')}
            .value=${model.threshold.toFixed(2)}
            @change=${this.onValue}
          ></vscode-textfield>
        </span>
        <span class="count number">${flaggedShareText(model.flagged, model.ranking?.column.length ?? 0)}</span>
        <span class="pair">
          <span aria-hidden="true">${l10n.t('by')}</span>
          <choice-list
            class="score"
            label=${l10n.t('Score')}
            .choices=${this.scoreChoices}
            value=${model.scoreName}
            @choose=${(event: ChooseEvent) => model.changeReview((book) => book.setScore(event.value))}
          ></choice-list>
        </span>
      </div>
      <div class="methods" role="group" aria-label=${l10n.t('What each method would flag')}>
        ${counts.filter((count) => count.info.method !== 'value').map((count) => this.methodButton(count, method))}
      </div>
      <p class="assumes muted">${current?.info.assumes ?? ''}</p>`;
  }

  private methodButton(count: MethodCount, current: string): TemplateResult {
    const { info, flagged } = count;
    return html`<button
      class="quiet"
      type="button"
      aria-pressed=${info.method === current ? 'true' : 'false'}
      title=${info.assumes}
      @click=${() => this.apply(count)}
    >
      <span class="muted">${info.title}</span> <span class="number">${formatCount(flagged, locale)}</span>
    </button>`;
  }

  private parameterField({ info, setting }: MethodCount): TemplateResult | typeof nothing {
    if (!info.parameter || info.method === 'value') return nothing;
    const { min, max, step, default: fallback } = info.parameter;
    return html`<vscode-textfield
      class="parameter"
      type="number"
      label=${l10n.t('Parameter of {0}', info.title)}
      title=${l10n.t('From {0} to {1}', min, max)}
      min=${min}
      max=${max}
      step=${step}
      .value=${String(setting.parameter ?? fallback)}
      @change=${(event: Event) => this.onParameter(event, info)}
    ></vscode-textfield>`;
  }

  private chooseMethod(counts: readonly MethodCount[], method: string): void {
    const chosen = counts.find((count) => count.info.method === method);
    if (chosen) this.apply(chosen);
  }

  private apply(count: MethodCount): void {
    if (count.info.method === this.model.review.threshold.method) return;
    this.model.changeReview((book) => book.setThreshold(count.setting));
  }

  private onParameter(event: Event, info: MethodCount['info']): void {
    const { target } = event;
    if (!(target instanceof VscodeTextfield) || !info.parameter) return;
    const { min, max, default: fallback } = info.parameter;
    const parameter = readNumber(target.value);
    if (parameter === undefined || parameter < min || parameter > max) {
      target.value = String(this.model.review.threshold.parameter ?? fallback);
      return;
    }
    this.model.changeReview((book) => book.setThreshold({ method: info.method, parameter }));
  }

  private readonly onValue = (event: Event): void => {
    const { target } = event;
    if (!(target instanceof VscodeTextfield)) return;
    const value = readNumber(target.value);
    if (value === undefined) target.value = this.model.threshold.toFixed(2);
    else if (value !== Number(this.model.threshold.toFixed(2))) setThresholdValue(this.model, value);
  };
}

function methodChoice({ info, flagged }: MethodCount): Choice {
  return {
    value: info.method,
    label: l10n.t('{0} · {1}', info.title, formatCount(flagged, locale)),
    description: info.assumes,
  };
}

/** Undefined for what is no finite number: the field then shows again what is in force. */
function readNumber(text: string): number | undefined {
  const number = Number(text.replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(number) ? undefined : number;
}

declare global {
  interface HTMLElementTagNameMap {
    'threshold-controls': ThresholdControls;
  }
}
