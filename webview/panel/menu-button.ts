/** A button that opens a menu under it. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { base } from '../styles/base';
import { ChooseEvent, type Choice } from './choice-list';
import './popup-menu';
import type { PopupMenu } from './popup-menu';

@customElement('menu-button')
export class MenuButton extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: inline-block;
        position: relative;
      }
    `,
  ];

  @property() label = '';
  @property() icon = '';
  @property({ type: Boolean }) disabled = false;
  @property({ attribute: false }) choices: readonly Choice[] = [];
  @state() private open = false;
  private readonly menu = createRef<PopupMenu>();
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
      <popup-menu
        ${ref(this.menu)}
        label=${this.label}
        .choices=${this.choices}
        @toggle=${this.onToggle}
        @choose=${this.onChoose}
      ></popup-menu>`;
  }

  private readonly toggle = (): void => {
    const { value: menu } = this.menu;
    const { value: button } = this.button;
    if (this.disabled || !menu || !button) return;
    if (this.open) {
      menu.close();
      return;
    }
    const { bottom, right } = button.getBoundingClientRect();
    void menu.show({ x: right, y: bottom + 2, endsAtX: true }, () => button.focus());
  };

  private readonly onToggle = (): void => {
    this.open = this.menu.value?.isOpen === true;
  };

  private readonly onChoose = (event: ChooseEvent): void => {
    this.dispatchEvent(new ChooseEvent(event.value));
  };
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
