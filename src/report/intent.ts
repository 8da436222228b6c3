import { isRevoke, type Revoke } from '../rules/decision.ts';
import type { AccountPlan } from '../sweep/plan/plan-account.ts';
import type { PlannedAccount } from '../sweep/plan/planned.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import { columns } from './columns.ts';
import type { Style } from './style.ts';
import { ageInDays, plural } from './words.ts';

export interface Intended extends Pick<PlannedAccount, 'target' | 'due'> {
  readonly unpack: () => Pick<AccountPlan, 'decisions'>;
}

/** What a sweep is about to write. */
export interface Intent {
  /** Numbers of keys. */
  readonly remove: number;
  readonly deactivate: number;
  /** @param most rows; what cannot be restored comes first @param at ISO 8601 */
  readonly table: (most: number, style: Style, at: string) => string;
  readonly summary: string;
}

/** @returns undefined if nothing is to be written */
export function intentOf(plans: readonly Intended[]): Intent | undefined {
  const due = plans.filter((plan) => plan.due.deactivate + plan.due.delete > 0);
  const affected = due.filter(({ target }) => target.settings.armed);
  if (affected.length === 0) return undefined;
  const total = (action: keyof Intended['due']): number =>
    affected.reduce((sum, plan) => sum + plan.due[action], 0);
  const [remove, deactivate] = [total('delete'), total('deactivate')];
  const notArmed = due.length - affected.length;
  const summary = [
    `In ${plural(affected.length, 'account')}:`,
    ...(remove > 0 ? [`Delete ${plural(remove, 'key')} for good. Deleted keys cannot be restored.`] : []),
    ...(deactivate > 0 ? [`Deactivate ${plural(deactivate, 'key')}. keysweep undo reactivates them.`] : []),
    ...(notArmed > 0
      ? [`Nothing in ${plural(notArmed, 'account')} with due keys: not armed in accounts.json.`]
      : []),
  ];
  return { remove, deactivate, table: tableOf(affected), summary: summary.join('\n') };
}

interface IntendedKey {
  readonly account: OrganizationAccount;
  readonly key: Revoke;
}

function tableOf(affected: readonly Intended[]): Intent['table'] {
  return (most, style, at) => {
    const keys = firstKeys(affected, most);
    const rows = keys.map(({ account, key }) => [
      ...[account.id, account.name, key.userName, key.accessKeyId],
      ...[`${ageInDays(key.createDate, at)} d`, key.action, key.reason],
    ]);
    const paint = (line: string, row: number): string =>
      keys[row]?.key.action === 'delete' ? style.bad(line) : line;
    const head = ['account', 'name', 'user', 'key', 'age', 'action', 'reason'];
    return columns(head, rows, { ...style, paint });
  };
}

/** Unpacks only the plans whose keys are shown. */
function firstKeys(affected: readonly Intended[], most: number): IntendedKey[] {
  const shown: IntendedKey[] = [];
  for (const action of ['delete', 'deactivate'] as const)
    for (const { target, due, unpack } of affected) {
      if (shown.length >= most) return shown.slice(0, most);
      if (due[action] === 0) continue;
      const keys = unpack()
        .decisions.filter(isRevoke)
        .filter((key) => key.action === action);
      shown.push(...keys.map((key) => ({ account: target.account, key })));
    }
  return shown.slice(0, most);
}
