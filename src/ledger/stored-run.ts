import type { OrganizationAccount } from '../organization/account.ts';
import type { ListedUnit } from '../organization/ou-tree.ts';
import { compress, type Compressed } from './compress.ts';
import { UnreadableLedgerError } from './errors.ts';
import type {
  AccountFinished,
  AccountInventoried,
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

/** A run, folded from its records. */
export interface StoredRun {
  readonly started: RunStarted;
  /** Undefined when the run did not read the OUs. */
  readonly units: readonly ListedUnit[] | undefined;
  /** Values of the tag of report.groupBy by account ID; undefined: it was not set. */
  readonly groups?: Readonly<Record<string, string>> | undefined;
  /** Every listed account by ID, in the order of the list. */
  readonly accounts: ReadonlyMap<string, StoredAccount>;
  /** Undefined when the run ended before. */
  readonly limits: LimitsChecked | undefined;
  /** Undefined when the run was interrupted or has not ended. */
  readonly summary: RunSummary | undefined;
  readonly notices: readonly (NoticeSent | NoticeFailed)[];
}

/** One account, folded from its records. */
export interface FoldedAccount<Plan> {
  /** Undefined when the account was excluded, could not be read, or was not reached. */
  readonly plan: Plan | undefined;
  /** Undefined unless the run is an inventory that read the account. */
  readonly inventory?: AccountInventoried | undefined;
  /** By access key ID, for every key that the run intended to write to. */
  readonly writes: ReadonlyMap<string, StoredWrite>;
  /** Undefined when the run was interrupted before the account ended. */
  readonly finished: AccountFinished | undefined;
}

/** The keys of a finished account are compressed in memory, and unpacked when they are read. */
export interface StoredAccount extends FoldedAccount<AccountPlanned> {
  readonly account: OrganizationAccount;
}

/** Without a result the outcome is `unconfirmed`: the write may have happened. */
export interface StoredWrite extends WriteResult {
  /** Undefined for a key that was `not-attempted`. */
  readonly intended: IntendedWrite | undefined;
}

/** Whether a result was recorded; a recorded `unconfirmed` has a failure. */
export function hasResult({ outcome, failure }: StoredWrite): boolean {
  return outcome !== 'unconfirmed' || failure !== undefined;
}

const NO_WRITES: ReadonlyMap<string, StoredWrite> = new Map();
export const NO_RECORDS: FoldedAccount<never> = { plan: undefined, writes: NO_WRITES, finished: undefined };

/**
 * Folds the records of one run.
 * @throws UnreadableLedgerError if `run-started` is not first, or an account was not listed or ended twice
 */
export async function foldRun(
  records: AsyncIterable<LedgerRecord> | Iterable<LedgerRecord>,
): Promise<StoredRun> {
  let started: RunStarted | undefined;
  let units: readonly ListedUnit[] | undefined;
  let groups: StoredRun['groups'];
  let limits: LimitsChecked | undefined;
  let summary: RunSummary | undefined;
  const accounts = new Map<string, StoredAccount>();
  const notices: (NoticeSent | NoticeFailed)[] = [];
  const unpack = cachedUnpack();
  for await (const record of records) {
    if ((started === undefined) !== (record.type === 'run-started'))
      throw new UnreadableLedgerError(
        `${record.type} of ${record.at} is out of order: the first record, and no other, is run-started`,
      );
    if ('accountId' in record) {
      const stored = accounts.get(record.accountId);
      if (!stored)
        throw new UnreadableLedgerError(`account ${record.accountId} has records but was not listed`);
      const folded = withRecord(stored, record, (planned) => planned);
      accounts.set(record.accountId, packPlan({ account: stored.account, ...folded }, unpack));
      continue;
    }
    switch (record.type) {
      case 'run-started':
        started = record;
        break;
      case 'accounts-listed':
        ({ units, groups } = record);
        for (const account of record.accounts) accounts.set(account.id, { account, ...NO_RECORDS });
        break;
      case 'limits-checked':
        limits = record;
        break;
      case 'run-finished':
        summary = record.summary;
        break;
      case 'requests-sent':
      case 'groups-seen':
        // The summary has their sum; the next run reads the groups.
        break;
      case 'notice-sent':
      case 'notice-failed':
        notices.push(record);
    }
  }
  if (started === undefined) throw new UnreadableLedgerError('the run has no records');
  return { started, units, groups, accounts, limits, summary, notices };
}

/**
 * Folds the records of accounts and ignores all others.
 * @param keep what to keep of a plan: the keys of fifty thousand accounts would take too much memory
 * @returns accounts by ID, finished ones without their writes
 * @throws UnreadableLedgerError when an account ended twice; what reading the records throws
 */
export async function foldAccounts<Plan>(
  records: AsyncIterable<LedgerRecord> | Iterable<LedgerRecord>,
  keep: (planned: AccountPlanned) => Plan,
): Promise<ReadonlyMap<string, FoldedAccount<Plan>>> {
  const accounts = new Map<string, FoldedAccount<Plan>>();
  for await (const record of records) {
    if (!('accountId' in record)) continue;
    const folded = withRecord(accounts.get(record.accountId) ?? NO_RECORDS, record, keep);
    accounts.set(record.accountId, folded.finished ? { ...folded, writes: NO_WRITES } : folded);
  }
  return accounts;
}

function withRecord<Plan>(
  { plan, writes, finished, inventory }: FoldedAccount<Plan>,
  record: Extract<LedgerRecord, { accountId: string }>,
  keep: (planned: AccountPlanned) => Plan,
): FoldedAccount<Plan> {
  switch (record.type) {
    case 'account-planned':
      return { plan: keep(record), writes, finished };
    case 'account-inventoried':
      return { plan, writes, finished, inventory: record };
    case 'writes-intended':
      return { plan, writes: new Map([...writes, ...record.writes.map(unconfirmed)]), finished };
    case 'writes-done': {
      const done = record.results.map((result): [string, StoredWrite] => [
        result.accessKeyId,
        { ...result, intended: writes.get(result.accessKeyId)?.intended },
      ]);
      return { plan, writes: new Map([...writes, ...done]), finished };
    }
    case 'memory-saved':
      return { plan, writes, finished };
    case 'account-finished':
      if (finished) throw new UnreadableLedgerError(`account ${record.accountId} has two outcomes`);
      return { plan, writes, finished: record, ...(inventory && { inventory }) };
  }
}

function unconfirmed(intended: IntendedWrite): [string, StoredWrite] {
  const { accessKeyId, userName } = intended;
  return [accessKeyId, { accessKeyId, userName, outcome: 'unconfirmed', intended }];
}

/** Compression makes it thirty times smaller. */
interface AccountKeys {
  readonly decisions: AccountPlanned['decisions'];
  readonly writes: StoredAccount['writes'];
}

type Unpack = (packed: Compressed<AccountKeys>) => AccountKeys;

/** Decisions and writes. Fewer are not worth compressing. */
const PACKED_FROM = 10;

/** Packs a finished account. Records of another writer may still follow. */
function packPlan(stored: StoredAccount, unpack: Unpack): StoredAccount {
  const { account, plan, writes, finished } = stored;
  const decisions = plan?.decisions ?? [];
  if (finished === undefined || decisions.length + writes.size < PACKED_FROM) return stored;
  const packed = compress<AccountKeys>({ decisions, writes });
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

/** Keeps what it unpacked last, because callers read plan and writes of an account key by key. */
function cachedUnpack(): Unpack {
  let last: { readonly packed: Compressed<AccountKeys>; readonly keys: AccountKeys } | undefined;
  return (packed) => {
    if (last?.packed !== packed) last = { packed, keys: packed.unpack() };
    return last.keys;
  };
}
