import type { StoredWrite } from '../../ledger/stored-run.ts';
import type { AccountUndone } from './undo-account.ts';
import type { UndoPlan } from './plan-undo.ts';

type Found = 'wereActive' | 'inactiveAgain' | 'notFound';

/** Keys that a warning names; the plan of an undo names them all. */
const NAMED = 20;

/** Keys that an undo could not restore, or did not have to. */
export function warningsOfUndo(
  { runId, accounts }: UndoPlan,
  undone: readonly Pick<AccountUndone, 'finished' | Found>[],
  until: Date,
): string[] {
  const deleted = accounts.flatMap(({ account, deleted }) => lines(account.id, deleted));
  const found = (which: Found): string[] =>
    undone.flatMap((account) => lines(account.finished.accountId, account[which]));
  return [
    ...warning(`deleted by run ${runId}, which cannot be restored`, deleted),
    ...[...deactivatedByRun(accounts)].flatMap(([byRun, keys]) =>
      warning(`deactivated again by run ${byRun}; undo that run to restore them`, keys),
    ),
    ...warning(`already Active; sweeps skip them until ${until.toISOString()} at least`, found('wereActive')),
    ...warning(
      'activated by an earlier undo and deactivated since, not by keysweep; they stay inactive',
      found('inactiveAgain'),
    ),
    ...warning('that are gone: deleted by others', found('notFound')),
  ];
}

function deactivatedByRun(accounts: UndoPlan['accounts']): ReadonlyMap<string, string[]> {
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
  return [`Keys ${what}: ${keys.slice(0, NAMED).join(', ')}${more}`];
}
