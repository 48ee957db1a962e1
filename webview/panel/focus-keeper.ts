/** Keeps the keyboard in the panel when what it stands on goes away: keys must not go nowhere. */
import type { LitElement, ReactiveController } from 'lit';

/** The images that are shown, or what stands in their place. */
interface FocusGoal {
  readonly updateComplete: Promise<boolean>;
  focusTile(): Promise<void> | void;
}

export class FocusKeeper implements ReactiveController {
  /** The part of the panel with the focus. */
  private part: Element | null = null;
  /** What has it within that part, through the shadows of all inside. */
  private innermost: Element | null = null;

  constructor(
    private readonly host: LitElement,
    private readonly images: () => FocusGoal | undefined,
  ) {}

  hostUpdate(): void {
    const { renderRoot } = this.host;
    this.part = renderRoot instanceof ShadowRoot ? renderRoot.activeElement : null;
    this.innermost = this.part;
    while (this.innermost?.shadowRoot?.activeElement) this.innermost = this.innermost.shadowRoot.activeElement;
  }

  hostUpdated(): void {
    const { part, innermost } = this;
    if (part === null || innermost === null) return;
    if (part.isConnected) void this.afterParts(innermost);
    else if (part.localName === 'empty-state') void this.images()?.focusTile();
    else if (part.localName === 'review-grid' || part.localName === 'folder-map') this.afterImages();
    else void this.images()?.focusTile();
  }

  /** Where the images went away under the keyboard it goes on with what stands in their place. */
  private afterImages(): void {
    const empty = this.host.renderRoot.querySelector('empty-state');
    const images = this.images();
    if (empty) void empty.updateComplete.then(() => empty.focus());
    else void images?.updateComplete.then(() => images.focusTile());
  }

  /** A button that went away with what it did, such as “Deselect”, leaves the keyboard at the images. */
  private async afterParts(innermost: Element): Promise<void> {
    // The parts draw themselves after the panel.
    await new Promise(requestAnimationFrame);
    const gone = !innermost.isConnected || !innermost.checkVisibility({ visibilityProperty: true });
    if (gone && document.activeElement === document.body) await this.images()?.focusTile();
  }
}
