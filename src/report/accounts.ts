import { failureText } from '../aws/failure.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import type { ListedUnit } from '../organization/ou-tree.ts';
import type { Filters } from '../targets/filters.ts';
import type { Selection, TargetAccount } from '../targets/target.ts';
import { columns } from './columns.ts';
import type { Documents } from './json.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { pathName, unitPaths, type UnitPath } from './unit-paths.ts';
import { countEach, plural } from './words.ts';

type AccountLine = Documents['accounts']['accounts'][number];

export interface Surveyed extends Selection {
  readonly units?: readonly ListedUnit[] | undefined;
}

/** Every account of the filters once: targets, then excluded, then undecided ones. */
export function accountLines(
  { targets, leftOut, undecided, units = [] }: Surveyed,
  filters: Filters,
): AccountLine[] {
  const paths = new Map(
    unitPaths(units).flatMap((path) => (path.at(-1)?.accounts ?? []).map((id) => [id, path] as const)),
  );
  const line = (
    { id, name, state }: OrganizationAccount,
    ...[status, reason, settings]: Fate
  ): AccountLine => ({
    ...{ accountId: id, accountName: name, state, status, reason },
    organizationalUnit: unitOf(paths.get(id)),
    settings: settings ?? null,
  });
  return [
    ...targets.map(({ account, settings }) => line(account, ...fateOf(settings))),
    ...leftOut.map(({ account, outcome, reason }) => line(account, outcome, reason)),
    ...undecided.map(({ account, failure }) => line(account, failure.kind, failureText(failure))),
  ].filter(({ accountId }) => isSelected(accountId, paths.get(accountId), filters));
}

type Fate = readonly [AccountLine['status'], string, AccountLine['settings']?];

function fateOf({ armed, groups, rules }: TargetAccount['settings']): Fate {
  const { mode, maxKeyAgeDays, maxUnusedDays, users } = rules;
  const unused = maxUnusedDays === false ? '' : `, maxUnusedDays ${maxUnusedDays}`;
  const reason = `${groups.join(', ')}: ${mode}, maxKeyAgeDays ${maxKeyAgeDays}${unused}, users ${users}`;
  return [armed ? 'armed' : 'not-armed', reason, { groups, mode, maxKeyAgeDays, maxUnusedDays, users }];
}

function unitOf(path: UnitPath = []): AccountLine['organizationalUnit'] {
  const last = path.at(-1);
  return last ? { id: last.id, path: pathName(path) } : null;
}

/** An account whose place is unknown may be meant. */
function isSelected(accountId: string, path: UnitPath | undefined, filters: Filters): boolean {
  const { accounts, organizationalUnits: units } = filters;
  if (!accounts && !units) return true;
  if (accounts?.includes(accountId) === true) return true;
  return units !== undefined && (!path || path.some(({ id }) => units.includes(id)));
}

export function renderAccounts(
  lines: readonly AccountLine[],
  warnings: readonly string[],
  style: Style,
): string {
  const rows = lines.map((line) => [
    ...[line.accountId, line.accountName, line.organizationalUnit?.path ?? ''],
    ...[line.organizationalUnit?.id ?? '', line.state, line.status, line.reason],
  ]);
  return [
    columns(['account', 'name', 'OU', 'OU ID', 'state', 'status', 'reason'], rows, style),
    '',
    style.bold(`${plural(lines.length, 'account')}: ${countEach(lines.map(({ status }) => status))}`),
    ...warnings.map((warning) => style.warn(printable(warning))),
  ].join('\n');
}
