type Tags = ReadonlyMap<string, string>;

const NONE: Tags = new Map();

/** The tags of a resource, and what they were, because AWS's tag index learns of a change later than others. */
export class TagHistory {
  #states: { readonly since: number; readonly tags: Tags }[] | undefined;

  get current(): Tags {
    return this.#states?.at(-1)?.tags ?? NONE;
  }

  /** The tags as they were at that time; undefined when the resource had never been tagged by then. */
  at(milliseconds: number): Tags | undefined {
    return this.#states?.findLast((state) => state.since <= milliseconds)?.tags;
  }

  set(tags: Iterable<readonly [string, string]>, since: number): void {
    this.#record(new Map([...this.current, ...tags]), since);
  }

  remove(names: readonly string[], since: number): void {
    this.#record(new Map([...this.current].filter(([name]) => !names.includes(name))), since);
  }

  #record(tags: Tags, since: number): void {
    this.#states ??= [];
    this.#states.push({ since, tags });
  }
}
