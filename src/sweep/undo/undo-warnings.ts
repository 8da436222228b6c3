import type { StoredWrite } from '../../ledger/stored-run.ts';
import type { AccountUndone } from './undo-account.ts';
import type { UndoPlan } from './plan-undo.ts';

type Found = 'wereActive' | 'inactiveAgain' | 'notFound';

/** Keys that a warning names; the plan of an undo names them all. */
const NAMED = 20;

/** What an undo could not do, or did not have to, key by key. Pure. */
export function warningsOfUndo(
  { runId, accounts }: UndoPlan,
  undone: readonly Pick<AccountUndone, 'finished' | Found>[],
  until: Date,
): string[] {
  const deleted = accounts.flatMap(({ account, deleted }) => lines(account.id, deleted));
  const found = (which: Found): string[] =>
    undone.flatMap((account) => lines(account.finished.accountId, account[which]));
  return [
    ...warning(`deleted by run ${runId}, and nothing brings them back`, deleted),
    ...[...sinceByRun(accounts)].flatMap(([byRun, keys]) =>
      warning(`deactivated again by run ${byRun} since, so left to the undo of that run`, keys),
    ),
    ...warning(
      `Active already; sweeps leave them alone until ${until.toISOString()} at least`,
      found('wereActive'),
    ),
    ...warning(
      'activated by an earlier undo and inactive again, so somebody deactivated them since: they are left so',
      found('inactiveAgain'),
    ),
    ...warning(
      'that their users do not have any more: deleted since, or the user was renamed, and keysweep knows users by name',
      found('notFound'),
    ),
  ];
}

function sinceByRun(accounts: UndoPlan['accounts']): ReadonlyMap<string, string[]> {
  const byRun = new Map<string, string[]>();
  for (const { account, deactivatedSince } of accounts)
    for (const write of deactivatedSince)
      byRun.set(write.byRun, [...(byRun.get(write.byRun) ?? []), ...lines(account.id, [write])]);
  return byRun;
}

function lines(accountId: string, writes: readonly StoredWrite[]): string[] {
  return writes.map(({ accessKeyId, userName }) => `${accessKeyId} of ${userName} in ${accountId}`);
}

function warning(what: string, keys: readonly string[]): string[] {
  if (keys.length === 0) return [];
  const rest = keys.length - NAMED;
  const more = rest > 0 ? ` and ${rest} more` : '';
  return [`keys ${what}: ${keys.slice(0, NAMED).join(', ')}${more}`];
}
