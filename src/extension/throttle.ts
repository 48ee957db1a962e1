/** Lets the newest of many values through, at most one each `everyMs`; the last one always arrives. */
export class Throttle<Value> {
  private pending: { value: Value } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly everyMs: number,
    private readonly deliver: (value: Value) => void,
  ) {}

  push(value: Value): void {
    if (this.timer) {
      this.pending = { value };
      return;
    }
    this.timer = setTimeout(() => {
      this.timer = undefined;
      const next = this.pending;
      this.pending = undefined;
      if (next) this.push(next.value);
    }, this.everyMs);
    this.deliver(value);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.pending = undefined;
  }
}
