import type { TargetAccount } from '../targets/target.ts';
import { columns } from './columns.ts';
import { plural } from './words.ts';

interface Intended {
  readonly target: TargetAccount;
  readonly due: { readonly deactivate: number; readonly delete: number };
}

/** Fits a screen. */
const ROWS = 25;

/** What a sweep is about to write; undefined: nothing. */
export function renderIntent(plans: readonly Intended[]): string | undefined {
  const affected = plans.filter(({ due }) => due.deactivate + due.delete > 0);
  if (affected.length === 0) return undefined;
  const total = (action: keyof Intended['due']): number =>
    affected.reduce((sum, { due }) => sum + due[action], 0);
  const [deactivate, remove] = [total('deactivate'), total('delete')];
  const rows = affected
    .slice(0, ROWS)
    .map(({ target: { account }, due }) => [account.id, account.name, `${due.deactivate}`, `${due.delete}`]);
  return [
    columns(['account', 'name', 'deactivate', 'delete'], rows),
    ...(affected.length > ROWS ? [`  … and ${plural(affected.length - ROWS, 'more account')}`] : []),
    '',
    `In ${plural(affected.length, 'account')}:`,
    ...(deactivate > 0 ? [`Deactivate ${plural(deactivate, 'key')}. keysweep undo reactivates them.`] : []),
    ...(remove > 0 ? [`Delete ${plural(remove, 'key')}. Deleted keys cannot be restored.`] : []),
  ].join('\n');
}
