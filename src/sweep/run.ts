import { failureOf } from '../calls/failure.ts';
import { configSha256 } from '../config/hash.ts';
import { ConfigError } from '../config/problem.ts';
import type { PlanFile } from '../ledger/plan-file.ts';
import type { AccountFinished, RunMode, RunSummary } from '../ledger/record.ts';
import { lastSweepSummary } from '../ledger/runs.ts';
import { exceededLimits, type ExceededLimit } from '../rotation/breaker.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import type { Filters } from '../scope/filters.ts';
import { isInForce, optOutOf } from '../scope/opt-out.ts';
import { applyPlans } from './apply-plans.ts';
import { beginRun, isFiltered, type RunDependencies } from './begin.ts';
import { concludeRun } from './conclude.ts';
import { finishAccount } from './finish-account.ts';
import { secondLook } from './opted-out-since.ts';
import { endOfFailure, explain } from './outcome.ts';
import { startPlanning } from './plan-targets.ts';
import { armed, type Planned, type PlannedAccount } from './planned.ts';
import { machineNotice, noticesOf, problemsOf } from './problems.ts';
import { checkPlan, restrictionTo, StalePlanError } from './restrict.ts';
import type { RunContext } from './run-context.ts';
import { surveyOrganization, type OnTargets, type Survey } from './survey.ts';
import { NO_KEYS } from '../ledger/totals.ts';

export interface SweepRequest {
  readonly mode: Exclude<RunMode, 'undo'>;
  readonly filters: Filters;
  /** A new one when left out. */
  readonly runId?: string | undefined;
  /** Revoke no key but those of this plan, each decided anew. */
  readonly only?: PlanFile | undefined;
  /** Asked once, with the plans of armed accounts, when everything is decided and nothing is written; false: the sweep remains a plan. */
  readonly approve?: ((planned: readonly PlannedAccount[]) => Promise<boolean>) | undefined;
}

/**
 * One run over the organization: list, select and plan every target, check the limits, then carry the plans out or not.
 * Whatever happens to an account ends in the ledger; what happens to the run ends in its summary.
 * @throws CallFailedError when the caller or the organization cannot be told, or the accounts not be listed (nothing is
 *   written); LockHeldError while another run writes; ConfigError when the configuration names what does not exist; StalePlanError; the
 *   ledger's error
 */
export async function runSweep(request: SweepRequest, dependencies: RunDependencies): Promise<RunSummary> {
  const context = await beginRun(request, dependencies);
  try {
    return await sweepOrganization(request, context);
  } finally {
    await context.lock.release();
  }
}

async function sweepOrganization(request: SweepRequest, context: RunContext): Promise<RunSummary> {
  const { mode, filters, approve, only } = request;
  const filtered = isFiltered(filters);
  const restriction = restrictionTo(only);
  const look = secondLook(context);
  let tagsFromIndex = false;
  const planning = startPlanning(context, restriction, (planned) => {
    // Ten a second is slow, so it begins beside the planning; where somebody is asked first, it waits for the answer.
    if (tagsFromIndex && mode === 'sweep' && !approve && planned.target.settings.armed) void look.at(planned);
  });
  try {
    context.progress({ step: 'listing' });
    const survey = await surveyOrAbandon(request, context, (targets, fromIndex) => {
      tagsFromIndex ||= fromIndex;
      planning.add(targets);
    });
    const leftOut = await recordSurvey(survey, context);

    const planned = await planning.finish(survey.targets);
    const exceeded = await checkLimits(planned, survey, filtered, context);
    const mayWrite = mode === 'sweep' && exceeded.length === 0;
    const write = mayWrite && (approve === undefined || (await approve(armed(planned))));
    const swept = await applyPlans(
      planned,
      { write, look: survey.tagsFromIndex ? look : undefined },
      context,
    );

    return await concludeRun(
      {
        mode,
        filtered,
        listed: survey.accounts,
        finished: [...leftOut, ...swept],
        // What a plan would exceed is news, and no reason to fail it.
        exceeded: mode === 'sweep' ? exceeded : [],
        problems: problemsOf(survey, planned, filtered),
        notices: [
          ...survey.notices,
          ...noticesOf(planned, filtered),
          ...machineNotice(planned),
          ...restriction.changes(),
          ...(mode === 'plan' ? exceeded.map(({ message }) => message) : []),
        ],
      },
      context,
    );
  } finally {
    await Promise.all([planning.abandon(), look.end()]);
  }
}

/** A run that cannot even list the organization leaves a summary that says so. */
async function surveyOrAbandon(
  { mode, filters, only }: SweepRequest,
  context: RunContext,
  onTargets: OnTargets,
): Promise<Survey> {
  try {
    if (only) checkPlan(only, factsOf(context));
    return await surveyOrganization(context, filters, onTargets);
  } catch (error) {
    const problem =
      error instanceof ConfigError || error instanceof StalePlanError
        ? error.message
        : explain(failureOf('keysweep', error));
    const nothing = { listed: [], finished: [], exceeded: [], notices: [] };
    await concludeRun({ mode, filtered: isFiltered(filters), problems: [problem], ...nothing }, context);
    throw error;
  }
}

function factsOf({ organization, config, startedAt }: RunContext) {
  return { organizationId: organization.id, configSha256: configSha256(config), now: startedAt };
}

/** Stores the list, and the end of every account that is no target. */
async function recordSurvey(survey: Survey, context: RunContext): Promise<AccountFinished[]> {
  const { log, now } = context;
  const { accounts, units } = survey;
  await log.append([{ type: 'accounts-listed', at: now().toISOString(), accounts, ...(units && { units }) }]);
  return Promise.all([
    ...survey.leftOut.map(({ account, outcome, reason }) =>
      finishAccount(
        account.id,
        { outcome, reason, keys: NO_KEYS, ...(outcome === 'opted-out' && optOutFor(account, context)) },
        context,
      ),
    ),
    ...survey.undecided.map(({ account, failure }) =>
      finishAccount(account.id, endOfFailure(failure), context),
    ),
  ]);
}

/** The owner, the reason and the end of an opt-out of accounts.json; one by tag has none. */
function optOutFor(
  account: OrganizationAccount,
  { config, startedAt }: RunContext,
): Pick<AccountFinished, 'optOut'> {
  const optOut = optOutOf(account, config);
  if (!optOut || !isInForce(optOut, startedAt)) return {};
  const { owner, reason, until } = optOut;
  return { optOut: { owner, reason, until } };
}

async function checkLimits(
  planned: readonly Planned[],
  { accounts, targets }: Survey,
  filtered: boolean,
  { config, store, log, now }: RunContext,
): Promise<ExceededLimit[]> {
  const last = filtered ? undefined : await lastSweepSummary(store);
  const exceeded = exceededLimits(config.limits, {
    keysToRevoke: keysDue(armed(planned)),
    keysDue: keysDue(planned),
    byAge: keysByAge(armed(planned)),
    accountsListed: accounts.length,
    targets: targets.length,
    cannotAssume: planned.filter((target) => 'failure' in target && target.failure.kind === 'cannot-assume')
      .length,
    filtered,
    last: last && { keysDue: last.keys.due, accountsListed: last.accountsListed },
  });
  await log.append([{ type: 'limits-checked', at: now().toISOString(), exceeded }]);
  return exceeded;
}

function keysByAge(planned: readonly PlannedAccount[]): { readonly seen: number; readonly due: number } {
  const byAge = planned.filter(({ target }) => target.settings.rules.maxKeyAgeDays > 0);
  return {
    seen: byAge.reduce((sum, { end }) => sum + end.keys.seen, 0),
    due: byAge.reduce((sum, { overAge }) => sum + overAge, 0),
  };
}

function keysDue(planned: readonly Planned[]): number {
  return planned.reduce((sum, target) => sum + ('failure' in target ? 0 : target.end.keys.due), 0);
}
