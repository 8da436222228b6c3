import type { TargetAccount } from '../targets/target.ts';
import { columns } from './columns.ts';
import { plural } from './words.ts';

interface Intended {
  readonly target: TargetAccount;
  readonly due: { readonly deactivate: number; readonly delete: number };
}

/** Accounts that fit a screen; the rest is counted. */
const ROWS = 25;

/** What a sweep is about to write, in few lines; undefined when it is nothing. Pure. */
export function renderIntent(plans: readonly Intended[]): string | undefined {
  const rows = plans
    .map(({ target, due }) => ({ account: target.account, deactivate: due.deactivate, remove: due.delete }))
    .filter(({ deactivate, remove }) => deactivate + remove > 0);
  if (rows.length === 0) return undefined;
  const deactivate = rows.reduce((sum, row) => sum + row.deactivate, 0);
  const remove = rows.reduce((sum, row) => sum + row.remove, 0);
  const table = columns(
    ['account', 'name', 'deactivate', 'delete'],
    rows
      .slice(0, ROWS)
      .map((row) => [row.account.id, row.account.name, String(row.deactivate), String(row.remove)]),
  );
  const more = rows.length > ROWS ? [`  … and ${plural(rows.length - ROWS, 'account')} more`] : [];
  return [
    table,
    ...more,
    '',
    `In ${plural(rows.length, 'account')}:`,
    ...(deactivate > 0
      ? [`${plural(deactivate, 'key')} to be deactivated; keysweep undo takes that back.`]
      : []),
    ...(remove > 0 ? [`${plural(remove, 'key')} to be deleted; nothing brings a deleted key back.`] : []),
  ].join('\n');
}
