/** Things by name, listed in the order of their names. Names are compared without case, as IAM does, unless told otherwise. */
export class Directory<Thing> {
  readonly #things = new Map<string, Thing>();
  readonly #nameOf: (thing: Thing) => string;
  readonly #folded: (name: string) => string;
  #sorted: readonly Thing[] | undefined;

  constructor(nameOf: (thing: Thing) => string, folded = (name: string) => name.toLowerCase()) {
    this.#nameOf = nameOf;
    this.#folded = folded;
  }

  get size(): number {
    return this.#things.size;
  }

  get(name: string): Thing | undefined {
    return this.#things.get(this.#folded(name));
  }

  add(thing: Thing): void {
    this.#things.set(this.orderOf(thing), thing);
    this.#sorted = undefined;
  }

  remove(thing: Thing): void {
    this.#things.delete(this.orderOf(thing));
    this.#sorted = undefined;
  }

  /** What the list is ordered by. */
  orderOf(thing: Thing): string {
    return this.#folded(this.#nameOf(thing));
  }

  /** Sorted when it is first asked for after a change, so that filling it costs nothing. */
  list(): readonly Thing[] {
    this.#sorted ??= [...this.#things.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, thing]) => thing);
    return this.#sorted;
  }
}
