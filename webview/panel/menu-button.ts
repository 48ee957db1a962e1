/** A button that opens a menu under it. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { base } from '../styles/base';
import type { Choice } from './choice-list';
import { ChooseEvent } from './choice-list';

@customElement('menu-button')
export class MenuButton extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: inline-block;
        position: relative;
      }
      [role='menu'] {
        position: fixed;
        inset: auto;
        margin: 0;
        padding: 4px;
        min-width: 180px;
        max-width: calc(100vw - 16px);
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-menu-border, transparent));
        border-radius: 5px;
        background: var(--vscode-menu-background);
        color: var(--vscode-menu-foreground);
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
      }
      [role='menuitem'] {
        display: block;
        width: 100%;
        padding: 3px 10px;
        border: 0;
        border-radius: 3px;
        background: none;
        color: inherit;
        font: inherit;
        text-align: left;
        cursor: pointer;
      }
      [role='menuitem']:hover,
      [role='menuitem']:focus {
        background: var(--vscode-menu-selectionBackground);
        color: var(--vscode-menu-selectionForeground);
        outline: 1px solid var(--vscode-menu-selectionBorder, transparent);
        outline-offset: -1px;
      }
      .description {
        display: block;
        font-size: 0.9em;
      }
    `,
  ];

  @property() label = '';
  @property() icon = '';
  @property({ type: Boolean }) disabled = false;
  @property({ attribute: false }) choices: readonly Choice[] = [];
  @state() private open = false;
  private readonly menu = createRef<HTMLElement>();
  private readonly button = createRef<HTMLElement>();

  protected override render(): TemplateResult {
    return html`<vscode-button
        ${ref(this.button)}
        secondary
        icon=${this.icon}
        icon-after="chevron-down"
        ?disabled=${this.disabled}
        aria-disabled=${this.disabled ? 'true' : 'false'}
        aria-haspopup="menu"
        aria-expanded=${this.open ? 'true' : 'false'}
        @click=${this.toggle}
        @keydown=${keepKey}
        >${this.label}</vscode-button
      >
      <div
        ${ref(this.menu)}
        role="menu"
        aria-label=${this.label}
        popover="manual"
        @keydown=${this.onKey}
        @focusout=${this.onFocusOut}
      >
        ${this.choices.map(
          (choice) =>
            html`<button type="button" role="menuitem" tabindex="-1" @click=${() => this.choose(choice.value)}>
              ${choice.label}<span class="description">${choice.description ?? ''}</span>
            </button>`,
        )}
      </div>`;
  }

  private readonly toggle = (): void => {
    if (this.disabled) return;
    if (this.open) this.close();
    else this.show();
  };

  private show(): void {
    const menu = this.menu.value;
    const button = this.button.value;
    if (!menu || !button) return;
    menu.showPopover();
    this.open = true;
    const { bottom, right } = button.getBoundingClientRect();
    const left = Math.max(8, right - menu.offsetWidth);
    menu.style.setProperty('left', `${left}px`);
    menu.style.setProperty('top', `${bottom + 2}px`);
    this.items()[0]?.focus();
  }

  private close(): void {
    this.menu.value?.hidePopover();
    this.open = false;
  }

  private choose(value: string): void {
    this.close();
    this.button.value?.focus();
    this.dispatchEvent(new ChooseEvent(value));
  }

  private readonly onFocusOut = (event: FocusEvent): void => {
    const next = event.relatedTarget;
    if (next instanceof Node && this.renderRoot.contains(next)) return;
    this.close();
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const items = this.items();
    const place = items.findIndex((item) => item.matches(':focus'));
    const target = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: -1 }[event.key];
    if (target !== undefined) items.at(target % items.length)?.focus();
    else if (event.key === 'Escape') {
      this.close();
      this.button.value?.focus();
    } else if (event.key === 'Tab') {
      this.close();
      return;
    } else if (event.key !== 'Enter' && event.key !== ' ') return;
    event.stopPropagation();
    if (event.key !== 'Enter' && event.key !== ' ') event.preventDefault();
  };

  private items(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[role="menuitem"]')];
  }
}

/** The press that opens the menu must not go on to press the item that gets the focus. */
function keepKey(event: KeyboardEvent): void {
  if (event.key === 'Enter' || event.key === ' ') event.preventDefault();
}

declare global {
  interface HTMLElementTagNameMap {
    'menu-button': MenuButton;
  }
}
