import { failureOf } from '../../aws/calling.ts';
import { allowKeys } from '../../ledger/deny-list.ts';
import { hold } from '../../ledger/memory.ts';
import type { AccountFinished, IntendedWrite, WriteResult } from '../../ledger/record.ts';
import type { StoredWrite } from '../../ledger/stored-run.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { currentKeys, type CurrentKeys, type UndoOverrides } from './current-keys.ts';
import { endOfFailure, endOfResults, finishAccount, type AccountEnd } from '../outcome.ts';
import { stopReason } from '../stop-reason.ts';
import { saveMemory } from '../save-memory.ts';
import type { RunContext } from '../run-context.ts';
import type { AccountUndo } from './plan-undo.ts';
import { writeAndSettle } from '../apply/settle-writes.ts';
import { recordWrites } from '../apply/write-keys.ts';

/** An account to restore, or why it cannot be restored. */
export type UndoTarget =
  | { readonly target: TargetAccount; readonly undo: AccountUndo }
  | { readonly undo: AccountUndo; readonly end: AccountEnd };

export interface UndoAccountRequest extends UndoOverrides {
  /** End of the holds. */
  readonly until: Date;
  readonly reason: string;
}

export interface AccountUndone extends Omit<CurrentKeys, 'inactive' | 'unknown' | 'memory'> {
  readonly finished: AccountFinished;
  readonly problems: readonly string[];
}

type Restored = AccountEnd & Partial<Omit<AccountUndone, 'finished'>>;

/** Reactivates and holds keys of one account, except those of refused users. @throws the ledger's error */
export async function undoAccount(
  undoTarget: UndoTarget,
  request: UndoAccountRequest,
  context: RunContext,
): Promise<AccountUndone> {
  const { account } = undoTarget.undo;
  const restored: Restored =
    'end' in undoTarget
      ? undoTarget.end
      : await restoreKeys(undoTarget.target, undoTarget.undo, request, context);
  const { problems = [], wereActive = [], inactiveAgain = [], notFound = [], ...end } = restored;
  const finished = await finishAccount(account.id, end, context);
  return { finished, problems, wereActive, inactiveAgain, notFound };
}

async function restoreKeys(
  target: TargetAccount,
  undo: AccountUndo,
  { until, reason, ...overrides }: UndoAccountRequest,
  context: RunContext,
): Promise<Restored> {
  const { id } = target.account;
  const readAt = context.now();
  const keysNow = await currentKeys(target, undo, overrides, context).catch((error: unknown) =>
    failureOf('keysweep', error),
  );
  if ('kind' in keysNow) return endOfFailure(keysNow);
  const { inactive, unknown, memory, ...found } = keysNow;
  const toHold = [...inactive, ...found.wereActive];
  const stopped = toHold.length > 0 && (await stopReason(context));
  if (stopped) return endOfFailure(stopped);
  await recordWrites(target, { type: 'writes-done', results: unknown }, context);
  if (toHold.length > 0) {
    // The hold comes first: the next sweep would revoke a key that is active and not held.
    await saveMemory(id, { from: memory, to: hold(memory, toHold, until, context.runId) }, context);
    const ids = toHold.map(({ accessKeyId }) => accessKeyId);
    const leaked = overrides.leakedKeys.filter((key) => ids.includes(key));
    await allowKeys(context.store, leaked, { at: context.now(), byRun: context.runId, reason });
  }
  const written = await writeAndSettle(target, inactive.map(reactivation), { ...context, readAt });
  const results = [...unknown, ...written];
  return { ...endOfResults(results), problems: exemptionProblems(target, results), ...found };
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
