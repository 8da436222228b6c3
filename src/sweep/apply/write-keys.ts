import type { IAMClient } from '@aws-sdk/client-iam';
import pLimit from 'p-limit';

import type { WriteAction } from '../../aws/session-policy.ts';
import type { Failure } from '../../aws/failure.ts';
import { failureOf } from '../../aws/calling.ts';
import {
  deactivateAccessKey,
  deleteAccessKey,
  reactivateAccessKey,
  type Written,
} from '../../aws/iam/revoke.ts';
import type { IntendedWrite, KeyOutcome, WriteResult } from '../../ledger/record.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { stopReason } from '../stop-reason.ts';
import type { RunContext } from '../run-context.ts';
import { openAccountSession } from '../open-account-session.ts';

type Action = IntendedWrite['action'];

/** The call that carries out each action, and the name of its success. */
const ACTIONS = {
  deactivate: { call: 'iam:UpdateAccessKey', done: 'deactivated', send: deactivateAccessKey },
  reactivate: { call: 'iam:UpdateAccessKey', done: 'reactivated', send: reactivateAccessKey },
  delete: { call: 'iam:DeleteAccessKey', done: 'deleted', send: deleteAccessKey },
} as const satisfies Record<Action, { call: WriteAction; done: KeyOutcome; send: typeof deleteAccessKey }>;

/** After a crash at most this many keys of an account are in doubt. */
const BATCH = 25;

/**
 * Carries out writes in one account, through a session that can do nothing else: the intent is durable before a batch is
 * sent, its results before the next one begins.
 * @returns one result for every write, in their order; of an account that cannot be entered any more, each says so
 * @throws the ledger's error: then nothing more is sent
 */
export async function writeKeys(
  target: TargetAccount,
  writes: readonly IntendedWrite[],
  context: RunContext,
): Promise<WriteResult[]> {
  const iam =
    (await stopReason(context)) ?? (await writingSession(target, writes, context).catch(asFailure(context)));
  if ('kind' in iam) return leave(target, writes, iam, context);
  const limit = pLimit(target.settings.callsPerAccount);
  const results: WriteResult[] = [];
  for (let at = 0; at < writes.length; at += BATCH) {
    const reason = await stopReason(context);
    if (reason) return [...results, ...(await leave(target, writes.slice(at), reason, context))];
    const batch = writes.slice(at, at + BATCH);
    await record(target, { type: 'writes-intended', writes: batch }, context);
    const written = await limit.map(batch, (write) => carryOut(iam, write, context.deadline.hard));
    await record(target, { type: 'writes-done', results: written }, context);
    results.push(...written);
  }
  return results;
}

/** A call that was given up because the run had to stop says why it had to. */
function asFailure(context: RunContext): (error: unknown) => Promise<Failure> {
  return async (error) => (await stopReason(context)) ?? failureOf('sts:AssumeRole', error);
}

/** Can do what these writes need, and nothing else. */
function writingSession(
  target: TargetAccount,
  writes: readonly IntendedWrite[],
  context: RunContext,
): Promise<IAMClient> {
  const calls = [...new Set(writes.map(({ action }) => ACTIONS[action].call))];
  return openAccountSession(target, { writes: calls }, context, context.deadline.writing);
}

type Batch =
  | { readonly type: 'writes-intended'; readonly writes: readonly IntendedWrite[] }
  | { readonly type: 'writes-done'; readonly results: readonly WriteResult[] };

async function record({ account }: TargetAccount, batch: Batch, { log, now }: RunContext): Promise<void> {
  await log.append([{ ...batch, at: now().toISOString(), accountId: account.id }]);
}

/** Never rejects: each key's end is a result. */
async function carryOut(iam: IAMClient, write: IntendedWrite, signal: AbortSignal): Promise<WriteResult> {
  const { accessKeyId, userName, action } = write;
  const { call, done, send } = ACTIONS[action];
  try {
    const written: Written = await send(iam, { userName, accessKeyId }, signal);
    return { accessKeyId, userName, outcome: written === 'done' ? done : 'already-gone' };
  } catch (error) {
    const outcome = wasRefused(error) ? 'failed' : 'unconfirmed';
    return { accessKeyId, userName, outcome, failure: failureOf(call, error) };
  }
}

/**
 * Whether AWS refused the only attempt, so that nothing was changed. A lost response or a server error may
 * of a call that was repeated only the last answer is known: a denial or a throttle may follow a write that was done.
 */
function wasRefused(error: unknown): boolean {
  const { httpStatusCode = 0, attempts = 0 } = lastAnswer(error);
  return attempts === 1 && httpStatusCode >= 400 && httpStatusCode < 500;
}

/** What the SDK tells of it in the error behind a CallFailedError; nothing where there was none. */
function lastAnswer(error: unknown): { readonly httpStatusCode?: number; readonly attempts?: number } {
  const { cause } = error as { readonly cause?: { readonly $metadata?: object } };
  return cause?.$metadata ?? {};
}

async function leave(
  target: TargetAccount,
  writes: readonly IntendedWrite[],
  failure: Failure,
  context: RunContext,
): Promise<WriteResult[]> {
  const results = writes.map(({ accessKeyId, userName }): WriteResult => ({
    accessKeyId,
    userName,
    outcome: 'not-attempted',
    failure,
  }));
  await record(target, { type: 'writes-done', results }, context);
  return results;
}
