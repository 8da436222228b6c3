import { wroteNothing } from '../../ledger/record.ts';
import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import type { OrganizationAccount } from '../../organization/account.ts';
import { collect, FirstRows, type Collector } from '../collect.ts';
import { DAY_MS } from '../words.ts';
import { MOST_ROWS } from './table.ts';

interface EndingOptOut {
  readonly account: OrganizationAccount;
  readonly owner: string;
  readonly reason: string;
  /** The last day. */
  readonly until: Date;
}

interface DueAccount {
  readonly account: OrganizationAccount;
  readonly due: number;
}

export interface DatedKey {
  readonly account: OrganizationAccount;
  readonly userName: string;
  readonly accessKeyId: string;
  readonly at: Date;
}

export function upcomingOf(run: StoredRun): Upcoming {
  return collect(run, { upcoming: new Upcoming() }).upcoming;
}

/** The deletions of one day. */
interface DeletionDay {
  readonly at: Date;
  keys: number;
  readonly accounts: Set<string>;
}

/** What later sweeps will do; lists in the order of time. */
export class Upcoming implements Collector {
  readonly optOuts = new FirstRows<EndingOptOut>(MOST_ROWS, (a, b) => a.until.getTime() - b.until.getTime());
  readonly holds = new FirstRows<DatedKey>(MOST_ROWS, byTime);
  /** The first sweep after that time deletes the key, unless it was reactivated before. */
  readonly deletions = new FirstRows<DatedKey>(MOST_ROWS, byTime);
  readonly #days = new Map<number, DeletionDay>();
  /** Unarmed accounts with due keys. */
  readonly unarmed = new FirstRows<DueAccount>(MOST_ROWS, (a, b) => b.due - a.due);
  dueUnarmed = 0;

  add(stored: StoredAccount, run: StoredRun): void {
    const { account, plan, finished } = stored;
    for (const ending of optOut(stored)) this.optOuts.add(ending);
    for (const hold of holds(stored, new Date(run.started.at))) this.holds.add(hold);
    for (const key of deletions(stored, run)) this.#addDeletion(key);
    const due = finished?.keys.due ?? 0;
    if (plan?.armed !== false || due === 0) return;
    this.unarmed.add({ account, due });
    this.dueUnarmed += due;
  }

  get days(): DeletionDay[] {
    return [...this.#days].sort(([a], [b]) => a - b).map(([, day]) => day);
  }

  #addDeletion(key: DatedKey): void {
    this.deletions.add(key);
    const number = Math.floor(key.at.getTime() / DAY_MS);
    const day = this.#days.get(number) ?? { at: key.at, keys: 0, accounts: new Set<string>() };
    this.#days.set(number, day);
    day.keys += 1;
    day.accounts.add(key.account.id);
  }
}

function byTime(a: DatedKey, b: DatedKey): number {
  return a.at.getTime() - b.at.getTime();
}

function optOut({ account, finished }: StoredAccount): EndingOptOut[] {
  if (!finished?.optOut) return [];
  const { owner, reason, until } = finished.optOut;
  return [{ account, owner, reason, until: new Date(until) }];
}

function holds({ account, plan }: StoredAccount, startedAt: Date): DatedKey[] {
  const held = new Map(
    (plan?.remembered ?? []).map(({ accessKeyId, holdUntil }) => [accessKeyId, holdUntil]),
  );
  if (held.size === 0) return [];
  return (plan?.decisions ?? []).flatMap(({ accessKeyId, userName }) => {
    const at = held.get(accessKeyId);
    return at && at > startedAt ? [{ account, userName, accessKeyId, at }] : [];
  });
}

/**
 * Keys that this run deactivated, and inactive ones that wait, in armed accounts whose rules delete.
 * deleteAfterDays counts from the first sweep that found the key inactive.
 */
function deletions({ account, plan, writes }: StoredAccount, { started, summary }: StoredRun): DatedKey[] {
  if (!plan?.armed || plan.rules?.mode !== 'deactivate-then-delete') return [];
  const { deleteAfterDays } = plan.rules;
  const thisRun =
    started.mode === 'sweep' && summary && !wroteNothing(summary.verdict) ? new Date(started.at) : undefined;
  const since = new Map((plan.remembered ?? []).map((key) => [key.accessKeyId, key.inactiveSince]));
  return plan.decisions.flatMap(({ accessKeyId, userName, reason }) => {
    const wasDeactivated = writes.get(accessKeyId)?.outcome === 'deactivated';
    if (!wasDeactivated && reason !== 'deleteAfterDays not reached') return [];
    const from = (wasDeactivated ? undefined : since.get(accessKeyId)) ?? thisRun;
    if (!from) return [];
    return [{ account, userName, accessKeyId, at: new Date(from.getTime() + deleteAfterDays * DAY_MS) }];
  });
}
