/** What goes through all images, made a moment after the last change: in each frame of a drag it would hold it up. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

const restMs = 120;

export class Rested<Value> implements ReactiveController {
  private made: { readonly needs: readonly unknown[]; readonly value: Value } | undefined;
  /** What it waits with: another draw that needs the same does not make it wait anew. */
  private waiting: { readonly needs: readonly unknown[]; readonly timer: ReturnType<typeof setTimeout> } | undefined;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly needs: () => readonly unknown[],
    private readonly make: () => Value,
  ) {
    host.addController(this);
  }

  /** The last one made: of now, or of a moment ago. The first of the `needs` is what it cannot outlive. */
  get value(): Value {
    const needs = this.needs();
    const { made } = this;
    if (made === undefined || made.needs[0] !== needs[0]) return this.makeNow(needs);
    if (areSame(needs, made.needs)) this.stopWaiting();
    else if (!this.waiting || !areSame(needs, this.waiting.needs)) this.waitWith(needs);
    return made.value;
  }

  hostDisconnected(): void {
    this.stopWaiting();
    this.made = undefined;
  }

  private waitWith(needs: readonly unknown[]): void {
    this.stopWaiting();
    const timer = setTimeout(() => {
      this.makeNow(this.needs());
      this.host.requestUpdate();
    }, restMs);
    this.waiting = { needs, timer };
  }

  private stopWaiting(): void {
    clearTimeout(this.waiting?.timer);
    this.waiting = undefined;
  }

  private makeNow(needs: readonly unknown[]): Value {
    this.stopWaiting();
    const value = this.make();
    this.made = { needs, value };
    return value;
  }
}

function areSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.every((need, place) => Object.is(need, others[place]));
}
