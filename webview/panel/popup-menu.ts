/** A menu that opens at a place of the page, under a button or where an image was right-clicked. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { base } from '../styles/base';
import { ChooseEvent, type Choice } from './choice-list';

export interface MenuChoice extends Choice {
  /** Does the same by the keyboard; shown at the end of the line. */
  readonly keys?: string;
  /** A line stands above it. */
  readonly startsGroup?: boolean;
}

/** In CSS pixels of the page. */
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
  /** The menu ends at `x` where there is room for that, rather than beginning there. */
  readonly endsAtX?: boolean;
}

/** Between the menu and the edges of the page. */
const margin = 8;

@customElement('popup-menu')
export class PopupMenu extends LitElement {
  static override styles = [
    base,
    css`
      [role='menu'] {
        position: fixed;
        inset: auto;
        margin: 0;
        padding: 4px;
        min-width: 180px;
        max-width: calc(100vw - 16px);
        max-height: calc(100vh - 16px);
        overflow-y: auto;
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-menu-border, transparent));
        border-radius: 5px;
        background: var(--vscode-menu-background);
        color: var(--vscode-menu-foreground);
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
      }
      [role='menuitem'] {
        display: flex;
        gap: 4px 24px;
        align-items: baseline;
        justify-content: space-between;
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
      [role='separator'] {
        margin: 4px 6px;
        border-top: 1px solid var(--vscode-menu-separatorBackground, var(--line));
      }
      .description {
        display: block;
        font-size: 0.9em;
      }
      .keys {
        flex: none;
        font-size: 0.92em;
      }
    `,
  ];

  @property() label = '';
  @property({ attribute: false }) choices: readonly MenuChoice[] = [];
  @state() private opened = false;
  private readonly menu = createRef<HTMLElement>();
  private giveFocusBack: () => void = () => undefined;

  get isOpen(): boolean {
    return this.opened;
  }

  /** @param giveFocusBack where the keyboard goes on after a choice, or after Escape */
  async show(place: MenuPlace, giveFocusBack: () => void): Promise<void> {
    await this.updateComplete;
    const menu = this.menu.value;
    if (!menu) return;
    this.giveFocusBack = giveFocusBack;
    if (!this.opened) menu.showPopover();
    this.setOpened(true);
    const { offsetWidth: width, offsetHeight: height } = menu;
    const left = place.endsAtX === true ? place.x - width : place.x;
    // Above the place where below there is no room.
    const top =
      place.y + height + margin > window.innerHeight && place.y > height + margin ? place.y - height : place.y;
    menu.style.setProperty('left', `${within(left, window.innerWidth - width)}px`);
    menu.style.setProperty('top', `${within(top, window.innerHeight - height)}px`);
    this.items()[0]?.focus();
  }

  close(): void {
    if (!this.opened) return;
    this.setOpened(false);
    this.menu.value?.hidePopover();
  }

  protected override render(): TemplateResult {
    return html`<div
      ${ref(this.menu)}
      role="menu"
      aria-label=${this.label}
      popover="manual"
      @keydown=${this.onKey}
      @focusout=${this.onFocusOut}
      @contextmenu=${(event: Event) => event.preventDefault()}
    >
      ${this.choices.map(
        ({ value, label, description, keys, startsGroup }) =>
          html`${startsGroup === true ? html`<div role="separator"></div>` : nothing}<button
              type="button"
              role="menuitem"
              tabindex="-1"
              aria-keyshortcuts=${keys ?? nothing}
              @click=${() => this.choose(value)}
            >
              <span>${label}<span class="description">${description ?? ''}</span></span>
              ${keys === undefined ? nothing : html`<span class="keys" aria-hidden="true">${keys}</span>`}
            </button>`,
      )}
    </div>`;
  }

  private setOpened(opened: boolean): void {
    if (opened === this.opened) return;
    this.opened = opened;
    this.dispatchEvent(new Event('toggle'));
  }

  private choose(value: string): void {
    this.close();
    this.giveFocusBack();
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
    const target =
      { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: -1 }[event.key] ?? this.byLetter(event, place);
    if (target !== undefined) items.at(target % items.length)?.focus();
    else if (event.key === 'Escape') {
      this.close();
      this.giveFocusBack();
    } else if (event.key === 'Tab') {
      // The browser goes on from where the focus was before.
      this.giveFocusBack();
      return;
    }
    event.stopPropagation();
    if (event.key !== 'Enter' && event.key !== ' ') event.preventDefault();
  };

  /** The next choice that begins with the typed letter. */
  private byLetter({ key, ctrlKey, metaKey, altKey }: KeyboardEvent, place: number): number | undefined {
    if (key.length !== 1 || key === ' ' || ctrlKey || metaKey || altKey) return undefined;
    const begins = ({ label }: Choice) => label.toLowerCase().startsWith(key.toLowerCase());
    const next = this.choices.findIndex((choice, index) => index > place && begins(choice));
    const found = next < 0 ? this.choices.findIndex(begins) : next;
    return found < 0 ? undefined : found;
  }

  private items(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[role="menuitem"]')];
  }
}

function within(place: number, largest: number): number {
  return Math.max(margin, Math.min(place, largest - margin));
}

declare global {
  interface HTMLElementTagNameMap {
    'popup-menu': PopupMenu;
  }
}
