import { openSession } from '../access/session.ts';
import { failureOf } from '../calls/failure.ts';
import { accessKeys } from '../iam/keys.ts';
import { hold, readMemory, type AccountMemory } from '../ledger/memory.ts';
import type { AccountFinished, IntendedWrite, WriteResult } from '../ledger/record.ts';
import type { StoredWrite } from '../ledger/stored-run.ts';
import { NO_KEYS } from '../ledger/totals.ts';
import type { TargetAccount } from '../scope/target.ts';
import { every } from './every.ts';
import { finishAccount } from './finish-account.ts';
import { countKeys, endOfFailure, failedWrites, type AccountEnd } from './outcome.ts';
import { reasonToStop } from './reason-to-stop.ts';
import { remember } from './remember.ts';
import type { RunContext } from './run-context.ts';
import type { AccountUndo } from './undo-plan.ts';
import { writeKeys } from './write-keys.ts';

/** An account to undo; or why it cannot be. */
export type UndoTarget =
  | { readonly target: TargetAccount; readonly undo: AccountUndo }
  | { readonly undo: AccountUndo; readonly end: AccountEnd };

export interface AccountUndone {
  readonly finished: AccountFinished;
  readonly problems: readonly string[];
  /** Keys that somebody had activated already; they are held too. */
  readonly wereActive: readonly StoredWrite[];
}

/** How an account ended, and what there is to say of it. */
type Restored = AccountEnd & Partial<Pick<AccountUndone, 'problems' | 'wereActive'>>;

/**
 * Restores what can be restored in one account, and holds it.
 * @throws the ledger's error
 */
export async function undoAccount(
  undoTarget: UndoTarget,
  until: Date,
  context: RunContext,
): Promise<AccountUndone> {
  const { account } = undoTarget.undo;
  const restored: Restored =
    'end' in undoTarget
      ? undoTarget.end
      : await restoreOrExplain(undoTarget.target, undoTarget.undo, until, context);
  const { problems = [], wereActive = [], ...end } = restored;
  return { finished: await finishAccount(account.id, end, context), problems, wereActive };
}

async function restoreOrExplain(
  target: TargetAccount,
  { restorable }: AccountUndo,
  until: Date,
  context: RunContext,
): Promise<Restored> {
  const { id } = target.account;
  const read = await readWhatIs(target, restorable, context).catch((error: unknown) =>
    failureOf('keysweep', error),
  );
  if ('kind' in read) return endOfFailure(read);
  const { inactive, active: wereActive, memory } = read;
  const nothingDue = { outcome: 'nothing-due', reason: '', keys: NO_KEYS, wereActive } as const;
  if (inactive.length + wereActive.length === 0) return nothingDue;
  const stopped = await reasonToStop(context);
  if (stopped && inactive.length === 0) return endOfFailure(stopped);
  // The hold comes first: a key that is active and not held would be taken by the next sweep.
  const held = hold(memory, [...inactive, ...wereActive], until, context.runId);
  await remember(id, { from: memory, to: held }, context);
  if (inactive.length === 0) return nothingDue;
  const results = await writeKeys(target, inactive.map(reactivation), context);
  const keys = countKeys([], results);
  return {
    outcome: 'swept',
    reason: '',
    keys,
    ...failedWrites(results),
    problems: perhapsExempt(target, results),
    wereActive,
  };
}

/**
 * The rotation role's own Deny, which keeps every write from exempt users, keeps undo from them too. AWS does not tell that
 * Deny from a right that is missing, so it is said as a possibility.
 */
function perhapsExempt({ account, settings }: TargetAccount, results: readonly WriteResult[]): string[] {
  const { userTag } = settings.exempt;
  const denied = results.filter(({ failure }) => failure?.kind === 'denied');
  const [first] = denied;
  if (userTag === false || first === undefined) return [];
  const users = [...new Set(denied.map(({ userName }) => userName))].join(', ');
  return [
    `AWS denied activating keys of ${users} in account ${account.id}. If one of them was tagged ${userTag.key}=${userTag.value} since ` +
      'that run: the rotation role may not write to exempt users, not even to undo. Take the tag off, undo again and put it back; ' +
      `or let an administrator of the account do it: aws iam update-access-key --user-name ${first.userName} --access-key-id ${first.accessKeyId} --status Active`,
  ];
}

interface WhatIs {
  readonly inactive: readonly StoredWrite[];
  readonly active: readonly StoredWrite[];
  readonly memory: AccountMemory;
}

/** A key may have been deleted or activated since; only inactive ones are written to. */
async function readWhatIs(
  target: TargetAccount,
  restorable: readonly StoredWrite[],
  context: RunContext,
): Promise<WhatIs> {
  const now = await statuses(target, restorable, context);
  const being = (status: string): StoredWrite[] =>
    restorable.filter(({ accessKeyId }) => now.get(accessKeyId) === status);
  const memory = await readMemory(context.store, target.account.id);
  return { inactive: being('Inactive'), active: being('Active'), memory };
}

/** By access key id. */
async function statuses(
  { account, settings }: TargetAccount,
  restorable: readonly StoredWrite[],
  { clients, caller, runId, deadline }: RunContext,
): Promise<ReadonlyMap<string, string>> {
  if (restorable.length === 0) return new Map();
  const session = { partition: caller.partition, accountId: account.id, role: settings.rotationRole, runId };
  const credentials = await openSession(
    clients.sts,
    // Stryker disable next-line ObjectLiteral, BooleanLiteral: what is for nothing else is for reading
    { ...session, purpose: { reads: true } },
    deadline.reading,
  );
  const iam = clients.iam(credentials);
  const userNames = [...new Set(restorable.map(({ userName }) => userName))];
  const keys = await every(userNames, settings.callsPerAccount, (name) =>
    accessKeys(iam, name, deadline.reading),
  );
  return new Map(
    keys.flatMap((found) => found ?? []).map(({ accessKeyId, status }) => [accessKeyId, status]),
  );
}

function reactivation({ accessKeyId, userName }: StoredWrite): IntendedWrite {
  return { accessKeyId, userName, action: 'reactivate', reason: 'undo', statusBefore: 'Inactive' };
}
