type Tags = ReadonlyMap<string, string>;

const NONE: Tags = new Map();

/** The tags of a resource, now and in the past: AWS's tag index learns of changes late. */
export class TagHistory {
  #versions: { readonly since: number; readonly tags: Tags }[] | undefined;

  get current(): Tags {
    return this.#versions?.at(-1)?.tags ?? NONE;
  }

  /** The tags at that time; undefined if the resource had never been tagged until then. */
  at(milliseconds: number): Tags | undefined {
    return this.#versions?.findLast((version) => version.since <= milliseconds)?.tags;
  }

  set(tags: Iterable<readonly [string, string]>, since: number): void {
    this.#record(new Map([...this.current, ...tags]), since);
  }

  remove(names: readonly string[], since: number): void {
    this.#record(new Map([...this.current].filter(([name]) => !names.includes(name))), since);
  }

  #record(tags: Tags, since: number): void {
    this.#versions ??= [];
    this.#versions.push({ since, tags });
  }
}
