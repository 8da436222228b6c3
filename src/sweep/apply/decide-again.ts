import type { IAMClient } from '@aws-sdk/client-iam';

import { failureOf } from '../../aws/calling.ts';
import type { Failure } from '../../aws/failure.ts';
import type { WriteResult } from '../../ledger/record.ts';
import type { KeyDecision, Revoke } from '../../rules/decision.ts';
import { findKeys, NOT_READ, type KeyNow } from '../find-keys.ts';
import { currentMembers, decideAccount, type AccountPlan } from '../plan/plan-account.ts';
import type { RunContext } from '../run-context.ts';
import { stopReason } from '../stop-reason.ts';
import { renamed } from './settle-writes.ts';

export interface DecidedAgain {
  /** Those of the plan, with every key kept that is not to be written to now, and present names. */
  readonly decisions: readonly KeyDecision[];
  /** To be sent. */
  readonly writes: readonly Revoke[];
  /** Of keys that are still due and cannot be written to. */
  readonly results: readonly WriteResult[];
}

/**
 * Reads everything anew that governs the due keys of a plan, and decides about them by the same rules. The
 * plan, which may be old or come out of storage, is only an upper bound: a key is written to if both say so.
 * docs/adr/0019-decide-at-the-write.md
 * @param plan with the settings that the account has now
 * @param due the decisions of this batch
 * @param reading opens a session
 * @throws the ledger's error
 */
export async function decideAgain(
  plan: AccountPlan,
  due: readonly Revoke[],
  reading: () => Promise<IAMClient>,
  context: RunContext,
): Promise<DecidedAgain> {
  const fates = (await stopReason(context)) ?? (await readFates(plan, due, reading, context));
  const changes = new Map<string, KeyDecision>();
  const writes: Revoke[] = [];
  const results: WriteResult[] = [];
  const activated =
    'kind' in fates
      ? []
      : plan.decisions.filter((key) => key.action === 'keep' && fates.has(key.accessKeyId));
  for (const { accessKeyId, userName } of [...due, ...activated]) {
    const fate = 'kind' in fates ? fates : (fates.get(accessKeyId) ?? NOT_READ);
    if (fate === 'gone') results.push({ accessKeyId, userName, outcome: 'already-gone' });
    else if ('kind' in fate) results.push({ accessKeyId, userName, outcome: 'not-attempted', failure: fate });
    else {
      if (fate.action === 'keep' || fate.userName !== userName) changes.set(accessKeyId, fate);
      if (fate.action !== 'keep') writes.push(fate);
    }
  }
  if (changes.size === 0) return { decisions: plan.decisions, writes, results };
  const decisions = plan.decisions.map((decision) => changes.get(decision.accessKeyId) ?? decision);
  return { decisions, writes, results };
}

/** What is to become of a due key: the new decision, or why there is none. */
type Fate = KeyDecision | 'gone' | Failure;

/** @returns by access key ID, also of kept keys that are Active now; or why the account could not be read */
async function readFates(
  plan: AccountPlan,
  due: readonly Revoke[],
  reading: () => Promise<IAMClient>,
  context: RunContext,
): Promise<ReadonlyMap<string, Fate> | Failure> {
  try {
    const fates = await fatesOf(plan, due, await reading(), context);
    // What was given up because the run stops looks like a call that failed.
    return (await stopReason(context)) ?? fates;
  } catch (error) {
    return (await stopReason(context)) ?? failureOf('sts:AssumeRole', error);
  }
}

async function fatesOf(
  { target, memory, decisions: planned }: AccountPlan,
  due: readonly Revoke[],
  iam: IAMClient,
  context: RunContext,
): Promise<ReadonlyMap<string, Fate>> {
  const { writing } = context.deadline;
  const deadline = { ...context.deadline, reading: writing };
  // By this machine's clock, which was checked, and by no time that was stored or sent.
  const now = { ...context, startedAt: context.now(), noticeFor: undefined, deadline };
  const names = new Set(due.flatMap(({ userId, userName }) => [userId ?? userName, userName]));
  const { decisions, unreadUsers } = await decideAccount(iam, target, memory, now, names);
  const unread = new Map(unreadUsers.map(({ userName, failure }) => [userName, failure]));
  const decided = new Map(decisions.map((decision) => [decision.accessKeyId, decision]));
  const missing = due.filter((key) => !decided.has(key.accessKeyId) && !unread.has(key.userName));
  const found = await findKeys(iam, missing, target.settings.callsPerAccount, writing);
  const users = missing.length > 0 ? await currentMembers(iam, target, now) : [];
  const members = new Set(users.map(({ userId }) => userId));
  return new Map([
    ...activatedSince(planned, decisions),
    ...due.map((key): [string, Fate] => {
      const decision = decided.get(key.accessKeyId);
      const fate = unread.get(key.userName) ?? (decision && asPlanned(key, decision));
      return [key.accessKeyId, fate ?? fateOfMissing(key, found.get(key.accessKeyId) ?? NOT_READ, members)];
    }),
  ]);
}

/** The other keys of the same users, which must not wait for their deletion since a day before this one. */
function activatedSince(planned: readonly KeyDecision[], now: readonly KeyDecision[]): [string, Fate][] {
  const waiting = new Set(
    planned
      .filter(({ action, status }) => action === 'keep' && status !== 'Active')
      .map(({ accessKeyId }) => accessKeyId),
  );
  return now
    .filter(({ accessKeyId, status }) => status === 'Active' && waiting.has(accessKeyId))
    .map((key) => [key.accessKeyId, key.action === 'keep' ? key : changed(key)]);
}

/** Another action than the planned one is left to the next run, whose limits count it. */
function asPlanned(planned: Revoke, now: KeyDecision): Fate {
  if (now.action === 'keep') return now;
  if (now.userId !== (planned.userId ?? now.userId)) return renamed(planned.userName, now.userName);
  return now.action === planned.action ? now : changed(now);
}

function changed({ accessKeyId, userName, status, createDate }: KeyDecision): KeyDecision {
  return { accessKeyId, userName, status, createDate, action: 'keep', reason: 'changed-since-plan' };
}

/** Of a key that the members do not have under the planned name: gone, its user renamed, or no member. */
function fateOfMissing(planned: Revoke, key: KeyNow, members: ReadonlySet<string>): Fate {
  if (key === 'gone' || 'kind' in key) return key;
  if (members.has(planned.userId ?? '')) return renamed(planned.userName, key.userName);
  return changed({ ...planned, userName: key.userName, status: key.status });
}
