import pLimit from 'p-limit';

import { failureOf } from '../../aws/calling.ts';
import type { Failure } from '../../aws/failure.ts';
import { describeAccount, placementNow, type Parents } from '../../organization/account-now.ts';
import type { ListedAccount } from '../../organization/account.ts';
import { optOutTagOf } from '../../organization/opt-out-tags.ts';
import type { Filters } from '../../targets/filters.ts';
import { usesOrganizationalUnits } from '../../targets/classify.ts';
import { selectTargets } from '../../targets/select-targets.ts';
import type { LeftOutAccount, Selection, TargetAccount } from '../../targets/target.ts';
import { NO_KEYS } from '../../ledger/totals.ts';
import { writeUntil } from '../deadline.ts';
import { isAging } from '../decision-age.ts';
import { NOT_READ } from '../find-keys.ts';
import type { AccountEnd } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';
import { listAgain } from './list-again.ts';

/** The target as it is now, the end of an account that is none any more, or why that is unknown. */
export type TargetNow =
  { readonly target: TargetAccount } | { readonly end: AccountEnd } | { readonly failure: Failure };

export function isArmedTarget(now: TargetNow): now is { readonly target: TargetAccount } {
  return 'target' in now && now.target.settings.armed;
}

export interface TargetRead {
  readonly at: Date;
  readonly now: TargetNow;
}

/** Decides again, before writing to an account, whether it is a target, and with which settings. */
export interface TargetRecheck {
  /** Never rejects. @returns what it read, and when */
  readonly check: (target: TargetAccount) => Promise<TargetRead>;
  /** So many of the listed accounts will be checked: they are described if a list takes as long. */
  readonly expect: (written: number, listed: number) => void;
  /** Starts no more reads; resolves when none is in progress. */
  readonly end: () => Promise<void>;
}

/** Enough for the rate limit of ten a second; the others wait here and not in the SDK. */
const AT_A_TIME = 8;

/** So many AWS answers at once, and then 20 a second. */
const DESCRIBED = 30;

/** A list has 160 accounts a second. */
const LISTED_FASTER = 8;

/** Where the tag of each is read, ten a second, describing each takes no longer. */
const describedFirst = ({ config }: RunContext): number => (config.optOutTag ? Infinity : DESCRIBED);

/**
 * What was read again within nine tenths of `limits.maxDecisionAgeMinutes` is not read once more.
 * @param atFirst accounts that are asked for one by one; the others are found by listing the organization,
 *   unless few are expected
 */
export function recheckTargets(
  filters: Filters,
  context: RunContext,
  atFirst = describedFirst(context),
): TargetRecheck {
  const ended = new AbortController();
  const signal = writeUntil(ended.signal, context.deadline).writing;
  const limit = pLimit(AT_A_TIME);
  const pages = listAgain(context, signal);
  const described = new Set<string>();
  let most = atFirst;
  let parents = { at: context.now(), of: new Map() as Parents };
  const checks = new Map<string, Promise<TargetRead>>();
  const check = async (id: string): Promise<TargetRead> => {
    if (described.size < most) described.add(id);
    const [listed, at = context.now()] = described.has(id) ? [] : ((await pages.find(id)) ?? []);
    if (isAging(parents.at, context)) parents = { at, of: new Map() };
    const reading = targetNow(id, filters, parents.of, { ...context, signal, listed });
    const unknown = (error: unknown) => ({ failure: failureOf('organizations:DescribeAccount', error) });
    return { at, now: await reading.catch(unknown) };
  };
  return {
    check: (target) => {
      const { id } = target.account;
      const again = (): Promise<TargetRead> => limit(check, id);
      const known = checks.get(id);
      const checking = known?.then((read) => (isAging(read.at, context) ? again() : read)) ?? again();
      checks.set(id, checking);
      return checking;
    },
    expect: (written, listed) => {
      if ((written - atFirst) * LISTED_FASTER <= listed) most = Infinity;
    },
    end: async () => {
      ended.abort();
      await Promise.all(checks.values());
      await pages.close();
    },
  };
}

type Reading = Pick<RunContext, 'config' | 'clients' | 'organization' | 'now'> & {
  readonly signal: AbortSignal;
  /** What a page says of it; undefined: it is asked for by itself. */
  readonly listed?: ListedAccount | undefined;
};

/** By the rules of the survey, and from nothing that was stored. */
async function targetNow(
  id: string,
  filters: Filters,
  parents: Parents,
  reading: Reading,
): Promise<TargetNow> {
  const { clients, organization, signal, listed } = reading;
  const account = listed ?? (await describeAccount(clients.organizations, id, organization, signal));
  const { targets, leftOut, undecided } = await selectAccount(account, filters, parents, reading);
  const excluded = leftOut.map(({ outcome, reason }) => excludedBy(outcome, reason));
  const [known] = [...targets.map((target) => ({ target })), ...undecided, ...excluded];
  return known ?? { failure: NOT_READ };
}

/** By the rules of the survey. Never rejects. */
export async function selectAccount(
  account: ListedAccount,
  filters: Filters,
  parents: Parents,
  { config, clients: { organizations }, organization, now, signal }: Reading,
): Promise<Selection> {
  const { id } = account;
  const placements = new Map(
    usesOrganizationalUnits(config, filters)
      ? [[id, await placementNow(organizations, account, organization, parents, signal)] as const]
      : [],
  );
  const { optOutTag: tag } = config;
  const optOutTags = new Map(
    tag ? [[id, await optOutTagOf(id, { organizations, tag, signal })] as const] : [],
  );
  return selectTargets({ accounts: [account], config, filters, now: now(), placements, optOutTags });
}

function excludedBy(outcome: LeftOutAccount['outcome'], reason: string): TargetNow {
  return { end: { outcome, reason: `${reason}, since the account was listed`, keys: NO_KEYS } };
}
