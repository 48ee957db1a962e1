/** What goes through all images, made a moment after the last change: in each frame of a drag it would hold it up. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

const restMs = 120;

export class Rested<Value> implements ReactiveController {
  private made: { readonly needs: readonly unknown[]; readonly value: Value } | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

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
    if (!needs.every((need, place) => Object.is(need, made.needs[place]))) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.makeNow(this.needs());
        this.host.requestUpdate();
      }, restMs);
    }
    return made.value;
  }

  hostDisconnected(): void {
    clearTimeout(this.timer);
    this.made = undefined;
  }

  private makeNow(needs: readonly unknown[]): Value {
    clearTimeout(this.timer);
    const value = this.make();
    this.made = { needs, value };
    return value;
  }
}
