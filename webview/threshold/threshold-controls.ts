/** Which score is thresholded, how the line is found, and what each way would flag. */
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { formatCount } from '../../src/shared/format';
import { scoreExplanation, scoreTitle } from '../../src/shared/score-names';
import { locale } from '../localization';
import { setThresholdValue, smallStep } from '../model/threshold-steps';
import { steadyChoices, type Choice, type ChooseEvent } from '../panel/choice-list';
import '../panel/choice-list';
import { estimateRangeText, estimateText, flaggedShareText } from '../panel/count-texts';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import { sign } from '../styles/signs';
import { methodCounts, useMethod, type MethodCount } from './method-counts';
import './number-field';
import type { NumberEvent } from './number-field';

@customElement('threshold-controls')
export class ThresholdControls extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        container-type: inline-size;
        min-width: 0;
        padding: 6px 12px 5px;
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
      .choice {
        flex: 0 1 auto;
      }
      .method {
        flex: 1 1 120px;
        width: 164px;
      }
      .score {
        width: 132px;
      }
      number-field {
        flex: none;
        width: 62px;
      }
      /* Whole lines only: what is left out stands in the table that “Why” opens, and comes into view under the keyboard. */
      .outcome,
      .methods {
        overflow: hidden;
        line-height: 22px;
      }
      .outcome {
        display: flex;
        gap: 0 6px;
        align-items: baseline;
        height: 22px;
        margin: 4px 0 0;
        white-space: nowrap;
      }
      /* The sign never stands alone in a line of its own. */
      .explained {
        display: inline-flex;
        gap: 0 6px;
        align-items: center;
        align-self: center;
      }
      .reason {
        flex: 1 1 0;
      }
      .reason,
      .explained,
      .estimate {
        min-width: 0;
      }
      .count {
        font-weight: 600;
      }
      .why {
        display: inline-flex;
        flex: none;
        gap: 4px;
        align-items: center;
        height: 22px;
        align-self: center;
      }
      .methods {
        display: flex;
        flex-wrap: wrap;
        gap: 0 2px;
        height: 22px;
        margin: 1px -6px 0;
        font-size: 0.92em;
      }
      .methods .quiet {
        height: 22px;
        padding-block: 0;
        line-height: 20px;
        white-space: nowrap;
      }
      @media (height >= 860px) {
        .methods {
          height: 44px;
        }
      }
      .methods .quiet[aria-pressed='true'],
      .why[aria-expanded='true'] {
        border-color: var(--vscode-contrastActiveBorder, var(--focus));
      }
      @container (width < 500px) {
        .line {
          gap: 4px 6px;
        }
        .score {
          flex: 1 1 110px;
          width: auto;
        }
        .choice {
          flex: 1 1 122px;
        }
        .value-word {
          display: none;
        }
        number-field {
          width: 56px;
        }
      }
      @container (width < 320px) {
        .score {
          flex: 1 1 84px;
        }
        .choice {
          flex: 1.5 1 118px;
        }
      }
      /* In a narrow column the same counts and sentences stand in the menu. */
      @container (width < 360px) {
        .methods,
        .reason,
        .why .word {
          display: none;
        }
        .outcome {
          flex-wrap: wrap;
          height: auto;
          margin-top: 2px;
          white-space: normal;
        }
      }
    `,
  ];

  private methodChoices: readonly Choice[] = [];
  private scoreChoices: readonly Choice[] = [];

  protected override render(): TemplateResult {
    const { model } = this;
    const counts = methodCounts(model);
    const { method } = model.review.threshold;
    const open = model.view.methodsOpen === true;
    const current = counts.find((count) => count.info.method === method);
    const reason = current ? model.reasonOf(current.setting) : '';
    this.methodChoices = steadyChoices(this.methodChoices, counts.map(methodChoice));
    this.scoreChoices = steadyChoices(
      this.scoreChoices,
      model.scoreNames.map((name) => ({
        value: name,
        label: scoreTitle(name),
        description: scoreExplanation(name),
      })),
    );
    return html`<div class="line">
        <choice-list
          class="score"
          label=${l10n.t('Score')}
          title=${l10n.t('The score that is shown and thresholded')}
          .choices=${this.scoreChoices}
          value=${model.scoreName}
          @choose=${(event: ChooseEvent) => model.changeReview((book) => book.setScore(event.value))}
        ></choice-list>
        <span class="pair choice">
          <choice-list
            class="method"
            label=${l10n.t('Threshold method')}
            title=${l10n.t('How the threshold is found; the figure is what it would flag')}
            .choices=${this.methodChoices}
            value=${method}
            @choose=${(event: ChooseEvent) => this.chooseMethod(counts, event.value)}
          ></choice-list>
          ${current ? this.parameterField(current) : nothing}
        </span>
        <span class="pair">
          <span class="value-word" aria-hidden="true">${l10n.t('Threshold')}</span>
          <number-field
            class="value"
            label=${l10n.t('Threshold value')}
            value=${model.threshold.toFixed(2)}
            step=${smallStep}
            @number=${(event: NumberEvent) => setThresholdValue(model, event.value, event.gesture)}
          ></number-field>
        </span>
      </div>
      <p class="outcome">
        <span class="count number">${flaggedShareText(model.flagged, model.ranking?.column.length ?? 0)}</span>
        <span class="explained">
          ${this.estimate()}
          <button
            class="quiet why"
            type="button"
            aria-label=${l10n.t('Why')}
            aria-expanded=${open ? 'true' : 'false'}
            title=${l10n.t('Why the threshold lies there, and what other methods would flag')}
            @click=${() => model.setView({ methodsOpen: !open })}
          >
            ${sign('info')} <span class="word">${l10n.t('Why')}</span>
          </button>
        </span>
        <span class="reason muted ellipsis" title=${reason}>${reason}</span>
      </p>
      <div
        class="methods"
        role="toolbar"
        aria-label=${l10n.t('What each method would flag')}
        @keydown=${this.onMethodKey}
        @focusout=${this.showFirstMethods}
      >
        ${counts.filter((count) => count.info.method !== 'value').map((count) => this.methodButton(count, method))}
      </div>`;
  }

  private readonly showFirstMethods = (event: Event): void => {
    if (event.currentTarget instanceof Element) event.currentTarget.scrollTop = 0;
  };

  /** The only method that Tab stops at: arrow keys go from one to the other. */
  private methodStop(current: string): string {
    return current === 'value' ? 'auto' : current;
  }

  private readonly onMethodKey = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined || !(event.target instanceof HTMLElement)) return;
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>('.methods button')];
    const place = buttons.indexOf(event.target) + step;
    buttons[(place + buttons.length) % buttons.length]?.focus();
    event.preventDefault();
    event.stopPropagation();
  };

  private methodButton(count: MethodCount, current: string): TemplateResult {
    const { info, flagged } = count;
    return html`<button
      class="quiet"
      type="button"
      tabindex=${info.method === this.methodStop(current) ? 0 : -1}
      aria-pressed=${info.method === current ? 'true' : 'false'}
      title=${info.assumes}
      @click=${() => useMethod(this.model, count)}
    >
      <span class="muted">${info.title}</span> <span class="number">${formatCount(flagged, locale)}</span>
    </button>`;
  }

  private parameterField({ info, setting }: MethodCount): TemplateResult | typeof nothing {
    if (!info.parameter || info.method === 'value') return nothing;
    const { min, max, step, default: fallback } = info.parameter;
    return html`<number-field
      class="parameter"
      label=${l10n.t('Parameter of {0}', info.title)}
      title=${l10n.t('From {0} to {1}', min, max)}
      min=${min}
      max=${max}
      step=${step}
      value=${String(setting.parameter ?? fallback)}
      @number=${({ value, gesture }: NumberEvent) =>
        this.model.changeReview((book) => book.setThreshold({ method: info.method, parameter: value }, gesture))}
    ></number-field>`;
  }

  private chooseMethod(counts: readonly MethodCount[], method: string): void {
    const chosen = counts.find((count) => count.info.method === method);
    if (chosen) useMethod(this.model, chosen);
  }

  /** How many of the flagged are odd, as far as the scores and the decisions tell. */
  private estimate(): TemplateResult | typeof nothing {
    const estimate = this.model.estimateAt(this.model.threshold);
    if (!estimate || estimate.flagged === 0) return nothing;
    return html`<span class="estimate number ellipsis" title=${estimateRangeText(estimate)}
      >${estimateText(estimate)}</span
    >`;
  }
}

function methodChoice({ info, flagged }: MethodCount): Choice {
  // A fixed value flags what is flagged now: a figure that would change with every frame of a drag.
  const figure = info.method === 'value' ? undefined : formatCount(flagged, locale);
  return {
    value: info.method,
    label: figure === undefined ? info.title : l10n.t('{0} · {1}', info.title, figure),
    description: info.assumes,
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'threshold-controls': ThresholdControls;
  }
}
