import type { OrganizationAccount } from '../organization/account.ts';
import type { ListedUnit } from '../organization/ou-tree.ts';
import { compress, type Compressed } from './compress.ts';
import { UnreadableLedgerError } from './errors.ts';
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

/** The keys of an account that has ended stay packed: whoever asks for them unpacks one account after the other. */
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
  readonly accounts: Map<string, StoredAccount>;
  readonly unpack: (packed: Compressed<KeysOfAccount>) => KeysOfAccount;
  limits: LimitsChecked | undefined;
  summary: RunSummary | undefined;
  readonly told: (NoticeSent | NoticeFailed)[];
}

/** What grows with the keys of an account, and is thirty times as large unpacked. */
interface KeysOfAccount {
  readonly decisions: AccountPlanned['decisions'];
  readonly writes: StoredAccount['writes'];
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
    unpack: oneAtATime(),
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
  const { started, units, accounts, limits, summary, told } = run;
  return { started, units, accounts, limits, summary, told };
}

function fold(run: Folding, record: LedgerRecord): void {
  switch (record.type) {
    case 'run-started':
      run.started = record;
      return;
    case 'accounts-listed':
      run.units = record.units;
      for (const account of record.accounts)
        run.accounts.set(account.id, { account, plan: undefined, writes: NO_WRITES, finished: undefined });
      return;
    case 'limits-checked':
      run.limits = record;
      return;
    case 'run-finished':
      run.summary = record.summary;
      return;
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
      run.accounts.set(
        record.accountId,
        packPlan(withRecord(accountOf(run, record.accountId), record), run.unpack),
      );
  }
}

function accountOf(run: Folding, accountId: string): StoredAccount {
  const account = run.accounts.get(accountId);
  if (account === undefined) throw new UnreadableLedgerError(`account ${accountId} was not listed`);
  return account;
}

/** The account as it is with one more record of it. */
function withRecord(
  { account, plan, writes, finished }: StoredAccount,
  record: Extract<LedgerRecord, { accountId: string }>,
): StoredAccount {
  switch (record.type) {
    case 'account-planned':
      return { account, plan: record, writes, finished };
    case 'writes-intended':
      return { account, plan, writes: new Map([...writes, ...record.writes.map(unconfirmed)]), finished };
    case 'writes-done': {
      const done = record.results.map((result): [string, StoredWrite] => [
        result.accessKeyId,
        { ...result, intended: writes.get(result.accessKeyId)?.intended },
      ]);
      return { account, plan, writes: new Map([...writes, ...done]), finished };
    }
    case 'account-finished':
      if (finished !== undefined)
        throw new UnreadableLedgerError(`account ${record.accountId} has two outcomes`);
      return { account, plan, writes, finished: record };
  }
}

const NO_WRITES: ReadonlyMap<string, StoredWrite> = new Map();

/** Decisions and writes; fewer take about as long to unpack as they save. */
const PACKED_FROM = 10;

/** Packs the keys of an account that has ended; records of it may follow all the same, where another writer's come later. */
function packPlan(stored: StoredAccount, unpack: Folding['unpack']): StoredAccount {
  const { account, plan, writes, finished } = stored;
  const decisions = plan?.decisions ?? [];
  if (finished === undefined || decisions.length + writes.size < PACKED_FROM) return stored;
  const packed = compress<KeysOfAccount>({ decisions, writes });
  return {
    account,
    plan: plan && {
      ...plan,
      get decisions() {
        return unpack(packed).decisions;
      },
    },
    get writes() {
      return unpack(packed).writes;
    },
    finished,
  };
}

/** Keeps what it unpacked last: whoever asks for an account's plan asks for its writes too, key by key. */
function oneAtATime(): Folding['unpack'] {
  let last: { readonly packed: Compressed<KeysOfAccount>; readonly keys: KeysOfAccount } | undefined;
  return (packed) => {
    if (last?.packed !== packed) last = { packed, keys: packed.unpack() };
    return last.keys;
  };
}

function unconfirmed(intended: IntendedWrite): [string, StoredWrite] {
  const { accessKeyId, userName } = intended;
  return [accessKeyId, { accessKeyId, userName, outcome: 'unconfirmed', intended }];
}
