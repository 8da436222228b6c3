import { nearest } from '../config/nearest.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import type { UndoSelection } from '../sweep/undo/plan-undo.ts';
import { UsageError } from './errors.ts';

const KINDS = ['account', 'user', 'key'] as const;

/**
 * A misspelt name must not select nothing: the run must have written to each, and to a key that matches all.
 * @throws UsageError with the nearest name
 */
export function checkSelection(run: StoredRun, { accounts, users, keys }: UndoSelection): void {
  const selected = { account: accounts, user: users, key: keys };
  const written = [...run.accounts.values()].flatMap(({ account, writes }) =>
    [...writes.values()].map(({ userName, accessKeyId }) => ({
      account: account.id,
      user: userName,
      key: accessKeyId,
    })),
  );
  const unknown = KINDS.flatMap((kind) => {
    const known = written.map((write) => write[kind]);
    const names = (selected[kind] ?? []).filter((name) => !known.includes(name));
    return names.map((name) => {
      const suggestion = nearest(name, known);
      return `${kind} ${name}${suggestion === undefined ? '' : ` (the nearest is ${suggestion})`}`;
    });
  });
  const { runId } = run.started;
  const hint = `keysweep show ${runId} --all lists what it wrote to.`;
  if (unknown.length > 0)
    throw new UsageError(`Run ${runId} wrote to no key of ${unknown.join(', nor of ')}. ${hint}`);
  const matches = written.some((write) =>
    KINDS.every((kind) => selected[kind]?.includes(write[kind]) ?? true),
  );
  if ((accounts ?? users ?? keys) && !matches)
    throw new UsageError(`Run ${runId} wrote to no key that matches all of the options. ${hint}`);
}
