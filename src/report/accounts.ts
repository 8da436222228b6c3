import { failureText } from '../aws/failure.ts';
import type { Selection } from '../targets/target.ts';
import { columns } from './columns.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { plural } from './words.ts';

/** One account of the organization as `keysweep accounts` shows it. */
export interface AccountLine {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** `armed target`, `target` (planned only), or the outcome that the ledger would give it. */
  readonly is: string;
  readonly why: string;
}

/** Every account once: targets first, then those left out, then those of which it cannot be told. Pure. */
export function accountLines({ targets, leftOut, undecided }: Selection): AccountLine[] {
  return [
    ...targets.map(({ account: { id, name, state }, settings }) => ({
      id,
      name,
      state,
      is: settings.armed ? 'armed target' : 'target',
      why: `${settings.groups.join(', ')}: ${settings.rules.mode}, from ${settings.rules.maxKeyAgeDays} days, ${settings.rules.users}`,
    })),
    ...leftOut.map(({ account: { id, name, state }, outcome, reason }) => ({
      id,
      name,
      state,
      is: outcome,
      why: reason,
    })),
    ...undecided.map(({ account: { id, name, state }, failure }) => ({
      id,
      name,
      state,
      is: failure.kind,
      why: failureText(failure),
    })),
  ];
}

export function renderAccounts(
  lines: readonly AccountLine[],
  warnings: readonly string[],
  { bold, warn }: Style,
): string {
  const kinds = [...new Set(lines.map(({ is }) => is))];
  const counts = kinds.map((kind) => `${lines.filter(({ is }) => is === kind).length} ${kind}`).join(', ');
  return [
    columns(
      ['account', 'name', 'state', 'is', 'why'],
      lines.map(({ id, name, state, is, why }) => [id, name, state, is, why]),
    ),
    '',
    bold(`${plural(lines.length, 'account')}: ${counts}`),
    ...warnings.map((warning) => warn(printable(warning))),
  ].join('\n');
}
