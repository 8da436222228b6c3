import type { RequestCounts } from '../aws/request-counter.ts';
import { EMPTY_MEMORY } from '../ledger/memory.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { UnreadableLedgerError } from '../ledger/errors.ts';
import { openChain, type Chain } from '../ledger/chain.ts';
import { readRecords } from '../ledger/read-run.ts';
import { isOk } from '../ledger/outcomes.ts';
import type { LedgerRecord, LimitsChecked } from '../ledger/record.ts';
import { foldAccounts, NO_RECORDS, type FoldedAccount } from '../ledger/stored-run.ts';
import type { TargetAccount } from '../targets/target.ts';
import { outlineOf, type FailedTarget, type PlanOutline } from '../sweep/plan/planned.ts';
import { targetsOf } from './make-batches.ts';
import { NO_REQUESTS, addCounts } from './step-log.ts';
import { planOf } from './stored-plan.ts';
import type { StoredSurvey } from './survey-file.ts';

/** The accounts of a run so far, with as little of their plans as the limits need. */
export interface Progress {
  readonly accounts: ReadonlyMap<string, FoldedAccount<PlanOutline>>;
  readonly limits: LimitsChecked | undefined;
  readonly sent: RequestCounts;
  /** What the steps found tampered with in the ledger. */
  readonly tampered: readonly string[];
  readonly chain: Chain;
}

/** @throws UnreadableLedgerError, the store's error */
export async function readProgress(store: ObjectStore, survey: StoredSurvey): Promise<Progress> {
  const targets = new Map(targetsOf(survey).map((target) => [target.account.id, target]));
  let limits: LimitsChecked | undefined;
  let sent = NO_REQUESTS;
  const tampered: string[] = [];
  const chain = openChain(store, survey.facts.runId);
  async function* records(): AsyncGenerator<LedgerRecord> {
    for await (const record of readRecords(store, survey.facts.runId, chain)) {
      if (record.type === 'limits-checked') limits = record;
      if (record.type === 'requests-sent') {
        sent = addCounts(sent, record);
        tampered.push(...(record.tampered ?? []));
      }
      yield record;
    }
  }
  const accounts = await foldAccounts(records(), (record) => {
    const target = targets.get(record.accountId);
    if (!target)
      throw new UnreadableLedgerError(
        `account ${record.accountId} has a plan but is not a target of the run`,
      );
    return outlineOf(planOf(target, record, EMPTY_MEMORY));
  });
  return { accounts, limits, sent, tampered, chain };
}

/** The result of each target's planning, for the limits. */
export function plansAndFailures(
  targets: readonly TargetAccount[],
  { accounts }: Progress,
): (PlanOutline | FailedTarget)[] {
  return targets.flatMap((target): (PlanOutline | FailedTarget)[] => {
    const { plan, finished } = accounts.get(target.account.id) ?? NO_RECORDS;
    if (plan) return [plan];
    if (!finished || isOk(finished.outcome)) return [];
    const { outcome: kind, reason: message } = finished;
    return [{ target, failure: { kind, call: 'keysweep', code: kind, message } }];
  });
}
