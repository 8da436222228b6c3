import type { Failure } from '../../aws/failure.ts';
import { forgetActive, rememberInactive, type NamedKey } from '../../ledger/memory.ts';
import type { IntendedWrite, WriteResult } from '../../ledger/record.ts';
import { hasResult, type StoredWrite } from '../../ledger/stored-run.ts';
import { isRevoke, type KeyDecision, type Revoke } from '../../rules/decision.ts';
import { openAccountSession } from '../open-account-session.ts';
import { endOfWrites, type AccountEnd } from '../outcome.ts';
import type { AccountPlan } from '../plan/plan-account.ts';
import { governedKeys } from '../plan/find-escapes.ts';
import { accountPlanned } from '../plan/plan-targets.ts';
import { saveMemory } from '../save-memory.ts';
import type { RunContext } from '../run-context.ts';
import { decideAgain } from './decide-again.ts';
import { settleWrites, writeAndSettle } from './settle-writes.ts';
import { isArmedTarget, type TargetNow, type TargetRecheck } from './recheck-target.ts';
import { BATCH, recordWrites, skipWrites } from './write-keys.ts';

/**
 * Applies the plan of one armed account, as far as the account is decided so again when it is read again, and
 * remembers which of its keys are inactive.
 * @param plan with the settings that the account has now
 * @param earlier writes of an attempt that died: those with a result are not sent again
 * @throws the ledger's error: then nothing more is written to IAM
 */
export async function applyAccount(
  plan: AccountPlan,
  recheck: Pick<TargetRecheck, 'check'>,
  context: RunContext,
  earlier: readonly StoredWrite[] = [],
): Promise<AccountEnd> {
  const results = [...(await settleEarlier(plan, earlier, context))];
  const done = new Set(results.map(({ accessKeyId }) => accessKeyId));
  const left = plan.decisions.filter(isRevoke).filter(({ accessKeyId }) => !done.has(accessKeyId));
  const isNotified = ({ accessKeyId }: Revoke): boolean =>
    !context.limits?.notNotified?.includes(accessKeyId);
  const untold = left.filter((key) => !isNotified(key));
  results.push(...(await skipWrites(plan.target, untold, NOT_NOTIFIED, context)));
  const due = left.filter(isNotified);
  const reading = openReads(plan, context);
  let now = due.length === 0 ? await forgetActiveKeys(plan, context) : plan;
  for (let at = 0; at < due.length; at += BATCH) {
    const batch = due.slice(at, at + BATCH);
    const target = await recheck.check(plan.target);
    const readAt = new Date(Math.min(target.at.getTime(), context.now().getTime()));
    if (!isArmedTarget(target.now)) {
      results.push(...(await skipWrites(plan.target, batch, ceasedToBe(target.now), context)));
      continue;
    }
    now = { ...now, target: target.now.target };
    const again = await decideAgain(now, batch, reading, context);
    now = await forgetActiveKeys(await recordDecisions(now, again.decisions, context), context);
    await recordWrites(plan.target, { type: 'writes-done', results: again.results }, context);
    const writes = again.writes.map(intendedWrite);
    const written = await writeAndSettle(plan.target, writes, { ...context, readAt });
    results.push(...again.results, ...written);
  }
  await rememberKeys(now, governedBy(plan, results), results, context);
  return endOfWrites(now, results);
}

const NOT_NOTIFIED: Failure = {
  kind: 'withheld',
  call: 'keysweep',
  code: 'NotNotified',
  message: 'the owner of this key got no notice of this sweep, and notices.required is true',
};

/** Of an account whose other keys this run has written to. */
function ceasedToBe(now: TargetNow): Failure {
  if ('failure' in now) return now.failure;
  const message = 'the account opted out, moved or was closed while its keys were revoked';
  return { kind: 'failed', call: 'keysweep', code: 'NoTarget', message };
}

/** One session for all batches, opened when the first is read. */
function openReads(
  { target }: AccountPlan,
  context: RunContext,
): () => ReturnType<typeof openAccountSession> {
  let session: ReturnType<typeof openAccountSession> | undefined;
  return () => (session ??= openAccountSession(target, { reads: true }, context, context.deadline.writing));
}

/** What an attempt has sent and not recorded may have happened; if it has not, it is sent again. */
async function settleEarlier(
  { target }: AccountPlan,
  earlier: readonly StoredWrite[],
  context: RunContext,
): Promise<readonly WriteResult[]> {
  const lost = earlier.filter((write) => !hasResult(write));
  const sent = lost.flatMap(({ intended }) => (intended ? [intended] : []));
  const settled = await settleWrites(target, sent, lost, context);
  return [...earlier.filter(hasResult), ...settled.filter(({ outcome }) => outcome !== 'unconfirmed')];
}

/** The record replaces the earlier plan of the account. */
async function recordDecisions(
  plan: AccountPlan,
  decisions: readonly KeyDecision[],
  { log, now }: RunContext,
): Promise<AccountPlan> {
  if (decisions === plan.decisions) return plan;
  const changed = { ...plan, decisions };
  await log.append([accountPlanned(changed, now())]);
  return changed;
}

/**
 * Before the account is written to, so that a run that dies after deactivating such a key leaves no old date,
 * by which the next would delete it.
 */
async function forgetActiveKeys(plan: AccountPlan, context: RunContext): Promise<AccountPlan> {
  const active = plan.decisions.filter(({ status }) => status === 'Active');
  const memory = forgetActive(plan.memory, active);
  if (memory === plan.memory) return plan;
  await saveMemory(plan.target.account.id, { from: plan.memory, to: memory }, context);
  return { ...plan, memory };
}

/** As planned: what escaped between plan and write is for the next sweep to find. */
function governedBy(
  { decisions, unreadUsers, memory }: AccountPlan,
  results: readonly WriteResult[],
): ReadonlyMap<string, readonly string[]> {
  const gone = results.filter(({ outcome }) => outcome === 'deleted' || outcome === 'already-gone');
  const ids = new Set(gone.map(({ accessKeyId }) => accessKeyId));
  const unread = unreadUsers.flatMap(({ userName }) => {
    const keys = memory.governed?.get(userName);
    return keys ? [[userName, keys] as const] : [];
  });
  return new Map([...unread, ...governedKeys(decisions, (id) => ids.has(id))]);
}

async function rememberKeys(
  plan: AccountPlan,
  governed: ReadonlyMap<string, readonly string[]>,
  results: readonly WriteResult[],
  context: RunContext,
): Promise<void> {
  const { target, memory } = plan;
  const inactive = inactiveKeys(plan, results);
  const none = governed.size === 0;
  if (inactive.length === 0 && memory.keys.size === 0 && none && !memory.governed) return;
  const remembered = rememberInactive(memory, inactive, context.runId, context.startedAt);
  const to = { ...remembered, governed: none ? undefined : governed };
  await saveMemory(target.account.id, { from: memory, to }, context);
}

function intendedWrite({ accessKeyId, userName, action, reason, status }: Revoke): IntendedWrite {
  return { accessKeyId, userName, action, reason, statusBefore: status };
}

/** Keys that are not Active after the writes, and the remembered ones of users that could not be read. */
function inactiveKeys(plan: AccountPlan, results: readonly WriteResult[]): NamedKey[] {
  const outcomes = new Map(results.map(({ accessKeyId, outcome }) => [accessKeyId, outcome]));
  const unread = new Set(plan.unreadUsers.map(({ userName }) => userName));
  return [
    ...plan.decisions.filter(({ accessKeyId, status }) => {
      const outcome = outcomes.get(accessKeyId);
      if (outcome === 'deleted' || outcome === 'already-gone') return false;
      return outcome === 'deactivated' || status !== 'Active';
    }),
    ...[...plan.memory.keys]
      .filter(([, { userName, inactiveSince }]) => inactiveSince && unread.has(userName))
      .map(([accessKeyId, { userName }]) => ({ accessKeyId, userName })),
  ];
}
