import { nearest } from '../config/nearest.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import type { UndoSelection } from '../sweep/undo/plan-undo.ts';
import { UsageError } from './errors.ts';

/**
 * Behind a misspelt name stands a key that somebody waits for: each must be of what the run wrote to, and so must all together.
 * @throws UsageError naming what the run did write to and is nearest
 */
export function checkSelection(run: StoredRun, { accounts, users, keys }: UndoSelection): void {
  const written = [...run.accounts.values()].flatMap(({ account, writes }) =>
    [...writes.values()].map(({ userName, accessKeyId }) => ({ account: account.id, userName, accessKeyId })),
  );
  const unknown = [
    ...unknownOf(
      'account',
      accounts,
      written.map(({ account }) => account),
    ),
    ...unknownOf(
      'user',
      users,
      written.map(({ userName }) => userName),
    ),
    ...unknownOf(
      'key',
      keys,
      written.map(({ accessKeyId }) => accessKeyId),
    ),
  ];
  const { runId } = run.started;
  const shown = `keysweep show ${runId} --all lists what it wrote to.`;
  if (unknown.length > 0)
    throw new UsageError(`Run ${runId} wrote to no key of ${unknown.join(', nor of ')}. ${shown}`);
  const isMeant = written.some(
    ({ account, userName, accessKeyId }) =>
      (accounts?.includes(account) ?? true) &&
      (users?.includes(userName) ?? true) &&
      (keys?.includes(accessKeyId) ?? true),
  );
  if ((accounts ?? users ?? keys) && !isMeant)
    throw new UsageError(`Run ${runId} wrote to no key that matches all of the options. ${shown}`);
}

function unknownOf(what: string, names: readonly string[] = [], known: readonly string[]): string[] {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      return `${what} ${name}${meant === undefined ? '' : ` (the nearest is ${meant})`}`;
    });
}
