import pLimit from 'p-limit';

import { failureOf } from '../../aws/calling.ts';
import type { Failure } from '../../aws/failure.ts';
import { describeAccount, placementNow, type Parents } from '../../organization/account-now.ts';
import { optOutTagOf } from '../../organization/opt-out-tags.ts';
import type { Filters } from '../../targets/filters.ts';
import { neededLookups } from '../../targets/lookups.ts';
import { selectTargets } from '../../targets/select-targets.ts';
import type { LeftOutAccount, TargetAccount } from '../../targets/target.ts';
import { NO_KEYS } from '../../ledger/totals.ts';
import { writeUntil } from '../deadline.ts';
import type { AccountEnd } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';

/** What is known of the accounts before they are written to. */
export interface SurveyAge {
  readonly filters: Filters;
  readonly surveyedAt: Date;
  /** The index of tags lags behind and may lack one that was set before the run began: docs/adr/0003-opt-out-tags.md */
  readonly tagsFromIndex: boolean;
}

/** The target as it is now, the end of an account that is none any more, or why that is unknown. */
export type TargetNow =
  { readonly target: TargetAccount } | { readonly end: AccountEnd } | { readonly failure: Failure };

/** Decides again, before writing to an account, whether it is a target, and with which settings. */
export interface TargetRecheck {
  /** Never rejects. */
  readonly check: (target: TargetAccount) => Promise<TargetNow>;
  /** Starts no more reads; resolves when none is in progress. */
  readonly end: () => Promise<void>;
}

/** Enough for the rate limit of ten a second; the others wait here and not in the SDK. */
const AT_A_TIME = 8;

/** What was read within `limits.maxDecisionAgeMinutes` is not read again. */
export function recheckTargets(survey: () => SurveyAge, context: RunContext): TargetRecheck {
  const ended = new AbortController();
  const signal = writeUntil(ended.signal, context.deadline).writing;
  const limit = pLimit(AT_A_TIME);
  const parents: Parents = new Map();
  const checks = new Map<string, { readonly at: Date; readonly result: Promise<TargetNow> }>();
  return {
    check: (target) => {
      const { id } = target.account;
      const known = checks.get(id);
      if (known && !isTooOld(known.at, context)) return known.result;
      const result = limit(() => targetNow(target, survey(), parents, { ...context, signal }));
      checks.set(id, { at: context.now(), result });
      return result;
    },
    end: async () => {
      ended.abort();
      await Promise.all([...checks.values()].map(({ result }) => result));
    },
  };
}

/** Whether nothing may be written on the strength of what was read then. */
export function isTooOld(readAt: Date, { config, now }: Pick<RunContext, 'config' | 'now'>): boolean {
  return Math.abs(now().getTime() - readAt.getTime()) > config.limits.maxDecisionAgeMinutes * 60_000;
}

type Reading = RunContext & { readonly signal: AbortSignal };

async function targetNow(
  target: TargetAccount,
  survey: SurveyAge,
  parents: Parents,
  reading: Reading,
): Promise<TargetNow> {
  try {
    if (isTooOld(survey.surveyedAt, reading))
      return await surveyAgain(target, survey.filters, parents, reading);
    return survey.tagsFromIndex ? await readTagAgain(target, reading) : { target };
  } catch (error) {
    return { failure: failureOf('organizations:DescribeAccount', error) };
  }
}

async function readTagAgain(
  target: TargetAccount,
  { config: { optOutTag: tag }, clients: { organizations }, signal }: Reading,
): Promise<TargetNow> {
  if (tag === false) return { target };
  const state = await optOutTagOf(target.account.id, { organizations, tag, signal });
  if (!state.known) return { failure: state.failure };
  if (!state.optedOut) return { target };
  return excluded('opted-out', `by its tag ${tag.key}=${tag.value}`);
}

/** By the rules of the survey, and from nothing that was stored. */
async function surveyAgain(
  { account: { id } }: TargetAccount,
  filters: Filters,
  parents: Parents,
  { config, clients: { organizations }, organization, now, signal }: Reading,
): Promise<TargetNow> {
  const account = await describeAccount(organizations, id, organization, signal);
  const lookups = neededLookups(config, filters);
  const placements = new Map(
    lookups.placements
      ? [[id, await placementNow(organizations, account, organization, parents, signal)] as const]
      : [],
  );
  const { optOutTag: tag } = config;
  const optOutTags = new Map(
    tag ? [[id, await optOutTagOf(id, { organizations, tag, signal })] as const] : [],
  );
  const input = { accounts: [account], config, filters, now: now(), placements, optOutTags };
  const { targets, leftOut, undecided } = selectTargets(input);
  const [known] = [...targets.map((target) => ({ target })), ...undecided];
  return known ?? excluded(leftOut[0]!.outcome, leftOut[0]!.reason);
}

function excluded(outcome: LeftOutAccount['outcome'], reason: string): TargetNow {
  return { end: { outcome, reason: `${reason}, since the account was listed`, keys: NO_KEYS } };
}
