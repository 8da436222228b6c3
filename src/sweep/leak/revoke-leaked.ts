import { failureOf } from '../../aws/calling.ts';
import { failureText } from '../../aws/failure.ts';
import { denyKey, type LeakedKey } from '../../ledger/deny-list.ts';
import { isOk } from '../../ledger/outcomes.ts';
import type { IntendedWrite, LedgerRecord, RunSummary, WriteResult } from '../../ledger/record.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { writeAndSettle } from '../apply/settle-writes.ts';
import { BATCH, skipWrites, type WriteContext } from '../apply/write-keys.ts';
import { runStarted } from '../begin.ts';
import { concludeRun } from '../conclude.ts';
import { UnrecordedRevocationError } from '../errors.ts';
import { accountFinished, endOfResults, type AccountEnd } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';
import {
  beginLookUp,
  byHand,
  findOwners,
  type KeyAccount,
  type KeysFound,
  type LeakDependencies,
  type NotFound,
} from './find-owner.ts';

export interface LeakRequest {
  /** Why, for the ledger. */
  readonly reason: string;
  /** What reported the leak; the caller's ARN when left out. */
  readonly by?: string | undefined;
  /** A new one when left out. */
  readonly runId?: string | undefined;
}

export interface LeakEnd extends KeysFound {
  /** Undefined if none of the keys is of a user in this organization: then there is no run. */
  readonly summary: RunSummary | undefined;
  readonly results: readonly WriteResult[];
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
  const lookUp = await beginLookUp(dependencies, request.runId);
  const revoked: AccountRevoked[] = [];
  const found = await findOwners(accessKeyIds, lookUp, async (account) => {
    revoked.push(await revokeInAccount(account, request, { ...lookUp, organization: account.organization }));
  });
  const results = revoked.flatMap((account) => account.results);
  const [first] = found.accounts;
  if (!first) return { ...found, summary: undefined, results };
  const context = { ...lookUp, organization: first.organization };
  try {
    return { ...found, summary: await recordRun(request, revoked, found.notFound, context), results };
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
  readonly end: AccountEnd;
}

/** Never rejects. */
async function revokeInAccount(
  { target, owned, notFound, readAt }: KeyAccount,
  { reason, by }: LeakRequest,
  context: RunContext,
): Promise<AccountRevoked> {
  const { caller, runId: byRun, log } = context;
  const writes = owned.map(({ accessKeyId, owner: userName }): IntendedWrite => ({
    ...{ accessKeyId, userName, action: 'deactivate', reason: 'leaked' },
    // To read it first would take a call more before the write.
    statusBefore: 'unknown',
  }));
  const about = { accountId: target.account.id, byRun, by: by ?? caller.arn, reason };
  const records: LedgerRecord[] = [];
  const append = (added: readonly LedgerRecord[]) => Promise.resolve(void records.push(...added));
  const recording = { ...context, readAt, log: { ...log, append } };
  const results: WriteResult[] = [];
  for (let at = 0; at < writes.length; at += BATCH)
    results.push(...(await revokeBatch(target, writes.slice(at, at + BATCH), about, recording)));
  return { target, records, results, end: endOf(results, notFound) };
}

/** Writes to no key that the deny list lacks: an entry that cannot be stored stops its batch. */
async function revokeBatch(
  target: TargetAccount,
  batch: readonly IntendedWrite[],
  about: Pick<LeakedKey, 'accountId' | 'byRun' | 'by' | 'reason'>,
  recording: WriteContext,
): Promise<readonly WriteResult[]> {
  const { store, log, now } = recording;
  const entries = Promise.all(
    batch.map(({ accessKeyId, userName }) =>
      denyKey(store, { accessKeyId, userName, revokedAt: now(), ...about }),
    ),
  );
  entries.catch(() => undefined);
  // The entries are the intent: to record the run first would take four calls more before the write.
  const append = (added: readonly LedgerRecord[]) => entries.then(() => log.append(added));
  return writeAndSettle(target, batch, { ...recording, log: { ...log, append } }).catch((error: unknown) =>
    skipWrites(target, batch, failureOf('keysweep', error), recording),
  );
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
  const finished = revoked.map(({ target, end }) => accountFinished(target.account.id, end, at));
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
  const isRevoked = revoked.some(({ end }) => end.keys.deactivated > 0);
  const warnings = isRevoked ? [SESSIONS] : [];
  return concludeRun(
    { mode: 'revoke', filtered: true, listed, finished, exceeded: [], problems, warnings },
    context,
  );
}

export const SESSIONS =
  'Sessions that were created with a key stay valid for up to 36 hours after it is deactivated: ' +
  'docs/what-revoking-does-not-revoke.md says how to end them.';

function endOf(results: readonly WriteResult[], notFound: readonly NotFound[]): AccountEnd {
  const end = endOfResults(results);
  const { failure } = notFound.find((key) => key.failure) ?? {};
  if (!failure || !isOk(end.outcome)) return end;
  return { ...end, outcome: failure.kind, reason: failureText(failure) };
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
