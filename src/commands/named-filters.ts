import type { Clients } from '../aws/clients.ts';
import { CallFailedError } from '../aws/errors.ts';
import { nearest } from '../config/nearest.ts';
import { describeOrganization } from '../organization/describe.ts';
import { listAccountPages } from '../organization/list-accounts.ts';
import { walkTree, type ListedUnit } from '../organization/ou-tree.ts';
import type { Filters } from '../targets/filters.ts';
import { UsageError } from './errors.ts';
import type { Options } from './options.ts';

const ACCOUNT_ID = /^\d{12}$/;
/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html */
const UNIT_ID = /^(ou|r)-[0-9a-z]{4,32}(-[0-9a-z]{8,32})?$/;

/**
 * The IDs of what `--account` and `--ou` name. Lists accounts or OUs only where a name is no ID; whether an
 * ID exists is for the survey to say.
 * @throws UsageError for a name that does not exist or that several have; CallFailedError
 */
export async function readFilters(
  { account, ou }: Options,
  { organizations }: Pick<Clients, 'organizations'>,
  signal: AbortSignal,
): Promise<Filters> {
  const accounts = await idsOf('--account', account, ACCOUNT_ID, async () => {
    const organization = await describeOrganization(organizations, signal);
    const named: Named[] = [];
    for await (const page of listAccountPages(organizations, organization, signal))
      named.push(...page.map(({ id, name }) => ({ id, names: [name] })));
    return named;
  });
  const organizationalUnits = await idsOf('--ou', ou, UNIT_ID, async () => {
    const { listed, failure } = await walkTree(organizations, signal, { accounts: false });
    if (failure) throw new CallFailedError(failure);
    return namedUnits(listed());
  });
  return { accounts, organizationalUnits };
}

interface Named {
  readonly id: string;
  readonly names: readonly string[];
}

async function idsOf(
  option: string,
  words: readonly string[] | undefined,
  pattern: RegExp,
  list: () => Promise<readonly Named[]>,
): Promise<readonly string[] | undefined> {
  if (!words || words.every((word) => pattern.test(word))) return words;
  const existing = await list();
  return words.map((word) => (pattern.test(word) ? word : idOf(option, word, existing)));
}

function idOf(option: string, word: string, existing: readonly Named[]): string {
  const [found, ...others] = existing.filter(({ names }) => names.includes(word));
  if (found && others.length === 0) return found.id;
  if (found) {
    const ids = [found, ...others].map(({ id, names }) => `${id} (${names.at(-1)})`);
    throw new UsageError(`${option} ${word} is ambiguous: ${ids.join(', ')}. Use the ID.`);
  }
  const meant = nearest(
    word,
    existing.flatMap(({ names }) => names),
  );
  const hint = meant === undefined ? 'keysweep accounts lists them.' : `Did you mean ${meant}?`;
  throw new UsageError(`${option} ${word} is neither an ID nor a name in the organization. ${hint}`);
}

/** By the own name and by the path without the root: `Prod`, `Workloads/Prod`. */
function namedUnits(units: readonly ListedUnit[]): Named[] {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const pathOf = ({ name, parent }: ListedUnit): string[] => {
    const above = byId.get(parent ?? '');
    return above ? [...pathOf(above), name] : [];
  };
  return units.map((unit) => {
    const path = pathOf(unit).join('/');
    return { id: unit.id, names: path === '' || path === unit.name ? [unit.name] : [unit.name, path] };
  });
}
