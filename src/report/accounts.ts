import { failureText } from '../aws/failure.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import type { Selection } from '../targets/target.ts';
import { columns } from './columns.ts';
import type { Documents } from './json.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { countEach, plural } from './words.ts';

type AccountLine = Documents['accounts']['accounts'][number];

/** Every account once: targets, then excluded, then undecided ones. */
export function accountLines({ targets, leftOut, undecided }: Selection): AccountLine[] {
  const line = ({ id, name, state }: OrganizationAccount, status: AccountLine['status'], reason: string) => ({
    accountId: id,
    accountName: name,
    state,
    status,
    reason,
  });
  return [
    ...targets.map(({ account, settings: { armed, groups, rules } }) =>
      line(
        account,
        armed ? 'armed' : 'not-armed',
        `${groups.join(', ')}: ${rules.mode}, maxKeyAgeDays ${rules.maxKeyAgeDays}, users ${rules.users}`,
      ),
    ),
    ...leftOut.map(({ account, outcome, reason }) => line(account, outcome, reason)),
    ...undecided.map(({ account, failure }) => line(account, failure.kind, failureText(failure))),
  ];
}

export function renderAccounts(
  lines: readonly AccountLine[],
  warnings: readonly string[],
  style: Style,
): string {
  return [
    columns(
      ['account', 'name', 'state', 'status', 'reason'],
      lines.map((line) => [line.accountId, line.accountName, line.state, line.status, line.reason]),
      style,
    ),
    '',
    style.bold(`${plural(lines.length, 'account')}: ${countEach(lines.map(({ status }) => status))}`),
    ...warnings.map((warning) => style.warn(printable(warning))),
  ].join('\n');
}
