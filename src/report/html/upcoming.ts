import { wroteNothing } from '../../ledger/record.ts';
import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import type { OrganizationAccount } from '../../organization/account.ts';
import { DAY_MS } from '../words.ts';

interface EndingOptOut {
  readonly account: OrganizationAccount;
  readonly owner: string;
  readonly reason: string;
  /** The last day. */
  readonly until: Date;
}

export interface DatedKey {
  readonly account: OrganizationAccount;
  readonly userName: string;
  readonly accessKeyId: string;
  readonly at: Date;
}

/** What later sweeps will do; lists in the order of time. */
export function upcomingOf(run: StoredRun) {
  const accounts = [...run.accounts.values()];
  const startedAt = new Date(run.started.at);
  return {
    optOuts: accounts.flatMap(optOut).sort((a, b) => a.until.getTime() - b.until.getTime()),
    holds: accounts.flatMap((account) => holds(account, startedAt)).sort(byTime),
    /** The first sweep after that time deletes the key, unless it was reactivated before. */
    deletions: accounts.flatMap((account) => deletions(account, run)).sort(byTime),
    /** Unarmed accounts with due keys. */
    unarmed: accounts
      .filter(({ plan }) => plan?.armed === false)
      .map(({ account, finished }) => ({ account, due: finished?.keys.due ?? 0 }))
      .filter(({ due }) => due > 0)
      .sort((a, b) => b.due - a.due),
  };
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
