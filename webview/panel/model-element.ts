import { LitElement, type PropertyValues } from 'lit';
import { property } from 'lit/decorators.js';
import { PanelModel } from '../model/panel-model';

/** A part of the panel that shows the model and follows its changes. */
export class ModelElement extends LitElement {
  @property({ attribute: false }) model = new PanelModel();
  private unsubscribe: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unsubscribe?.();
    this.unsubscribe = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('model')) this.follow();
  }

  private follow(): void {
    this.unsubscribe?.();
    this.unsubscribe = this.model.subscribe(() => this.requestUpdate());
  }
}
