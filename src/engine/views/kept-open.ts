/** Something that is dear to open and looked at again and again, by several panels at once. */

interface Held<T> {
  readonly key: string;
  readonly opened: Promise<T>;
  users: number;
}

/** Holds one thing open until another is wanted; what somebody still works with is closed when they are done. */
export class KeptOpen<T> {
  #current: Held<T> | undefined;

  constructor(private readonly close: (opened: T) => Promise<void>) {}

  /** Works with what is open under this name, or opens it. Rejects as `open` and `work` do. */
  async use<R>(key: string, open: () => Promise<T>, work: (opened: T) => Promise<R>): Promise<R> {
    const held = this.#current?.key === key ? this.#current : this.#replace(key, open());
    held.users++;
    try {
      return await work(await held.opened);
    } finally {
      held.users--;
      this.#closeUnused(held);
    }
  }

  /** What is open (under this name, when one is given) is out of date: the next use opens it anew. */
  forget(key = this.#current?.key): void {
    const held = this.#current;
    if (held === undefined || held.key !== key) return;
    this.#current = undefined;
    this.#closeUnused(held);
  }

  #replace(key: string, opened: Promise<T>): Held<T> {
    this.forget();
    const held = { key, opened, users: 0 };
    this.#current = held;
    // What could not be opened may be there at the next use.
    opened.catch(() => {
      if (this.#current === held) this.#current = undefined;
    });
    return held;
  }

  #closeUnused(held: Held<T>): void {
    if (held.users > 0 || held === this.#current) return;
    // Whoever worked with it was told why it could not be opened; a failure to close harms nobody.
    void held.opened.then((opened) => this.close(opened)).catch(() => undefined);
  }
}
