import { isOk, type AccountOutcome } from '../ledger/outcomes.ts';
import type { StoredAccount, StoredRun } from '../ledger/stored-run.ts';

/** The accounts of a run that ended alike and not well. */
export interface NotCovered {
  /** undefined: the run was interrupted before they had an end. */
  readonly outcome: AccountOutcome | undefined;
  readonly groups: readonly SameReason[];
}

/** Accounts that failed for one reason, which is told once. */
export interface SameReason {
  readonly accounts: readonly StoredAccount[];
  /** Of several accounts, `<account>` stands for the id of each. */
  readonly reason: string;
}

/** The accounts that were not covered, by outcome and then by reason, in the order in which each first occurs. Pure. */
export function notCovered(run: StoredRun): NotCovered[] {
  const bad = [...run.accounts.values()].filter(
    ({ finished }) => finished === undefined || !isOk(finished.outcome),
  );
  return [...grouped(bad, ({ finished }) => finished?.outcome)].map(([outcome, accounts]) => ({
    outcome,
    groups: [...grouped(accounts, reasonOfAny)].map(sameReason),
  }));
}

function grouped<Key>(accounts: readonly StoredAccount[], keyOf: (account: StoredAccount) => Key) {
  const groups = new Map<Key, StoredAccount[]>();
  for (const account of accounts) {
    const key = keyOf(account);
    const group = groups.get(key);
    if (group) group.push(account);
    else groups.set(key, [account]);
  }
  return groups;
}

/** The same for two accounts of which AWS said the same. */
function reasonOfAny({ account, finished }: StoredAccount): string {
  return (finished?.reason ?? '').replaceAll(account.id, '<account>');
}

function sameReason([reason, accounts]: readonly [string, readonly StoredAccount[]]): SameReason {
  const [only, ...others] = accounts;
  return { accounts, reason: others.length > 0 ? reason : (only?.finished?.reason ?? '') };
}
