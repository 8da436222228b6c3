import { ConfigError } from '../../config/errors.ts';
import type { Failure } from '../../aws/failure.ts';
import type { OrganizationAccount, ListedAccount } from '../../organization/account.ts';
import type { Organization } from '../../organization/describe.ts';
import { listAccountPages } from '../../organization/list-accounts.ts';
import { openOptOutTags, type OptOutTags } from '../../organization/opt-out-tags.ts';
import { openAccountOus, type MetUnits, type AccountOus } from '../../organization/account-ous.ts';
import type { ListedUnit } from '../../organization/ou-tree.ts';
import type { Filters } from '../../targets/filters.ts';
import { accountsNeedingTags, neededLookups } from '../../targets/lookups.ts';
import { selectTargets } from '../../targets/select-targets.ts';
import type { WithoutTags } from '../../targets/classify.ts';
import type { Selection, TargetAccount } from '../../targets/target.ts';
import { namesOnly, namesOtherUnits, unknownNames } from '../../targets/unknown-names.ts';
import { readUntil } from '../deadline.ts';
import { decidedAt, type RunContext } from '../run-context.ts';

/** What Organizations and the configuration say of the accounts. */
export interface Survey extends Selection {
  readonly accounts: readonly OrganizationAccount[];
  /** The opt-out tags come from an index that may be behind: they are read anew before anything is written. */
  readonly tagsFromIndex: boolean;
  /** Where the accounts hang; undefined when nothing asked for it. */
  readonly units: readonly ListedUnit[] | undefined;
}

/** What a survey needs of a run; `keysweep accounts` makes one without a ledger. */
export type SurveyContext = Pick<
  RunContext,
  'config' | 'clients' | 'caller' | 'organization' | 'startedAt' | 'noticeFor' | 'deadline'
>;

/**
 * Hears of targets while the rest of the organization is still being listed, but not before everything that the configuration
 * and the filters name was met. They may be read; nothing may be written before the survey is whole, for it may yet fail, or
 * come to know less than it seemed.
 */
export type OnTargets = (targets: readonly TargetAccount[], tagsFromIndex: boolean) => void;

/**
 * Lists the organization and sorts its accounts into targets and those left out. Nothing is under way when it has ended.
 * @throws CallFailedError when the accounts cannot all be listed; ConfigError when the configuration or a filter names an
 *   account or OU that does not exist: behind a misspelt opt-out stands an account that would be swept
 */
export async function surveyOrganization(
  context: SurveyContext,
  filters: Filters,
  onTargets: OnTargets = () => undefined,
): Promise<Survey> {
  const failed = new AbortController();
  const lookups = openLookups({ ...context, deadline: readUntil(failed.signal, context.deadline) }, filters);
  const accounts: OrganizationAccount[] = [];
  const selecting: Promise<SelectedPage>[] = [];
  const announce = announcer(lookups, onTargets);
  try {
    for await (const listed of lookups.pages) {
      const page = listed.map(withoutPaths);
      accounts.push(...page);
      const selection = select(listed, page, lookups);
      announce(page, selection);
      selecting.push(selection);
    }
    const { met, units, failure } = await checkNames(accounts, lookups, context.organization);
    const pages = await Promise.all(selecting);
    const listed = { accounts, units };
    if (failure && namesOtherUnits(context.config, filters, met)) return nowhere(listed, failure, lookups);
    return {
      ...listed,
      tagsFromIndex: pages.some(({ tagsFromIndex }) => tagsFromIndex),
      targets: pages.flatMap(({ targets }) => targets),
      leftOut: pages.flatMap(({ leftOut }) => leftOut),
      undecided: pages.flatMap(({ undecided }) => undecided),
      notices: pages.flatMap(({ notices }) => notices),
    };
  } catch (error) {
    failed.abort();
    await Promise.allSettled(selecting);
    throw error;
  }
}

/** What is asked of Organizations, and what the answers are judged by. */
interface Lookups {
  readonly by: Pick<WithoutTags, 'config' | 'filters' | 'now'>;
  readonly pages: AsyncIterable<readonly ListedAccount[]>;
  /** Undefined where no OU plays a part. */
  readonly places: AccountOus | undefined;
  readonly tags: (accountIds: readonly string[]) => Promise<OptOutTags>;
}

function openLookups(context: SurveyContext, filters: Filters): Lookups {
  const { config, clients, caller, organization, deadline } = context;
  const { organizations } = clients;
  const signal = deadline.reading;
  const inManagementAccount = caller.accountId === organization.managementAccountId;
  const tagging = inManagementAccount ? clients.tagging(caller.partition) : undefined;
  const { optOutTag: tag } = config;
  const needed = neededLookups(config, filters);
  return {
    by: { config, filters, now: decidedAt(context) },
    pages: listAccountPages(organizations, organization, signal),
    places: needed.placements ? openAccountOus(organizations, organization, signal) : undefined,
    tags:
      tag === false
        ? () => Promise.resolve(NO_TAGS)
        : openOptOutTags({ organizations, tagging, tag, signal }),
  };
}

const NO_TAGS: OptOutTags = { byAccount: new Map(), fromIndex: false };

interface SelectedPage extends Selection {
  readonly tagsFromIndex: boolean;
}

/**
 * Hands on the targets of each page as soon as they are known and no name can turn out to be unknown any more: until then, a
 * target may be the account that a misspelt opt-out was meant for. Who waits for a failure is the survey.
 */
function announcer(
  { by: { config, filters }, places }: Lookups,
  onTargets: OnTargets,
): (page: readonly OrganizationAccount[], selection: Promise<SelectedPage>) => void {
  const accountIds = new Set<string>();
  const waiting: SelectedPage[] = [];
  const announce = (selected: SelectedPage): void => {
    waiting.push(selected);
    if (!namesOnly(config, filters, accountIds, places?.met() ?? NO_UNITS)) return;
    for (const { targets, tagsFromIndex } of waiting.splice(0)) onTargets(targets, tagsFromIndex);
  };
  return (page, selection) => {
    for (const { id } of page) accountIds.add(id);
    selection.then(announce).catch(() => undefined);
  };
}

const NO_UNITS: ReadonlySet<string> = new Set();

/** @param accounts those that are listed there, as the ledger keeps them */
async function select(
  listed: readonly ListedAccount[],
  accounts: readonly OrganizationAccount[],
  { by, places, tags }: Lookups,
): Promise<SelectedPage> {
  const placements = (await places?.of(listed)) ?? new Map<string, never>();
  const input: WithoutTags = { ...by, accounts, placements };
  const { byAccount, fromIndex } = await tags(accountsNeedingTags(input).map(({ id }) => id));
  return { ...selectTargets({ ...input, optOutTags: byAccount }), tagsFromIndex: fromIndex };
}

/**
 * Refuses names that do not exist.
 * @returns the OUs that were met, and why that may not be all
 */
async function checkNames(
  accounts: readonly OrganizationAccount[],
  { by: { config, filters }, places }: Lookups,
  { id }: Organization,
): Promise<MetUnits | typeof NOT_ASKED> {
  const found = (await places?.units((met) => !namesOtherUnits(config, filters, met))) ?? NOT_ASKED;
  const unknown = unknownNames(config, filters, accounts, found.failure ? undefined : found.met);
  if (unknown.length > 0)
    throw new ConfigError(unknown, `configuration and options, compared with organization ${id}`);
  return found;
}

const NOT_ASKED = { met: undefined, units: undefined, failure: undefined };

/** An OU that was not met may be misspelt, and an override that disarms it then holds for nobody: no place is known. */
function nowhere(
  { accounts, units }: Pick<Survey, 'accounts' | 'units'>,
  failure: Failure,
  { by }: Lookups,
): Survey {
  const placements = new Map(accounts.map(({ id }) => [id, { known: false, failure } as const]));
  const selection = selectTargets({ ...by, accounts, placements, optOutTags: new Map() });
  return { accounts, units, tagsFromIndex: false, ...selection };
}

/** As the ledger keeps it. */
function withoutPaths({ id, name, state, isManagementAccount }: ListedAccount): OrganizationAccount {
  return { id, name, state, isManagementAccount };
}
