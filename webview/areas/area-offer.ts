/** "312 flagged images differ in the same area (right edge). Ignore it?", with what that would change. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { boundsOf } from '../../src/shared/areas';
import type { AreaOffer } from '../../src/shared/contracts';
import { formatCount } from '../../src/shared/format';
import type { Area } from '../../src/shared/settings';
import { locale } from '../localization';
import { ActionEvent } from '../panel/action-event';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';
import { noticeStyles } from '../styles/notice';

@customElement('area-offer')
export class AreaOfferNotice extends ModelElement {
  static override styles = [
    base,
    noticeStyles,
    css`
      :host {
        display: block;
      }
      .notice > span {
        flex: 1 1 200px;
      }
    `,
  ];

  @property({ attribute: false }) fetchOffer: (() => Promise<AreaOffer | undefined>) | undefined;
  @state() private offer: AreaOffer | undefined;
  /** What it was asked for: once for every scoring of a run. */
  private asked = '';

  protected override render(): TemplateResult | typeof nothing {
    void this.ask();
    const { offer } = this;
    if (!offer || this.model.snapshot?.record.status !== 'done') return nothing;
    const count = (number: number) => formatCount(number, locale);
    return html`<div class="notice" role="status">
      <span
        >${l10n.t('{0} flagged images differ in the same area ({1}). Without it about {2} instead of {3} are flagged.', count(offer.images), placeName(offer.area), count(offer.flaggedAfter), count(offer.flagged))}</span
      >
      <vscode-button @click=${() => this.accept(offer.area)}>${l10n.t('Ignore it')}</vscode-button>
      <vscode-button
        secondary
        @click=${() => this.dispatchEvent(new ActionEvent({ type: 'areas', proposed: offer.area }))}
        >${l10n.t('Look')}</vscode-button
      >
      <vscode-button secondary @click=${this.decline}>${l10n.t('Not now')}</vscode-button>
    </div>`;
  }

  private readonly decline = (): void => {
    this.offer = undefined;
    // The button goes away with the offer.
    this.dispatchEvent(new ActionEvent({ type: 'focusGrid' }));
  };

  private accept(area: Area): void {
    this.decline();
    const { areas = [] } = this.model.snapshot?.record.request.settings ?? {};
    this.dispatchEvent(new ActionEvent({ type: 'rescore', areas: [...areas, area] }));
  }

  private async ask(): Promise<void> {
    const { snapshot } = this.model;
    if (snapshot?.record.status !== 'done' || this.model.flagged === 0) return;
    const wanted = `${snapshot.runFolder} ${snapshot.record.rescored ?? 0}`;
    if (wanted === this.asked) return;
    this.asked = wanted;
    this.offer = undefined;
    // Without an answer there is no offer; nobody asked for one.
    const offer = await this.fetchOffer?.().catch(() => undefined);
    if (this.asked === wanted) this.offer = offer;
  }
}

function placeName(area: Area): string {
  const { x0, y0, x1, y1 } = boundsOf(area);
  const side = x0 <= 0 === x1 >= 1 ? undefined : x0 <= 0 ? 'left' : 'right';
  const level = y0 <= 0 === y1 >= 1 ? undefined : y0 <= 0 ? 'upper' : 'lower';
  if (level === 'upper') {
    if (side === 'left') return l10n.t('upper left corner');
    return side === 'right' ? l10n.t('upper right corner') : l10n.t('upper edge');
  }
  if (level === 'lower') {
    if (side === 'left') return l10n.t('lower left corner');
    return side === 'right' ? l10n.t('lower right corner') : l10n.t('lower edge');
  }
  if (side !== undefined) return side === 'left' ? l10n.t('left edge') : l10n.t('right edge');
  return x0 <= 0 && y0 <= 0 ? l10n.t('all of the picture') : l10n.t('middle');
}

declare global {
  interface HTMLElementTagNameMap {
    'area-offer': AreaOfferNotice;
  }
}
