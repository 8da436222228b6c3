import { CallFailedError } from '../../aws/errors.ts';
import { ConfigError } from '../../config/errors.ts';
import type { Problem } from '../../config/problem.ts';
import type { Failure } from '../../aws/failure.ts';
import type { ObjectStore } from '../../ledger/object-store.ts';
import { formerAccounts } from '../../ledger/runs.ts';
import type { OrganizationAccount, ListedAccount } from '../../organization/account.ts';
import { listAccountPages } from '../../organization/list-accounts.ts';
import { openOptOutTags, type AccountTag, type OptOutTags } from '../../organization/opt-out-tags.ts';
import { openAccountOus, type SeenUnits, type AccountOus } from '../../organization/account-ous.ts';
import type { ListedUnit } from '../../organization/ou-tree.ts';
import type { Filters } from '../../targets/filters.ts';
import { accountsNeedingTags } from '../../targets/lookups.ts';
import { selectTargets } from '../../targets/select-targets.ts';
import { usesOrganizationalUnits, type WithoutTags } from '../../targets/classify.ts';
import type { Selection, TargetAccount } from '../../targets/target.ts';
import {
  allNamesKnown,
  allUnitsKnown,
  departedWarning,
  isDeparted,
  unknownNames,
} from '../../targets/unknown-names.ts';
import { readUntil } from '../deadline.ts';
import { decisionTime, type RunContext } from '../run-context.ts';

/** The accounts of the organization, and which of them are targets. */
export interface Survey extends Selection {
  readonly accounts: readonly OrganizationAccount[];
  /** Undefined when no OU matters. */
  readonly units: readonly ListedUnit[] | undefined;
  /** IDs of accounts that the configuration names and that have left; undefined: none. */
  readonly departed?: readonly string[] | undefined;
  /** Values of the tag of report.groupBy by account ID, of the accounts whose tags were read. */
  readonly groups?: ReadonlyMap<string, string> | undefined;
}

/** `keysweep accounts` makes a survey without a ledger, for which no account has been there before. */
export type SurveyContext = Pick<
  RunContext,
  'config' | 'clients' | 'caller' | 'organization' | 'startedAt' | 'noticeFor' | 'deadline'
> & {
  readonly store?: ObjectStore;
  /** Reads the OUs with their names, though no setting or filter needs them. */
  readonly withUnits?: boolean;
};

/**
 * Gets targets while the rest of the organization is still being listed, once every name in the configuration
 * and the filters has been seen. Only read them: the survey may still fail, or find out that it knows too
 * little.
 */
export type OnTargets = (targets: readonly TargetAccount[]) => void;

/**
 * Lists the organization and sorts its accounts into targets and others. No call is in flight when it has
 * ended.
 * @throws CallFailedError when the accounts cannot all be listed; ConfigError when the configuration or a
 *   filter names an account or OU that does not exist: a misspelled opt-out would let its account be swept
 */
export async function surveyOrganization(
  context: SurveyContext,
  filters: Filters,
  onTargets: OnTargets = () => undefined,
): Promise<Survey> {
  const failed = new AbortController();
  const lookups = openLookups({ ...context, deadline: readUntil(failed.signal, context.deadline) }, filters);
  const accounts: OrganizationAccount[] = [];
  const selecting: Promise<Selection>[] = [];
  const announce = announceTargets(lookups, onTargets);
  try {
    for await (const listed of lookups.pages) {
      const page = listed.map(withoutPaths);
      accounts.push(...page);
      const selection = select(listed, page, lookups);
      announce(page, selection);
      selecting.push(selection);
    }
    const { seen, units, failure, departed } = await checkNames(accounts, lookups, context);
    const pages = await Promise.all(selecting);
    const gone = departed.map(({ value }) => String(value));
    const listed = { accounts, units, departed: gone, groups: lookups.groups };
    const left = departed.map(departedWarning);
    if (failure && !allUnitsKnown(context.config, filters, seen))
      return withoutPlacements(listed, left, failure, lookups);
    return {
      ...listed,
      targets: pages.flatMap(({ targets }) => targets),
      leftOut: pages.flatMap(({ leftOut }) => leftOut),
      undecided: pages.flatMap(({ undecided }) => undecided),
      warnings: [...left, ...pages.flatMap(({ warnings }) => warnings)],
    };
  } catch (error) {
    failed.abort();
    await Promise.allSettled(selecting);
    throw notManagement(error, context);
  }
}

/** AWS says to a member account no more than that it lacks permissions. */
function notManagement(error: unknown, { caller, organization }: SurveyContext): unknown {
  const { managementAccountId } = organization;
  if (!(error instanceof CallFailedError) || caller.accountId === managementAccountId) return error;
  const { failure, cause } = error;
  if (failure.kind !== 'denied' || failure.call !== 'organizations:ListAccounts') return error;
  const message =
    `${failure.message} These credentials belong to account ${caller.accountId}, ` +
    `and the management account is ${managementAccountId}.`;
  return new CallFailedError({ ...failure, message }, cause);
}

interface Lookups {
  readonly criteria: Pick<WithoutTags, 'config' | 'filters' | 'now'>;
  readonly pages: AsyncIterable<readonly ListedAccount[]>;
  /** Undefined when no OU matters. */
  readonly ous: AccountOus | undefined;
  /** Undefined when optOutTag is false. */
  readonly tags: ((accountIds: readonly string[]) => Promise<OptOutTags>) | undefined;
  /** Filled as tags are read. */
  readonly groups: Map<string, string> | undefined;
}

function openLookups(context: SurveyContext, filters: Filters): Lookups {
  const { config, clients, caller, organization, deadline } = context;
  const { organizations } = clients;
  const signal = deadline.reading;
  const inManagementAccount = caller.accountId === organization.managementAccountId;
  const tagging = inManagementAccount ? clients.tagging() : undefined;
  const { optOutTag: tag, report } = config;
  const groups = report.groupBy === undefined ? undefined : new Map<string, string>();
  const onTags = (accountId: string, tags: readonly AccountTag[]): void => {
    const { Value: group } = tags.find(({ Key: key }) => key === report.groupBy) ?? {};
    if (group !== undefined) groups?.set(accountId, group);
  };
  return {
    groups,
    criteria: { config, filters, now: decisionTime(context) },
    pages: listAccountPages(organizations, organization, signal),
    ous:
      context.withUnits === true || usesOrganizationalUnits(config, filters)
        ? openAccountOus(organizations, organization, signal)
        : undefined,
    tags: tag === false ? undefined : openOptOutTags({ organizations, tagging, tag, signal, onTags }),
  };
}

/**
 * Announces the targets of each page once every name is known: until then, a target may be the account that a
 * misspelled opt-out means. A selection that fails is the survey's to handle.
 */
function announceTargets(
  { criteria: { config, filters }, ous }: Lookups,
  onTargets: OnTargets,
): (page: readonly OrganizationAccount[], selection: Promise<Selection>) => void {
  const accountIds = new Set<string>();
  const waiting: Selection[] = [];
  const announce = (selected: Selection): void => {
    waiting.push(selected);
    if (!allNamesKnown(config, filters, accountIds, ous?.seen() ?? new Set())) return;
    for (const { targets } of waiting.splice(0)) onTargets(targets);
  };
  return (page, selection) => {
    for (const { id } of page) accountIds.add(id);
    selection.then(announce).catch(() => undefined);
  };
}

/** @param accounts those of the page, without paths */
async function select(
  page: readonly ListedAccount[],
  accounts: readonly OrganizationAccount[],
  { criteria, ous, tags }: Lookups,
): Promise<Selection> {
  const placements = (await ous?.of(page)) ?? new Map<string, never>();
  const input: WithoutTags = { ...criteria, accounts, placements };
  const optOutTags = await tags?.(accountsNeedingTags(input).map(({ id }) => id));
  return selectTargets({ ...input, optOutTags: optOutTags ?? new Map<string, never>() });
}

/**
 * @returns the OUs seen, and the accounts that the configuration names although they have left
 * @throws ConfigError for names that do not exist; the ledger's error
 */
async function checkNames(
  accounts: readonly OrganizationAccount[],
  { criteria: { config, filters }, ous }: Lookups,
  { organization: { id }, store, withUnits }: SurveyContext,
): Promise<(SeenUnits | typeof NO_OUS) & { readonly departed: readonly Problem[] }> {
  const found =
    (await ous?.units((seen) => withUnits !== true && allUnitsKnown(config, filters, seen))) ?? NO_OUS;
  const unknown = unknownNames(config, filters, accounts, found.failure ? undefined : found.seen);
  const former = store && unknown.length > 0 ? await formerAccounts(store, id) : new Set<string>();
  const departed = unknown.filter((one) => isDeparted(one, former));
  if (unknown.length > departed.length)
    throw new ConfigError(unknown, `accounts.json and filters, checked against organization ${id}`);
  return { ...found, departed };
}

const NO_OUS = { seen: undefined, units: undefined, failure: undefined };

/**
 * A named OU that was not seen may be misspelled, and with it an override that disarms: then no placement
 * counts.
 */
function withoutPlacements(
  listed: Pick<Survey, 'accounts' | 'units' | 'departed' | 'groups'>,
  warnings: readonly string[],
  failure: Failure,
  { criteria }: Lookups,
): Survey {
  const { accounts } = listed;
  const placements = new Map(accounts.map(({ id }) => [id, { known: false, failure } as const]));
  const selection = selectTargets({ ...criteria, accounts, placements, optOutTags: new Map() });
  return { ...listed, ...selection, warnings: [...warnings, ...selection.warnings] };
}

/** The ledger stores no paths. */
function withoutPaths({ id, name, state, isManagementAccount }: ListedAccount): OrganizationAccount {
  return { id, name, state, isManagementAccount };
}
