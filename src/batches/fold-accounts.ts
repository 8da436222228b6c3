import { UnreadableLedgerError } from '../ledger/errors.ts';
import type { NamedKey } from '../ledger/memory.ts';
import type { AccountFinished, AccountPlanned, LedgerRecord, WriteResult } from '../ledger/record.ts';

/** How far one account has come, by its records. */
export interface FoldedAccount<Plan> {
  readonly planned: Plan | undefined;
  /** Keys that were, or may have been, written to. Empty once the account has ended. */
  readonly intended: ReadonlyMap<string, NamedKey>;
  /** What came of them; an intent without a result: the write may have happened. */
  readonly results: ReadonlyMap<string, WriteResult>;
  readonly finished: AccountFinished | undefined;
}

/** The same while it is put together. */
interface Folding<Plan> {
  planned: Plan | undefined;
  readonly intended: Map<string, NamedKey>;
  readonly results: Map<string, WriteResult>;
  finished: AccountFinished | undefined;
}

/**
 * Folds the records of accounts; others are passed over.
 * @param keep what of a plan is kept: of fifty thousand accounts hardly the keys
 * @throws UnreadableLedgerError when an account ended twice; what reading the records throws
 */
export async function foldAccounts<Plan>(
  records: AsyncIterable<LedgerRecord> | Iterable<LedgerRecord>,
  keep: (record: AccountPlanned) => Plan,
): Promise<ReadonlyMap<string, FoldedAccount<Plan>>> {
  const accounts = new Map<string, Folding<Plan>>();
  for await (const record of records) {
    if (!('accountId' in record)) continue;
    const account = accounts.get(record.accountId) ?? newAccount();
    accounts.set(record.accountId, account);
    fold(account, record, keep);
  }
  return accounts;
}

export const NOTHING_YET: FoldedAccount<never> = newAccount();

function newAccount<Plan>(): Folding<Plan> {
  return { planned: undefined, intended: new Map(), results: new Map(), finished: undefined };
}

function fold<Plan>(
  account: Folding<Plan>,
  record: Extract<LedgerRecord, { accountId: string }>,
  keep: (record: AccountPlanned) => Plan,
): void {
  switch (record.type) {
    case 'account-planned':
      account.planned = keep(record);
      return;
    case 'writes-intended':
      for (const { accessKeyId, userName } of record.writes)
        account.intended.set(accessKeyId, { accessKeyId, userName });
      return;
    case 'writes-done':
      for (const result of record.results) account.results.set(result.accessKeyId, result);
      return;
    case 'account-finished':
      if (account.finished !== undefined)
        throw new UnreadableLedgerError(`account ${record.accountId} has two outcomes`);
      account.finished = record;
      account.intended.clear();
      account.results.clear();
  }
}
