/** Says changes to screen readers, a moment after the last one: a drag must not become a flood of words. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { base } from '../styles/base';

const settleMs = 400;

@customElement('panel-announcer')
export class PanelAnnouncer extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        position: absolute;
      }
    `,
  ];

  @state() private text = '';
  private timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  say(text: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.text = text), settleMs);
  }

  protected override render(): TemplateResult {
    return html`<div class="unseen" role="status" aria-live="polite">${this.text}</div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'panel-announcer': PanelAnnouncer;
  }
}
