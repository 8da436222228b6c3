import type { StoredAccount, StoredRun } from '../ledger/stored-run.ts';

/** Takes what it needs of one account after the other. */
export interface Collector {
  readonly add: (account: StoredAccount, run: StoredRun) => void;
}

/** One pass for all collectors: unpacking the keys of an account is most of the work of a report. */
export function collect<Collectors extends Readonly<Record<string, Collector>>>(
  run: StoredRun,
  collectors: Collectors,
): Collectors {
  for (const account of run.accounts.values())
    for (const collector of Object.values(collectors)) collector.add(account, run);
  return collectors;
}

/** The first rows of a table, and the number of all: a large run has more than fit into memory. */
export class FirstRows<Row> {
  readonly #most: number;
  readonly #order: ((a: Row, b: Row) => number) | undefined;
  #rows: Row[] = [];
  #total = 0;

  /** @param order default: as they were added */
  constructor(most: number, order?: (a: Row, b: Row) => number) {
    this.#most = most;
    this.#order = order;
  }

  add(row: Row): void {
    this.#total += 1;
    if (this.#order || this.#rows.length < this.#most) this.#rows.push(row);
    if (this.#rows.length > 2 * this.#most) this.#dropLast();
  }

  get total(): number {
    return this.#total;
  }

  get shown(): readonly Row[] {
    this.#dropLast();
    return this.#rows;
  }

  #dropLast(): void {
    if (this.#order) this.#rows = this.#rows.sort(this.#order).slice(0, this.#most);
  }
}

/** Counts one more. */
export function tally<Name>(counts: Map<Name, number>, name: Name): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
