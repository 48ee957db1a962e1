/** The last result of a computation, made again only when one of the things it needs is another. */
export class Memo<Value> {
  private entry: { readonly needs: readonly unknown[]; readonly value: Value } | undefined;

  get(needs: readonly unknown[], make: () => Value): Value {
    const { entry } = this;
    if (entry?.needs.every((need, place) => Object.is(need, needs[place]))) return entry.value;
    const value = make();
    this.entry = { needs, value };
    return value;
  }
}
