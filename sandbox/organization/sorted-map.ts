/** Items by name, sorted by name. Ignores case, as IAM does, unless given another `keyOf`. */
export class SortedMap<Item> {
  readonly #items = new Map<string, Item>();
  readonly #nameOf: (item: Item) => string;
  readonly #keyOf: (name: string) => string;
  #sorted: readonly Item[] | undefined;

  constructor(nameOf: (item: Item) => string, keyOf = (name: string) => name.toLowerCase()) {
    this.#nameOf = nameOf;
    this.#keyOf = keyOf;
  }

  get size(): number {
    return this.#items.size;
  }

  get(name: string): Item | undefined {
    return this.#items.get(this.#keyOf(name));
  }

  add(item: Item): void {
    this.#items.set(this.sortKey(item), item);
    this.#sorted = undefined;
  }

  remove(item: Item): void {
    this.#items.delete(this.sortKey(item));
    this.#sorted = undefined;
  }

  /** What {@link list} is sorted by. */
  sortKey(item: Item): string {
    return this.#keyOf(this.#nameOf(item));
  }

  /** Sorts only on the first read after a change, so that filling the map stays cheap. */
  list(): readonly Item[] {
    this.#sorted ??= [...this.#items.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
    return this.#sorted;
  }
}
