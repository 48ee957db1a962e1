/** How the scores are spread, with the threshold as a line that can be dragged. */
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import * as l10n from '@vscode/l10n';
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { formatCount, formatScore } from '../../src/shared/format';
import { histogram } from '../../src/shared/statistics';
import { locale } from '../localization';
import { Memo } from '../model/memo';
import { largeStep, setThresholdValue, smallStep, stepThreshold } from '../model/threshold-steps';
import { flaggedShareText } from '../panel/count-texts';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import { cssProperties } from '../styles/css-properties';

const bins = 120;

@customElement('score-histogram')
export class ScoreHistogram extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        position: relative;
        display: flex;
        flex-direction: column;
        min-width: 0;
        /* Room for the switch: beside the plot it never lies over a line that is dragged there. */
        padding: 6px 52px 4px 12px;
      }
      .plot {
        position: relative;
        flex: 1;
        min-height: 44px;
        border-bottom: 1px solid color-mix(in srgb, var(--vscode-foreground) 35%, transparent);
        touch-action: none;
        cursor: ew-resize;
      }
      svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      .below {
        fill: var(--bar);
      }
      .above {
        fill: var(--flag);
      }
      svg.side-below {
        clip-path: inset(0 calc(100% - var(--at)) 0 0);
      }
      svg.side-above {
        clip-path: inset(0 0 0 var(--at));
      }
      /* Along the lower edge, below the bars of scores that are common. */
      svg.known {
        top: auto;
        height: 9px;
      }
      .known path {
        fill: none;
        stroke: var(--bad);
        stroke-width: 2;
        vector-effect: non-scaling-stroke;
      }
      .line {
        position: absolute;
        top: -4px;
        bottom: -4px;
        left: var(--at);
        width: 15px;
        margin-left: -7px;
        outline: none;
        cursor: ew-resize;
      }
      .line::before {
        content: '';
        position: absolute;
        top: 0;
        bottom: 0;
        left: 6px;
        width: 2px;
        background: var(--vscode-foreground);
      }
      .line::after {
        content: '';
        position: absolute;
        top: 0;
        left: 2px;
        width: 10px;
        height: 10px;
        border-radius: 50%;
        background: var(--vscode-foreground);
        border: 2px solid var(--vscode-editor-background);
      }
      .line:focus-visible::after {
        outline: 2px solid var(--focus);
      }
      .log {
        position: absolute;
        top: 5px;
        right: 12px;
        font-size: 0.85em;
      }
      .log[aria-pressed='true'] {
        border-color: var(--vscode-contrastActiveBorder, var(--focus));
      }
      .axis {
        position: relative;
        display: flex;
        align-items: flex-start;
        height: 18px;
        margin-top: 3px;
        font-size: 0.85em;
        color: var(--muted);
      }
      .tick {
        position: absolute;
        left: var(--at);
        transform: translateX(-50%);
        white-space: nowrap;
      }
    `,
  ];

  private readonly plot = createRef<HTMLElement>();
  private readonly shapeMemo = new Memo<string>();
  private readonly knownMemo = new Memo<string>();
  private gesture = '';
  private gestures = 0;

  protected override render(): TemplateResult {
    const { model } = this;
    const { axis, threshold } = model;
    const at = `${(axis.shareOf(threshold) * 100).toFixed(2)}%`;
    const shape = this.shape();
    return html`<div
        class="plot"
        ${ref(this.plot)}
        ${cssProperties({ '--at': at })}
        @pointerdown=${this.onPointerDown}
        @pointermove=${this.onPointerMove}
        title=${l10n.t('Drag to move the threshold')}
      >
        ${(['below', 'above'] as const).map(
          (side) =>
            html`<svg class=${`side-${side}`} viewBox=${`0 0 ${bins} 1`} preserveAspectRatio="none" aria-hidden="true">
              ${svg`<path class=${side} d=${shape} />`}
            </svg>`,
        )}
        ${this.knownMarks()}
        <div
          class="line"
          role="slider"
          tabindex="0"
          aria-label=${l10n.t('Threshold')}
          aria-orientation="horizontal"
          aria-valuemin=${axis.min.toFixed(2)}
          aria-valuemax=${axis.max.toFixed(2)}
          aria-valuenow=${threshold.toFixed(2)}
          aria-valuetext=${`${formatScore(threshold, locale)}, ${flaggedShareText(model.flagged, model.ranking?.column.length ?? 0)}`}
          @keydown=${this.onKey}
        ></div>
      </div>
      <button
        class="quiet log"
        type="button"
        aria-pressed=${model.view.logCounts ? 'true' : 'false'}
        title=${l10n.t('Draw the counts as logarithms, so that single images are seen')}
        @click=${() => model.setView({ logCounts: !model.view.logCounts })}
      >
        ${l10n.t('log')}
      </button>
      <div class="axis" aria-hidden="true">
        ${axis.ticks.map(
          (tick) =>
            html`<span class="tick number" ${cssProperties({ '--at': `${(axis.shareOf(tick) * 100).toFixed(2)}%` })}
              >${Number.isInteger(tick) ? formatCount(tick, locale) : tick}</span
            >`,
        )}
      </div>`;
  }

  /** A tick for each known anomaly: where they lie among the others. */
  private knownMarks(): TemplateResult | typeof nothing {
    const { known, axis } = this.model;
    if (!known || known.length === 0) return nothing;
    const path = this.knownMemo.get([known, axis], () =>
      Array.from(known, (score) => (Number.isNaN(score) ? '' : `M${(axis.shareOf(score) * bins).toFixed(2)} 0V1`)).join(
        '',
      ),
    );
    return html`<svg class="known" viewBox=${`0 0 ${bins} 1`} preserveAspectRatio="none" aria-hidden="true">
      <title>${l10n.t('Known anomalies')}</title>
      ${svg`<path d=${path} />`}
    </svg>`;
  }

  /** The outline of all bars in a box of `bins` × 1. */
  private shape(): string {
    const { model } = this;
    const { ranking, axis } = model;
    const { logCounts } = model.view;
    return this.shapeMemo.get([ranking, logCounts], () => {
      if (!ranking) return '';
      const shares = ranking.column.map((score) => (Number.isNaN(score) ? NaN : axis.shareOf(score)));
      const { counts } = histogram(shares, bins, { range: [0, 1] });
      const heights = Array.from(counts, (count) => (logCounts ? Math.log2(1 + count) : count));
      const highest = Math.max(...heights, 1);
      const steps = heights.map((height, bin) => {
        // One image in a hundred thousand must still be seen.
        const top = height === 0 ? 1 : 1 - Math.max(height / highest, 0.03);
        return `M${bin} 1V${top.toFixed(4)}H${bin + 0.9}V1Z`;
      });
      return steps.join('');
    });
  }

  private readonly onPointerDown = (event: PointerEvent): void => {
    const plot = this.plot.value;
    if (event.button !== 0 || !plot || !this.model.ranking) return;
    plot.setPointerCapture(event.pointerId);
    this.gesture = `drag ${++this.gestures}`;
    this.renderRoot.querySelector<HTMLElement>('.line')?.focus();
    event.preventDefault();
    this.dragTo(event);
  };

  private readonly onPointerMove = (event: PointerEvent): void => {
    if (this.plot.value?.hasPointerCapture(event.pointerId)) this.dragTo(event);
  };

  private dragTo(event: PointerEvent): void {
    const box = this.plot.value?.getBoundingClientRect();
    if (!box || box.width === 0) return;
    setThresholdValue(this.model, this.model.axis.scoreAt((event.clientX - box.left) / box.width), this.gesture);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const { axis } = this.model;
    const step = keySteps[event.key];
    // A held key is one gesture, taken back by one undo.
    if (!event.repeat) this.gesture = `keys ${++this.gestures}`;
    if (step !== undefined) stepThreshold(this.model, event.shiftKey ? step * 10 : step, this.gesture);
    else if (event.key === 'Home') setThresholdValue(this.model, axis.min, this.gesture);
    else if (event.key === 'End') setThresholdValue(this.model, axis.max, this.gesture);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

const keySteps: Readonly<Record<string, number>> = {
  ArrowLeft: -smallStep,
  ArrowDown: -smallStep,
  ArrowRight: smallStep,
  ArrowUp: smallStep,
  PageDown: -largeStep,
  PageUp: largeStep,
};

declare global {
  interface HTMLElementTagNameMap {
    'score-histogram': ScoreHistogram;
  }
}
