import { nearest } from '../config/nearest.ts';
import type { Problem } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import type { Filters } from './filters.ts';

interface Named {
  readonly path: string;
  readonly name: string;
}

/**
 * Names in the configuration or the filters that do not exist in the organization. They stop the run: behind a misspelt
 * opt-out stands an account that would be swept. So does a filter that is given and names nothing.
 * @param organizationalUnits ids of all OUs and roots; undefined: not asked for, or not known (then the accounts'
 *   placements are not known either, and each account is undecided)
 */
export function unknownNames(
  config: Config,
  filters: Filters,
  accounts: readonly OrganizationAccount[],
  organizationalUnits?: ReadonlySet<string>,
): Problem[] {
  const accountIds = accounts.map(({ id }) => id);
  return [
    ...emptyFilter('--account', filters.accounts),
    ...emptyFilter('--ou', filters.organizationalUnits),
    ...missing(
      namedAccounts(config, filters),
      accountIds,
      'the id of an account of this organization; take out one that has left',
    ),
    ...(organizationalUnits === undefined
      ? []
      : missing(
          namedOrganizationalUnits(config, filters),
          [...organizationalUnits],
          'the id of an OU of this organization; take out one that is gone',
        )),
  ];
}

function namedAccounts(config: Config, filters: Filters): Named[] {
  return [
    ...listed('--account', filters.accounts),
    ...config.overrides.flatMap((entry, index) => listed(`overrides[${index}].accounts`, entry.accounts)),
    ...config.optOuts.map((entry, index) => ({ path: `optOuts[${index}].account`, name: entry.account })),
  ];
}

function namedOrganizationalUnits(config: Config, filters: Filters): Named[] {
  return [
    ...listed('--ou', filters.organizationalUnits),
    ...listed('scope.organizationalUnits', config.scope.organizationalUnits),
    ...config.overrides.flatMap((entry, index) =>
      listed(`overrides[${index}].organizationalUnits`, entry.organizationalUnits),
    ),
  ];
}

/**
 * Whether every name is one of these, so that no later account or OU can make it an unknown one. It says so without looking for
 * what may have been meant, for it is asked with every page of the list.
 */
export function namesOnly(
  config: Config,
  filters: Filters,
  accountIds: ReadonlySet<string>,
  units: ReadonlySet<string>,
): boolean {
  return (
    filters.accounts?.length !== 0 &&
    filters.organizationalUnits?.length !== 0 &&
    namedAccounts(config, filters).every(({ name }) => accountIds.has(name)) &&
    !namesOtherUnits(config, filters, units)
  );
}

/** Whether the configuration or the filters name an OU that is none of these. */
export function namesOtherUnits(config: Config, filters: Filters, units: ReadonlySet<string>): boolean {
  return namedOrganizationalUnits(config, filters).some(({ name }) => !units.has(name));
}

/** Options have no positions: `--account` stays as it is, a setting becomes `overrides[1].accounts[0]`. */
function listed(path: string, names: readonly string[] = []): Named[] {
  return names.map((name, index) => ({ path: path.startsWith('--') ? path : `${path}[${index}]`, name }));
}

function emptyFilter(path: string, names: readonly string[] | undefined): Problem[] {
  return names?.length === 0
    ? [{ path, value: undefined, expected: 'at least one id, or no such filter' }]
    : [];
}

/** Ids look alike, so only one or two wrong digits make a name near. */
const TYPING_ERRORS = 2;

function missing(names: readonly Named[], existing: readonly string[], expected: string): Problem[] {
  const known = new Set(existing);
  return names
    .filter(({ name }) => !known.has(name))
    .map(({ path, name }) => {
      const meant = nearest(name, existing, TYPING_ERRORS);
      return { path, value: name, expected, ...(meant !== undefined && { nearest: meant }) };
    });
}
