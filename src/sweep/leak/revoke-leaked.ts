import { failureOf } from '../../aws/calling.ts';
import { checkClock, identifyCaller, type Caller } from '../../aws/caller.ts';
import { failureText } from '../../aws/failure.ts';
import { denyKey, type LeakedKey } from '../../ledger/deny-list.ts';
import type { IntendedWrite, LedgerRecord, RunSummary, WriteResult } from '../../ledger/record.ts';
import { newRunId } from '../../ledger/run-id.ts';
import { openRunLog } from '../../ledger/run-log.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { settleWrites } from '../apply/settle-writes.ts';
import { BATCH, writeKeys, type WriteContext } from '../apply/write-keys.ts';
import { NO_LOCK, runStarted } from '../begin.ts';
import { concludeRun } from '../conclude.ts';
import { UnrecordedRevocationError } from '../errors.ts';
import { mapLimited } from '../map-limited.ts';
import { accountFinished, countKeys, failedWrites, type AccountEnd } from '../outcome.ts';
import type { RunContext, RunDependencies } from '../run-context.ts';
import {
  byHand,
  findOwners,
  locateKeys,
  type KeyAccount,
  type NotFound,
  type OwnedKey,
} from './find-owner.ts';

export interface LeakRequest {
  /** Why, for the ledger. */
  readonly reason: string;
  /** What reported the leak; the caller's ARN when left out. */
  readonly by?: string | undefined;
  /** A new one when left out. */
  readonly runId?: string | undefined;
}

export interface LeakDependencies extends Omit<RunDependencies, 'host'> {
  /** Asked for when left out. */
  readonly caller?: Caller | undefined;
}

export interface LeakEnd {
  /** Undefined if none of the keys is of a user in this organization: then there is no run. */
  readonly summary: RunSummary | undefined;
  readonly results: readonly WriteResult[];
  readonly notFound: readonly NotFound[];
}

/**
 * Deactivates leaked keys, whatever accounts.json and holds say, and puts them on the deny list. Takes no
 * lock, because repeating it changes nothing. docs/adr/0022-leaked-keys.md
 * @throws CallFailedError when the caller is unknown; RootCredentialsError; UnrecordedRevocationError
 */
export async function revokeLeaked(
  accessKeyIds: readonly string[],
  request: LeakRequest,
  dependencies: LeakDependencies,
): Promise<LeakEnd> {
  const { clients, deadline, now, config } = dependencies;
  const startedAt = now();
  const caller = dependencies.caller ?? (await identifyCaller(clients.sts, deadline.reading));
  if (!dependencies.caller) checkClock(caller, now());
  const { accounts, notFound } = await locateKeys(accessKeyIds, { ...dependencies, caller });
  const [first] = accounts;
  if (!first) return { summary: undefined, results: [], notFound };
  const { runId = newRunId(startedAt, dependencies.random) } = request;
  const context: RunContext = {
    ...dependencies,
    ...{ runId, mode: 'revoke', startedAt, caller, organization: first.organization },
    ...{ log: openRunLog(dependencies.store, runId), lock: NO_LOCK },
  };
  const revoked = await mapLimited(accounts, config.concurrency.accounts, (account) =>
    revokeInAccount(account, request, context),
  );
  const results = revoked.flatMap((account) => account.results);
  const unknown = [...notFound, ...revoked.flatMap((account) => account.notFound)];
  try {
    const summary = await recordRun(request, revoked, unknown, context);
    return { summary, results, notFound: unknown };
  } catch (error) {
    const done = results.filter(({ outcome }) => outcome === 'deactivated' || outcome === 'unconfirmed');
    if (done.length === 0) throw error;
    throw new UnrecordedRevocationError(
      done.map(({ accessKeyId }) => accessKeyId),
      error,
    );
  }
}

interface AccountRevoked {
  readonly target: TargetAccount;
  readonly records: readonly LedgerRecord[];
  readonly results: readonly WriteResult[];
  readonly notFound: readonly NotFound[];
}

/** Never rejects. */
async function revokeInAccount(
  account: KeyAccount,
  request: LeakRequest,
  context: RunContext,
): Promise<AccountRevoked> {
  const { target } = account;
  const readAt = context.now();
  const { owned, notFound } = await findOwners(account, context);
  const records: LedgerRecord[] = [];
  const results: WriteResult[] = [];
  for (let at = 0; at < owned.length; at += BATCH) {
    const keys = owned.slice(at, at + BATCH);
    const entries = mapLimited(keys, BATCH, (key) =>
      denyKey(context.store, entryOf(key, target, request, context)),
    );
    entries.catch(() => undefined);
    // The entries are the intent: to record the run first would take four calls more before the write.
    const append = async (added: readonly LedgerRecord[]): Promise<void> => {
      await entries;
      records.push(...added);
    };
    const write = { ...context, log: { ...context.log, append }, readAt };
    results.push(
      ...(await deactivate(target, keys, write).catch(notAttempted(target, keys, records, context))),
    );
  }
  return { target, records, results, notFound };
}

async function deactivate(
  target: TargetAccount,
  keys: readonly OwnedKey[],
  context: WriteContext,
): Promise<readonly WriteResult[]> {
  const writes = keys.map(({ accessKeyId, owner: userName }): IntendedWrite => ({
    ...{ accessKeyId, userName, action: 'deactivate', reason: 'leaked' },
    // To read it first would take a call more before the write.
    statusBefore: 'unknown',
  }));
  return settleWrites(target, writes, await writeKeys(target, writes, context), context);
}

/** What the ledger does not have is not written to. */
function notAttempted(
  { account }: TargetAccount,
  keys: readonly OwnedKey[],
  records: LedgerRecord[],
  { now }: RunContext,
): (error: unknown) => WriteResult[] {
  return (error) => {
    const failure = failureOf('keysweep', error);
    const outcome = 'not-attempted';
    const results = keys.map(
      ({ accessKeyId, owner: userName }) => ({ accessKeyId, userName, outcome, failure }) as const,
    );
    records.push({ type: 'writes-done', at: now().toISOString(), accountId: account.id, results });
    return results;
  };
}

function entryOf(
  { accessKeyId, owner: userName }: OwnedKey,
  { account }: TargetAccount,
  { reason, by }: LeakRequest,
  { runId, caller, now }: RunContext,
): LeakedKey {
  return {
    accessKeyId,
    accountId: account.id,
    userName,
    revokedAt: now(),
    byRun: runId,
    by: by ?? caller.arn,
    reason,
  };
}

async function recordRun(
  { reason, by }: LeakRequest,
  revoked: readonly AccountRevoked[],
  notFound: readonly NotFound[],
  context: RunContext,
): Promise<RunSummary> {
  const why = by === undefined ? reason : `${reason} (${by})`;
  const started = await runStarted({ mode: 'revoke', filters: {}, reason: why }, context);
  const at = context.now();
  const listed = revoked.map(({ target }) => target.account);
  const finished = revoked.map((account) => accountFinished(account.target.account.id, endOf(account), at));
  await context.log.append([
    started,
    { type: 'accounts-listed', at: at.toISOString(), accounts: listed },
    ...revoked.flatMap(({ records }) => records),
    ...finished,
  ]);
  const problems = [
    ...notFound.map(({ accessKeyId, message }) => `${accessKeyId}: ${message}`),
    ...revoked.flatMap(({ target, results }) => results.flatMap((result) => deniedProblem(target, result))),
  ];
  const isRevoked = revoked.some(({ results }) => results.some(({ outcome }) => outcome === 'deactivated'));
  const warnings = isRevoked ? [SESSIONS] : [];
  return concludeRun(
    { mode: 'revoke', filtered: true, listed, finished, exceeded: [], problems, warnings },
    context,
  );
}

export const SESSIONS =
  'Sessions that were created with a key stay valid for up to 36 hours after it is deactivated: ' +
  'docs/what-revoking-does-not-revoke.md says how to end them.';

function endOf({ results, notFound }: AccountRevoked): AccountEnd {
  const failure = notFound.map((key) => key.failure).find((found) => found !== undefined);
  return {
    outcome: results.length > 0 ? 'swept' : 'nothing-due',
    reason: '',
    ...(failure && { outcome: failure.kind, reason: failureText(failure) }),
    ...failedWrites(results),
    keys: countKeys([], results),
  };
}

/** The rotation role denies every write to exempt users. AWS gives the same error as without permission. */
function deniedProblem({ account, settings }: TargetAccount, result: WriteResult): string[] {
  const { accessKeyId, userName, failure } = result;
  if (failure?.kind !== 'denied') return [];
  const { userTag } = settings.exempt;
  const tagged =
    userTag === false
      ? ''
      : ` If ${userName} is tagged ${userTag.key}=${userTag.value}, the rotation role may not.`;
  return [`AWS denied deactivating ${accessKeyId}.${tagged} ${byHand(account.id, accessKeyId, userName)}`];
}
