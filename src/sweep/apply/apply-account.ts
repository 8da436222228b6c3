import { forgetActive, rememberInactive, type NamedKey } from '../../ledger/memory.ts';
import type { IntendedWrite, WriteResult } from '../../ledger/record.ts';
import type { KeyDecision, Revoke } from '../../rules/decision.ts';
import { recheckKeys } from './recheck-keys.ts';
import { endOfWrites, type AccountEnd } from '../outcome.ts';
import type { AccountPlan } from '../plan/plan-account.ts';
import { saveMemory } from '../save-memory.ts';
import type { RunContext } from '../run-context.ts';
import { writeKeys } from './write-keys.ts';

/**
 * Applies the plan of one armed account and remembers which of its keys are inactive now.
 * @param earlier results of an attempt that died: these writes are not sent again
 * @throws the ledger's error: then nothing more is written to IAM
 */
export async function applyAccount(
  plan: AccountPlan,
  context: RunContext,
  earlier: readonly WriteResult[] = [],
): Promise<AccountEnd> {
  const { id } = plan.target.account;
  const known = forgetActive(
    plan.memory,
    plan.decisions.filter(({ status }) => status === 'Active'),
  );
  // First, so that a run that dies after deactivating such a key leaves no old date, by which the next would
  // delete it.
  if (known !== plan.memory) await saveMemory(id, { from: plan.memory, to: known }, context);
  const done = new Set(earlier.map(({ accessKeyId }) => accessKeyId));
  const due = plan.decisions.filter(isRevoke).filter(({ accessKeyId }) => !done.has(accessKeyId));
  const written = due.length > 0 ? await writeKeys(plan.target, due.map(intendedWrite), context) : [];
  const results = await recheckKeys(plan, [...earlier, ...written], context);
  const inactive = inactiveKeys(plan, results);
  if (inactive.length > 0 || known.keys.size > 0) {
    const to = rememberInactive(known, inactive, context.runId, context.startedAt);
    await saveMemory(id, { from: known, to }, context);
  }
  return endOfWrites(plan, results);
}

function isRevoke(decision: KeyDecision): decision is Revoke {
  return decision.action !== 'keep';
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
