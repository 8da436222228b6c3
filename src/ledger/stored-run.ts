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
  /** What was notices about it, in the order of the records; empty for a run that nobody was to hear of. */
  readonly notices: readonly (NoticeSent | NoticeFailed)[];
}

/** How far one account has come, by its records. */
export interface FoldedAccount<Plan> {
  /** Undefined when the account was left out, could not be read, or was not reached. */
  readonly plan: Plan | undefined;
  /** What became of every key that the run meant to write to, by access key id. */
  readonly writes: ReadonlyMap<string, StoredWrite>;
  /** Undefined when the run was interrupted before the account ended. */
  readonly finished: AccountFinished | undefined;
}

/** The keys of an account that has ended stay packed: whoever asks for them unpacks one account after the other. */
export interface StoredAccount extends FoldedAccount<AccountPlanned> {
  readonly account: OrganizationAccount;
}

/** An intent without a result has the outcome `unconfirmed`: the write may have happened. */
export interface StoredWrite extends WriteResult {
  /** Undefined for a key that was `not-attempted`: then no intent was stored. */
  readonly intended: IntendedWrite | undefined;
}

/** Whether a result was recorded; one that is `unconfirmed` says why. */
export function hasResult({ outcome, failure }: StoredWrite): boolean {
  return outcome !== 'unconfirmed' || failure !== undefined;
}

const NO_WRITES: ReadonlyMap<string, StoredWrite> = new Map();
export const NOTHING_YET: FoldedAccount<never> = { plan: undefined, writes: NO_WRITES, finished: undefined };

/**
 * Folds the records of one run in one pass.
 * @throws UnreadableLedgerError when they do not begin with `run-started`, name an account that was not listed, or end an account twice
 */
export async function foldRun(
  records: AsyncIterable<LedgerRecord> | Iterable<LedgerRecord>,
): Promise<StoredRun> {
  let started: RunStarted | undefined;
  let units: readonly ListedUnit[] | undefined;
  let limits: LimitsChecked | undefined;
  let summary: RunSummary | undefined;
  const accounts = new Map<string, StoredAccount>();
  const notices: (NoticeSent | NoticeFailed)[] = [];
  const unpack = oneAtATime();
  for await (const record of records) {
    if ((started === undefined) !== (record.type === 'run-started'))
      throw new UnreadableLedgerError(
        `${record.type} of ${record.at} is out of place: run-started comes first, and once`,
      );
    switch (record.type) {
      case 'run-started':
        started = record;
        break;
      case 'accounts-listed':
        units = record.units;
        for (const account of record.accounts) accounts.set(account.id, { account, ...NOTHING_YET });
        break;
      case 'limits-checked':
        limits = record;
        break;
      case 'run-finished':
        summary = record.summary;
        break;
      case 'requests-sent':
        // The summary has their sum.
        break;
      case 'notice-sent':
      case 'notice-failed':
        notices.push(record);
        break;
      case 'account-planned':
      case 'writes-intended':
      case 'writes-done':
      case 'account-finished': {
        const stored = accounts.get(record.accountId);
        if (!stored)
          throw new UnreadableLedgerError(`account ${record.accountId} has records and was not listed`);
        const folded = withRecord(stored, record, (planned) => planned);
        accounts.set(record.accountId, packPlan({ account: stored.account, ...folded }, unpack));
      }
    }
  }
  if (started === undefined) throw new UnreadableLedgerError('the run has no records');
  return { started, units, accounts, limits, summary, notices };
}

/**
 * Folds what records say of accounts, however far each has come; other records are passed over.
 * @param keep what of a plan is kept: of fifty thousand accounts hardly the keys
 * @returns accounts by id; of one that has ended, the writes are not kept
 * @throws UnreadableLedgerError when an account ended twice; what reading the records throws
 */
export async function foldAccounts<Plan>(
  records: AsyncIterable<LedgerRecord> | Iterable<LedgerRecord>,
  keep: (planned: AccountPlanned) => Plan,
): Promise<ReadonlyMap<string, FoldedAccount<Plan>>> {
  const accounts = new Map<string, FoldedAccount<Plan>>();
  for await (const record of records) {
    if (!('accountId' in record)) continue;
    const folded = withRecord(accounts.get(record.accountId) ?? NOTHING_YET, record, keep);
    accounts.set(record.accountId, folded.finished ? { ...folded, writes: NO_WRITES } : folded);
  }
  return accounts;
}

/** The account as it is with one more record of it. */
function withRecord<Plan>(
  { plan, writes, finished }: FoldedAccount<Plan>,
  record: Extract<LedgerRecord, { accountId: string }>,
  keep: (planned: AccountPlanned) => Plan,
): FoldedAccount<Plan> {
  switch (record.type) {
    case 'account-planned':
      return { plan: keep(record), writes, finished };
    case 'writes-intended':
      return { plan, writes: new Map([...writes, ...record.writes.map(unconfirmed)]), finished };
    case 'writes-done': {
      const done = record.results.map((result): [string, StoredWrite] => [
        result.accessKeyId,
        { ...result, intended: writes.get(result.accessKeyId)?.intended },
      ]);
      return { plan, writes: new Map([...writes, ...done]), finished };
    }
    case 'account-finished':
      if (finished) throw new UnreadableLedgerError(`account ${record.accountId} has two outcomes`);
      return { plan, writes, finished: record };
  }
}

function unconfirmed(intended: IntendedWrite): [string, StoredWrite] {
  const { accessKeyId, userName } = intended;
  return [accessKeyId, { accessKeyId, userName, outcome: 'unconfirmed', intended }];
}

/** What grows with the keys of an account, and is thirty times as large unpacked. */
interface KeysOfAccount {
  readonly decisions: AccountPlanned['decisions'];
  readonly writes: StoredAccount['writes'];
}

type Unpack = (packed: Compressed<KeysOfAccount>) => KeysOfAccount;

/** Decisions and writes; fewer take about as long to unpack as they save. */
const PACKED_FROM = 10;

/** Packs the keys of an account that has ended; records of it may follow all the same, where another writer's come later. */
function packPlan(stored: StoredAccount, unpack: Unpack): StoredAccount {
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
function oneAtATime(): Unpack {
  let last: { readonly packed: Compressed<KeysOfAccount>; readonly keys: KeysOfAccount } | undefined;
  return (packed) => {
    if (last?.packed !== packed) last = { packed, keys: packed.unpack() };
    return last.keys;
  };
}
