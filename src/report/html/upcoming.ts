import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import type { OrganizationAccount } from '../../organization/account.ts';
import { DAY_MS } from './words.ts';

/** What an operator should see coming, each list in the order of time. */
export interface Upcoming {
  readonly optOuts: readonly EndingOptOut[];
  readonly holds: readonly KeyInTime[];
  /** Keys that the first sweep from that time on deletes, unless somebody activates them before. */
  readonly deletions: readonly KeyInTime[];
  /** Accounts that are not armed and have keys that are due. */
  readonly unarmed: readonly { readonly account: OrganizationAccount; readonly due: number }[];
}

export interface EndingOptOut {
  readonly account: OrganizationAccount;
  readonly owner: string;
  readonly reason: string;
  /** The last day. */
  readonly until: Date;
}

export interface KeyInTime {
  readonly account: OrganizationAccount;
  readonly userName: string;
  readonly accessKeyId: string;
  readonly at: Date;
}

/** What the records of a run say about later ones. Pure. */
export function upcomingOf(run: StoredRun): Upcoming {
  const accounts = [...run.accounts.values()];
  const startedAt = new Date(run.started.at);
  return {
    optOuts: accounts.flatMap(optOut).sort((a, b) => a.until.getTime() - b.until.getTime()),
    holds: accounts.flatMap((account) => holds(account, startedAt)).sort(byTime),
    deletions: accounts.flatMap((account) => deletions(account, run)).sort(byTime),
    unarmed: accounts
      .filter(({ plan }) => plan?.armed === false)
      .map(({ account, finished }) => ({ account, due: finished?.keys.due ?? 0 }))
      .filter(({ due }) => due > 0)
      .sort((a, b) => b.due - a.due),
  };
}

function byTime(a: KeyInTime, b: KeyInTime): number {
  return a.at.getTime() - b.at.getTime();
}

function optOut({ account, finished }: StoredAccount): EndingOptOut[] {
  if (!finished?.optOut) return [];
  const { owner, reason, until } = finished.optOut;
  return [{ account, owner, reason, until: new Date(until) }];
}

function holds({ account, plan }: StoredAccount, startedAt: Date): KeyInTime[] {
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
 * Only where sweeps write and delete: a key that this run deactivated, and an inactive one that waits. A sweep that meets an
 * inactive key for the first time counts from itself.
 */
function deletions({ account, plan, writes }: StoredAccount, { started, summary }: StoredRun): KeyInTime[] {
  if (!plan?.armed || plan.rules?.mode !== 'deactivate-then-delete') return [];
  const { deleteAfterDays } = plan.rules;
  const thisRun =
    started.mode === 'sweep' && summary && summary.verdict !== 'stopped' ? new Date(started.at) : undefined;
  const since = new Map((plan.remembered ?? []).map((key) => [key.accessKeyId, key.inactiveSince]));
  return plan.decisions.flatMap(({ accessKeyId, userName, reason }) => {
    const wasTaken = writes.get(accessKeyId)?.outcome === 'deactivated';
    if (!wasTaken && reason !== 'deleteAfterDays not reached') return [];
    const from = (wasTaken ? undefined : since.get(accessKeyId)) ?? thisRun;
    if (!from) return [];
    return [{ account, userName, accessKeyId, at: new Date(from.getTime() + deleteAfterDays * DAY_MS) }];
  });
}
