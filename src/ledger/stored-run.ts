import type { OrganizationAccount } from '../organization/account.ts';
import type { ListedUnit } from '../organization/placements.ts';
import { UnreadableLedgerError } from './parse-stored.ts';
import type {
  AccountFinished,
  AccountPlanned,
  IntendedWrite,
  LedgerRecord,
  LimitsChecked,
  NoticeFailed,
  NoticeSent,
  RunStarted,
  RunSummary,
  WriteResult,
} from './record.ts';

/** A run as its records tell it. */
export interface StoredRun {
  readonly started: RunStarted;
  /** Where the accounts hang; undefined when the run did not find out. */
  readonly units: readonly ListedUnit[] | undefined;
  /** Every account that was listed, by id, in the order of the list. */
  readonly accounts: ReadonlyMap<string, StoredAccount>;
  /** Undefined when the run never came so far. */
  readonly limits: LimitsChecked | undefined;
  /** Undefined when the run was interrupted, or is still under way. */
  readonly summary: RunSummary | undefined;
  /** What was told about it, in the order of the records; empty for a run that nobody was to hear of. */
  readonly told: readonly (NoticeSent | NoticeFailed)[];
}

export interface StoredAccount {
  readonly account: OrganizationAccount;
  /** Undefined when the account was left out, could not be read, or was not reached. */
  readonly plan: AccountPlanned | undefined;
  /** What became of every key that the run meant to write to, by access key id. */
  readonly writes: ReadonlyMap<string, StoredWrite>;
  /** Undefined when the run was interrupted before the account ended. */
  readonly finished: AccountFinished | undefined;
}

/** An intent without a result has the outcome `unconfirmed`: the write may have happened. */
export interface StoredWrite extends WriteResult {
  /** Undefined for a key that was `not-attempted`: then no intent was stored. */
  readonly intended: IntendedWrite | undefined;
}

/** Accounts that were listed and have no outcome; empty unless the run was interrupted or is under way. */
export function unfinishedAccounts(run: StoredRun): StoredAccount[] {
  return [...run.accounts.values()].filter(({ finished }) => finished === undefined);
}

/** The same run while it is put together. */
interface Folding {
  started?: RunStarted;
  units: readonly ListedUnit[] | undefined;
  readonly accounts: Map<string, FoldingAccount>;
  limits: LimitsChecked | undefined;
  summary: RunSummary | undefined;
  readonly told: (NoticeSent | NoticeFailed)[];
}

interface FoldingAccount {
  readonly account: OrganizationAccount;
  plan: AccountPlanned | undefined;
  readonly writes: Map<string, StoredWrite>;
  finished: AccountFinished | undefined;
}

/**
 * Folds the records of one run in one pass.
 * @throws UnreadableLedgerError when they do not begin with `run-started`, name an account that was not listed, or end an account twice
 */
export async function foldRun(
  records: AsyncIterable<LedgerRecord> | Iterable<LedgerRecord>,
): Promise<StoredRun> {
  const run: Folding = {
    units: undefined,
    accounts: new Map(),
    limits: undefined,
    summary: undefined,
    told: [],
  };
  for await (const record of records) {
    if ((run.started === undefined) !== (record.type === 'run-started'))
      throw new UnreadableLedgerError(`${record.type} of ${record.at}: a run begins with one run-started`);
    fold(run, record);
  }
  if (run.started === undefined) throw new UnreadableLedgerError('a run without records');
  return { ...run, started: run.started };
}

function fold(run: Folding, record: LedgerRecord): void {
  switch (record.type) {
    case 'run-started':
      run.started = record;
      return;
    case 'accounts-listed':
      run.units = record.units;
      for (const account of record.accounts)
        run.accounts.set(account.id, { account, plan: undefined, writes: new Map(), finished: undefined });
      return;
    case 'limits-checked':
      run.limits = record;
      return;
    case 'run-finished':
      run.summary = record.summary;
      return;
    // Stryker disable next-line StringLiteral: what is passed over changes nothing, by name or not
    case 'requests-sent':
      // The summary has their sum.
      return;
    case 'notice-sent':
    case 'notice-failed':
      run.told.push(record);
      return;
    case 'account-planned':
    case 'writes-intended':
    case 'writes-done':
    case 'account-finished':
      foldAccount(accountOf(run, record.accountId), record);
  }
}

function accountOf(run: Folding, accountId: string): FoldingAccount {
  const account = run.accounts.get(accountId);
  if (account === undefined) throw new UnreadableLedgerError(`account ${accountId} was not listed`);
  return account;
}

function foldAccount(account: FoldingAccount, record: Extract<LedgerRecord, { accountId: string }>): void {
  switch (record.type) {
    case 'account-planned':
      account.plan = record;
      return;
    case 'writes-intended':
      for (const intended of record.writes) account.writes.set(intended.accessKeyId, unconfirmed(intended));
      return;
    case 'writes-done':
      for (const result of record.results) {
        const intended = account.writes.get(result.accessKeyId)?.intended;
        account.writes.set(result.accessKeyId, { ...result, intended });
      }
      return;
    case 'account-finished':
      if (account.finished !== undefined)
        throw new UnreadableLedgerError(`account ${record.accountId} has two outcomes`);
      account.finished = record;
  }
}

function unconfirmed(intended: IntendedWrite): StoredWrite {
  const { accessKeyId, userName } = intended;
  return { accessKeyId, userName, outcome: 'unconfirmed', intended };
}
