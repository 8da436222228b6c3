import { failureOf } from '../../aws/calling.ts';
import { hold } from '../../ledger/memory.ts';
import type { AccountFinished, IntendedWrite, WriteResult } from '../../ledger/record.ts';
import type { StoredWrite } from '../../ledger/stored-run.ts';
import { NO_KEYS } from '../../ledger/totals.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { currentKeys, type CurrentKeys } from './current-keys.ts';
import { countKeys, endOfFailure, failedWrites, finishAccount, type AccountEnd } from '../outcome.ts';
import { stopReason } from '../stop-reason.ts';
import { saveMemory } from '../save-memory.ts';
import type { RunContext } from '../run-context.ts';
import type { AccountUndo } from './plan-undo.ts';
import { writeKeys } from '../apply/write-keys.ts';

/** An account to restore, or why it cannot be restored. */
export type UndoTarget =
  | { readonly target: TargetAccount; readonly undo: AccountUndo }
  | { readonly undo: AccountUndo; readonly end: AccountEnd };

export interface AccountUndone extends Omit<CurrentKeys, 'inactive' | 'memory'> {
  readonly finished: AccountFinished;
  readonly problems: readonly string[];
}

type Restored = AccountEnd & Partial<Omit<AccountUndone, 'finished'>>;

/** Reactivates keys of one account, and holds them. @throws the ledger's error */
export async function undoAccount(
  undoTarget: UndoTarget,
  until: Date,
  context: RunContext,
): Promise<AccountUndone> {
  const { account } = undoTarget.undo;
  const restored: Restored =
    'end' in undoTarget
      ? undoTarget.end
      : await restoreKeys(undoTarget.target, undoTarget.undo, until, context);
  const { problems = [], wereActive = [], inactiveAgain = [], notFound = [], ...end } = restored;
  const finished = await finishAccount(account.id, end, context);
  return { finished, problems, wereActive, inactiveAgain, notFound };
}

async function restoreKeys(
  target: TargetAccount,
  undo: AccountUndo,
  until: Date,
  context: RunContext,
): Promise<Restored> {
  const { id } = target.account;
  const keysNow = await currentKeys(target, undo, context).catch((error: unknown) =>
    failureOf('keysweep', error),
  );
  if ('kind' in keysNow) return endOfFailure(keysNow);
  const { inactive, memory, ...found } = keysNow;
  const { wereActive } = found;
  const nothingDue = { outcome: 'nothing-due', reason: '', keys: NO_KEYS, ...found } as const;
  if (inactive.length + wereActive.length === 0) return nothingDue;
  const stopped = await stopReason(context);
  if (stopped) return endOfFailure(stopped);
  // The hold comes first: the next sweep would revoke a key that is active and not held.
  const held = hold(memory, [...inactive, ...wereActive], until, context.runId);
  await saveMemory(id, { from: memory, to: held }, context);
  if (inactive.length === 0) return nothingDue;
  const results = await writeKeys(target, inactive.map(reactivation), context);
  const keys = countKeys([], results);
  return {
    outcome: 'swept',
    reason: '',
    keys,
    ...failedWrites(results),
    problems: exemptionProblems(target, results),
    ...found,
  };
}

/**
 * The rotation role denies every write to exempt users, also to undo. AWS gives the same error as without
 * permission.
 */
function exemptionProblems({ account, settings }: TargetAccount, results: readonly WriteResult[]): string[] {
  const { userTag } = settings.exempt;
  const denied = results.filter(({ failure }) => failure?.kind === 'denied');
  const [first] = denied;
  if (userTag === false || first === undefined) return [];
  const users = [...new Set(denied.map(({ userName }) => userName))].join(', ');
  return [
    `AWS denied activating keys of ${users} in account ${account.id}. ` +
      `If one of them was tagged ${userTag.key}=${userTag.value} after that run, ` +
      'the rotation role may not write to the user, even to undo. ' +
      'Remove the tag, undo again and restore the tag; or let an administrator of the account run: ' +
      `aws iam update-access-key --user-name ${first.userName} ` +
      `--access-key-id ${first.accessKeyId} --status Active`,
  ];
}

function reactivation({ accessKeyId, userName }: StoredWrite): IntendedWrite {
  return { accessKeyId, userName, action: 'reactivate', reason: 'undo', statusBefore: 'Inactive' };
}
