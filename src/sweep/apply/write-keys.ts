import type { IAMClient } from '@aws-sdk/client-iam';
import type { ResponseMetadata } from '@smithy/types';
import pLimit from 'p-limit';

import { POLICY_TOO_LARGE, type WriteAction } from '../../aws/session-policy.ts';
import type { Failure } from '../../aws/failure.ts';
import { failureOf } from '../../aws/calling.ts';
import { NOT_SENT } from '../../aws/silence.ts';
import { isNoSuchEntity } from '../../aws/iam/no-such-entity.ts';
import { deactivateAccessKey, deleteAccessKey, reactivateAccessKey } from '../../aws/iam/revoke.ts';
import type { NamedKey } from '../../ledger/memory.ts';
import type { IntendedWrite, KeyOutcome, WriteResult } from '../../ledger/record.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { ageFailure } from '../decision-age.ts';
import { stopReason } from '../stop-reason.ts';
import type { RunContext } from '../run-context.ts';
import { openAccountSession } from '../open-account-session.ts';

type Action = IntendedWrite['action'];

/** The call of each action, and its outcome when it succeeds. */
const ACTIONS = {
  deactivate: { call: 'iam:UpdateAccessKey', done: 'deactivated', send: deactivateAccessKey },
  reactivate: { call: 'iam:UpdateAccessKey', done: 'reactivated', send: reactivateAccessKey },
  delete: { call: 'iam:DeleteAccessKey', done: 'deleted', send: deleteAccessKey },
} as const satisfies Record<Action, { call: WriteAction; done: KeyOutcome; send: typeof deleteAccessKey }>;

/** With the time at which the reading began that these writes go by. */
export type WriteContext = RunContext & { readonly readAt: Date };

/** Decided, recorded and sent together: after a crash, at most so many keys of an account are unconfirmed. */
export const BATCH = 25;

/**
 * Writes to keys of one account in a session that can do nothing else (in two, if their policy would be too
 * long), after recording the intent.
 * @param writes at most {@link BATCH}
 * @returns one result for every write, in their order
 * @throws the ledger's error: then nothing more is sent
 */
export async function writeKeys(
  target: TargetAccount,
  writes: readonly IntendedWrite[],
  context: WriteContext,
): Promise<WriteResult[]> {
  if (writes.length === 0) return [];
  const iam = (await stopReason(context)) ?? (await openWriteSession(target, writes, context));
  if ('code' in iam && iam.code === POLICY_TOO_LARGE && writes.length > 1) {
    const half = Math.ceil(writes.length / 2);
    const first = await writeKeys(target, writes.slice(0, half), context);
    return [...first, ...(await writeKeys(target, writes.slice(half), context))];
  }
  if ('kind' in iam) return skipWrites(target, writes, iam, context);
  const limit = pLimit(target.settings.callsPerAccount);
  await recordWrites(target, { type: 'writes-intended', writes }, context);
  const results = await limit.map(writes, (write) => sendWrite(iam, write, context.deadline.hard));
  await recordWrites(target, { type: 'writes-done', results }, context);
  return results;
}

/**
 * @returns the client of a session for these writes only, or why there is none: rather why the run had to
 *   stop
 */
async function openWriteSession(
  target: TargetAccount,
  writes: readonly IntendedWrite[],
  context: WriteContext,
): Promise<IAMClient | Failure> {
  const usersOf = (call: WriteAction): Set<string> =>
    new Set(writes.filter(({ action }) => ACTIONS[action].call === call).map(({ userName }) => userName));
  const calls = writes.map(({ action }) => ACTIONS[action].call);
  const purpose = {
    writes: Object.fromEntries(calls.map((call) => [call, [...usersOf(call)]])),
    exemptTag: target.settings.exempt.userTag,
  };
  try {
    const iam = await openAccountSession(target, purpose, context, context.deadline.writing);
    return (await stopReason(context)) ?? ageFailure(context.readAt, context) ?? iam;
  } catch (error) {
    return (await stopReason(context)) ?? failureOf('sts:AssumeRole', error);
  }
}

type Batch =
  | { readonly type: 'writes-intended'; readonly writes: readonly IntendedWrite[] }
  | { readonly type: 'writes-done'; readonly results: readonly WriteResult[] };

export async function recordWrites(
  { account }: { readonly account: Pick<TargetAccount['account'], 'id'> },
  batch: Batch,
  { log, now }: RunContext,
): Promise<void> {
  if ('results' in batch && batch.results.length === 0) return;
  await log.append([{ ...batch, at: now().toISOString(), accountId: account.id }]);
}

/** Never rejects. */
async function sendWrite(iam: IAMClient, write: IntendedWrite, signal: AbortSignal): Promise<WriteResult> {
  const { accessKeyId, userName, action } = write;
  const { call, done, send } = ACTIONS[action];
  try {
    await send(iam, { userName, accessKeyId }, signal);
    return { accessKeyId, userName, outcome: done };
  } catch (error) {
    const outcome = wasRefused(error) ? 'failed' : 'unconfirmed';
    return { accessKeyId, userName, outcome, failure: failureOf(call, error) };
  }
}

/**
 * Whether AWS refused the only attempt, or none was sent, so that nothing was changed. A lost response, a
 * server error or an answer that is not AWS's may hide a write, and so may the refusal of a retry.
 * `NoSuchEntity` is no refusal: the user may have been renamed.
 */
function wasRefused(error: unknown): boolean {
  const { cause } = error as { readonly cause?: Partial<Error> & { readonly $metadata?: ResponseMetadata } };
  if (cause?.name === NOT_SENT) return true;
  const { httpStatusCode = 0, attempts = 0, requestId } = cause?.$metadata ?? {};
  const isRefusal = httpStatusCode >= 400 && httpStatusCode < 500 && requestId !== undefined;
  return isRefusal && attempts === 1 && !isNoSuchEntity(error);
}

export async function skipWrites(
  target: TargetAccount,
  writes: readonly NamedKey[],
  failure: Failure,
  context: RunContext,
): Promise<WriteResult[]> {
  const outcome = 'not-attempted';
  const results = writes.map(
    ({ accessKeyId, userName }) => ({ accessKeyId, userName, outcome, failure }) as const,
  );
  await recordWrites(target, { type: 'writes-done', results }, context);
  return results;
}
