/** Grid or map: two ways to look at the same images. */
import * as l10n from '@vscode/l10n';
import { css, html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { ModelElement } from '../panel/model-element';
import { base } from '../styles/base';

@customElement('view-switch')
export class ViewSwitch extends ModelElement {
  static override styles = [
    base,
    css`
      :host {
        display: inline-flex;
        border: 1px solid var(--line);
        border-radius: 4px;
      }
      div {
        display: inline-flex;
      }
      .quiet {
        min-height: 24px;
        padding-inline: 8px;
      }
      .quiet[aria-checked='true'] {
        background: var(--vscode-toolbar-activeBackground, var(--vscode-toolbar-hoverBackground));
        outline: 1px solid var(--vscode-contrastActiveBorder, var(--focus));
        outline-offset: -1px;
      }
      .quiet:focus-visible {
        outline-width: 2px;
      }
    `,
  ];

  protected override render(): TemplateResult {
    return html`<div role="radiogroup" aria-label=${l10n.t('View')} @keydown=${this.onKey}>
      ${this.choice(false, l10n.t('Grid'), l10n.t('The images in order'))}
      ${this.choice(true, l10n.t('Map'), l10n.t('Every image a point, those that are alike near each other'))}
    </div>`;
  }

  private choice(map: boolean, text: string, title: string): TemplateResult {
    const isChosen = this.model.mapView.isOpen === map;
    return html`<button
      class="quiet"
      type="button"
      role="radio"
      data-view=${map ? 'map' : 'grid'}
      aria-checked=${isChosen ? 'true' : 'false'}
      tabindex=${isChosen ? 0 : -1}
      title=${title}
      @click=${() => this.choose(map)}
    >
      ${text}
    </button>`;
  }

  private choose(map: boolean): void {
    if (this.model.mapView.isOpen === map) return;
    const { focused } = this.model.view;
    // The grid opens where the image in focus stands.
    this.model.setAnchor(focused);
    this.model.mapView.set({ open: map });
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (!['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const map = !this.model.mapView.isOpen;
    this.choose(map);
    this.renderRoot.querySelector<HTMLElement>(`[data-view=${map ? 'map' : 'grid'}]`)?.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'view-switch': ViewSwitch;
  }
}
