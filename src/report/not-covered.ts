import { group } from 'd3-array';

import { isOk, OUTCOMES } from '../ledger/outcomes.ts';
import type { RunSummary } from '../ledger/record.ts';
import type { StoredAccount, StoredRun } from '../ledger/stored-run.ts';
import { adviceOn, type Outcome } from './explain.ts';

export function outcomeOf({ finished }: StoredAccount): Outcome {
  return finished?.outcome ?? 'unfinished';
}

export function isCovered({ finished }: StoredAccount): boolean {
  return finished !== undefined && isOk(finished.outcome);
}

export function countNotCovered({ accounts }: RunSummary): number {
  return OUTCOMES.bad.reduce((sum, outcome) => sum + (accounts[outcome] ?? 0), 0);
}

/** The accounts of a run with one outcome for which the same is to be done. */
export interface NotCovered {
  readonly outcome: Outcome;
  /** What to do. */
  readonly advice: string;
  readonly groups: readonly SameReason[];
}

export interface SameReason {
  readonly accounts: readonly StoredAccount[];
  /** Of several accounts, `<account>` stands for the ID of each. */
  readonly reason: string;
}

/** By outcome, then by what to do, and then by reason, in the order in which each first occurs. */
export function notCovered(run: StoredRun): NotCovered[] {
  const accounts = [...run.accounts.values()].filter((account) => !isCovered(account));
  const advised = group(accounts, outcomeOf, (account) => adviceOn(outcomeOf(account), reasonOf(account)));
  return [...advised].flatMap(([outcome, byAdvice]) =>
    [...byAdvice].map(([advice, own]) => ({
      ...{ outcome, advice },
      groups: [...group(own, genericReason)].map(sameReason),
    })),
  );
}

function reasonOf({ finished }: StoredAccount): string {
  return finished?.reason ?? '';
}

function genericReason(stored: StoredAccount): string {
  return reasonOf(stored).replaceAll(stored.account.id, '<account>');
}

function sameReason([reason, accounts]: readonly [string, readonly StoredAccount[]]): SameReason {
  const [only, ...others] = accounts;
  return { accounts, reason: others.length > 0 || !only ? reason : reasonOf(only) };
}
