/** How often each pixel value occurs in the original and in the reconstruction, drawn over each other. */
import * as l10n from '@vscode/l10n';
import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PixelDistribution } from '../../src/shared/contracts';
import { formatShare } from '../../src/shared/format';
import { locale } from '../localization';
import { base } from '../styles/base';
import { sign } from '../styles/signs';

@customElement('pixel-spread')
export class PixelSpread extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      h3 {
        margin: 0 0 4px;
        font-size: 1em;
        font-weight: 600;
      }
      .plot {
        display: block;
        width: 100%;
        height: 56px;
        border-bottom: 1px solid color-mix(in srgb, var(--vscode-foreground) 35%, transparent);
        overflow: visible;
      }
      .original {
        fill: color-mix(in srgb, var(--bar) 45%, transparent);
      }
      .reconstruction {
        fill: none;
        stroke: var(--vscode-foreground);
        stroke-width: 1.5;
        vector-effect: non-scaling-stroke;
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 0 12px;
        justify-content: space-between;
        font-size: 0.92em;
      }
      .key {
        display: inline-flex;
        gap: 5px;
        align-items: center;
      }
      .key svg {
        width: 14px;
        height: 10px;
      }
      p {
        margin: 2px 0 0;
        font-size: 0.92em;
      }
      .warning {
        display: flex;
        gap: 6px;
        margin: 0 0 6px;
        padding: 5px 8px;
        border: 1px solid var(--vscode-inputValidation-warningBorder, var(--flag));
        background: var(--vscode-inputValidation-warningBackground, transparent);
        color: var(--vscode-inputValidation-warningForeground, inherit);
        font-size: 1em;
      }
      .warning .sign {
        flex: none;
        margin-top: 2px;
      }
    `,
  ];

  @property({ attribute: false }) distribution: PixelDistribution = {
    original: [],
    reconstruction: [],
    collapsed: false,
  };

  protected override render(): TemplateResult | typeof nothing {
    const { original, reconstruction, collapsed } = this.distribution;
    const bins = Math.max(original.length, reconstruction.length);
    if (bins === 0) return nothing;
    const highest = Math.max(...original, ...reconstruction, Number.MIN_VALUE);
    const drawn = (name: string, shares: readonly number[]) =>
      svg`<path class=${name} d=${outline(shares, highest)} />`;
    return html`<h3>${l10n.t('Pixel values')}</h3>
      ${
        collapsed
          ? html`<p class="warning" role="alert">
              ${sign('flag')}<span
                >${l10n.t(
                  'Nearly all of the reconstruction is one value: the network draws nothing here. Train with a lower learning rate or another network.',
                )}</span
              >
            </p>`
          : nothing
      }
      <svg
        class="plot"
        role="img"
        aria-label=${l10n.t('How often each pixel value occurs, from black to white')}
        viewBox=${`0 0 ${bins} 1`}
        preserveAspectRatio="none"
      >
        <title>${l10n.t('Heights are square roots of the shares, so that rare values are seen')}</title>
        ${drawn('original', original)} ${drawn('reconstruction', reconstruction)}
      </svg>
      <div class="line muted" aria-hidden="true">
        <span>${l10n.t('black')}</span>
        <span class="key"
          ><svg viewBox="0 0 14 10">${svg`<path class="original" d="M0 0H14V10H0z" />`}</svg>${l10n.t('original')}</span
        >
        <span class="key"
          ><svg viewBox="0 0 14 10">${svg`<path class="reconstruction" d="M0 5H14" />`}</svg
          >${l10n.t('reconstruction')}</span
        >
        <span>${l10n.t('white')}</span>
      </div>
      <p class="muted number">
        ${l10n.t(
          'The middle half of the values: original {0}, reconstruction {1}.',
          middleHalf(original),
          middleHalf(reconstruction),
        )}
        ${l10n.t('The most common shade is {0} of the reconstruction.', formatShare(Math.max(...reconstruction, 0), locale))}
      </p>`;
  }
}

/** Steps in a box of as many units as there are bins, one unit high. */
function outline(shares: readonly number[], highest: number): string {
  const steps = shares.map((share, bin) => {
    const top = 1 - Math.sqrt(Math.max(0, share) / highest);
    return `V${top.toFixed(4)}H${bin + 1}`;
  });
  return `M0 1${steps.join('')}V1`;
}

/** `31–66%`: from the first to the third quarter, as shares of the way from black to white. */
function middleHalf(shares: readonly number[]): string {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const at = (fraction: number) => {
    let sum = 0;
    const bin = shares.findIndex((share) => (sum += share) >= fraction * total);
    return Math.round((100 * (bin + 0.5)) / shares.length);
  };
  return l10n.t('{0}–{1}%', at(0.25), at(0.75));
}

declare global {
  interface HTMLElementTagNameMap {
    'pixel-spread': PixelSpread;
  }
}
