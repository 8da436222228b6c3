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
 * Names in the configuration or the filters that do not exist in the organization, and filters without a
 * name. They stop the run: a misspelled opt-out would let its account be swept.
 * @param organizationalUnits IDs of all OUs and roots; undefined: not read, or unknown (each account is then
 *   undecided)
 */
export function unknownNames(
  config: Config,
  filters: Filters,
  accounts: readonly OrganizationAccount[],
  organizationalUnits?: ReadonlySet<string>,
): Problem[] {
  const accountIds = accounts.map(({ id }) => id);
  const unitIds = organizationalUnits && [...organizationalUnits];
  return [
    ...emptyFilter('--account', filters.accounts),
    ...emptyFilter('--ou', filters.organizationalUnits),
    ...missing(namedAccounts(config, filters), accountIds, EXPECTED_ACCOUNT),
    ...(unitIds ? missing(namedOrganizationalUnits(config, filters), unitIds, EXPECTED_UNIT) : []),
  ];
}

/** Whether an override or an opt-out names an account that was there before, and so is not misspelled. */
export function isDeparted({ path, value }: Problem, former: ReadonlySet<string>): boolean {
  return !path.startsWith('--') && former.has(String(value));
}

export function departedWarning({ path, value }: Problem): string {
  const left = `${path} names ${String(value)}, which has left the organization`;
  return `${left}: an earlier sweep listed it. Remove it.`;
}

const EXPECTED_ACCOUNT = 'the ID of an account in this organization; keysweep accounts lists them';
const EXPECTED_UNIT = 'the ID of an OU in this organization';

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
 * Whether every name is among these. Called for every page of the list, so it searches for no similar names.
 */
export function allNamesKnown(
  config: Config,
  filters: Filters,
  accountIds: ReadonlySet<string>,
  units: ReadonlySet<string>,
): boolean {
  return (
    filters.accounts?.length !== 0 &&
    filters.organizationalUnits?.length !== 0 &&
    namedAccounts(config, filters).every(({ name }) => accountIds.has(name)) &&
    allUnitsKnown(config, filters, units)
  );
}

/** Whether every OU that the configuration or the filters name is among these. */
export function allUnitsKnown(config: Config, filters: Filters, units: ReadonlySet<string>): boolean {
  return namedOrganizationalUnits(config, filters).every(({ name }) => units.has(name));
}

/** An option has no positions: `--account`, but `overrides[1].accounts[0]`. */
function listed(path: string, names: readonly string[] = []): Named[] {
  return names.map((name, index) => ({ path: path.startsWith('--') ? path : `${path}[${index}]`, name }));
}

function emptyFilter(path: string, names: readonly string[] | undefined): Problem[] {
  return names?.length === 0 ? [{ path, value: undefined, expected: 'at least one ID, or no filter' }] : [];
}

/** IDs look alike, so only one or two wrong digits make a name similar. */
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
