import pLimit from 'p-limit';

import { failureOf } from '../aws/calling.ts';
import { failureText } from '../aws/failure.ts';
import { configSha256 } from '../config/hash.ts';
import { ConfigError, KeysweepError } from '../config/errors.ts';
import { readDenyList } from '../ledger/deny-list.ts';
import type { PlanFile } from '../ledger/plan-file.ts';
import type { AccountFinished, LimitsChecked, RunSummary } from '../ledger/record.ts';
import { applyPlans } from './apply/apply-plans.ts';
import { beginRun, isFiltered, withLock, type RunToBegin } from './begin.ts';
import { checkLimits } from './plan/check-limits.ts';
import { compareGroups } from './plan/compare-groups.ts';
import { concludeRun, NOTHING_LISTED } from './conclude.ts';
import { recheckTargets } from './apply/recheck-target.ts';
import { usesOrganizationalUnits } from '../targets/classify.ts';
import { throwStopped } from './errors.ts';
import { startPlanning } from './plan/plan-targets.ts';
import { armed, type Planned, type PlannedAccount } from './plan/planned.ts';
import { findingsOf, type Surveyed } from './problems.ts';
import { checkPlan, planFileFilter } from './plan/plan-file-filter.ts';
import type { RunContext, RunDependencies } from './run-context.ts';
import { accountsListed, endedBySurvey } from './survey/survey-records.ts';
import {
  surveyOrganization,
  type OnTargets,
  type Survey,
  type SurveyContext,
} from './survey/survey-organization.ts';

export interface SweepRequest extends Omit<RunToBegin, 'undoOf' | 'basedOn'> {
  readonly mode: 'plan' | 'sweep';
  /** Revoke only keys of this plan, if they are still due. */
  readonly only?: PlanFile | undefined;
  /** Why this sweep must write nothing, such as a late start; each makes it incomplete. */
  readonly withheld?: readonly string[] | undefined;
  /** Called once, with all plans, before anything is written. @returns false: write nothing */
  readonly approve?: ((planned: readonly PlannedAccount[]) => Promise<boolean>) | undefined;
}

const NOT_APPROVED = 'You did not confirm, so nothing was revoked.';

/**
 * One run over the organization: survey it, plan every target, check the limits, then apply the plans or not.
 * Every account gets its outcome in the ledger, and the run its summary.
 * @throws CallFailedError when the caller or the organization is unknown, or the accounts cannot be listed;
 *   RunStoppedError before that; ConfigError for names that do not exist; LockHeldError while another run is
 *   writing; StalePlanError; OtherOrganizationError: nothing was written; the ledger's error
 */
export async function runSweep(request: SweepRequest, dependencies: RunDependencies): Promise<RunSummary> {
  const { only } = request;
  const { config, now } = dependencies;
  if (only) checkPlan(only, { configSha256: configSha256(config), now: now() });
  const basedOn = only && { what: `Plan ${only.runId}`, organizationId: only.organizationId };
  const context = await beginRun({ ...request, basedOn }, dependencies).catch(throwStopped);
  return withLock(context, async () =>
    sweepOrganization(request, { ...context, leaked: await readDenyList(context.store) }),
  );
}

async function sweepOrganization(request: SweepRequest, context: RunContext): Promise<RunSummary> {
  const { mode, filters, approve, only, withheld = [] } = request;
  const filtered = isFiltered(filters);
  const filter = planFileFilter(only);
  const recheck = recheckTargets(filters, context);
  // Tags and OUs are slow, ten accounts a second, so they are read while planning, or after the answer.
  const isSlow = context.config.optOutTag !== false || usesOrganizationalUnits(context.config, filters);
  const early = isSlow && mode === 'sweep' && !approve && withheld.length === 0;
  const limit = pLimit(context.config.concurrency.accounts);
  const planning = startPlanning(context, filter, limit, (planned) => {
    if (early && planned.target.settings.armed && planned.end.keys.due > 0)
      void recheck.check(planned.target);
  });
  try {
    const survey = await surveyOrAbandon(request, context, planning.add);
    const excluded = await recordSurvey(survey, context);

    const planned = await planning.finish(survey.targets);
    const limits = await checkLimits(planned, sizeOf(survey), filtered, context);
    const groups = await compareGroups(planned, filtered, context);
    const mayWrite = mode === 'sweep' && limits.exceeded.length === 0 && withheld.length === 0;
    const approved = !mayWrite || approve === undefined || (await approve(writable(planned, limits)));

    const write = mayWrite && approved;
    recheck.expect(armed(planned).filter(({ end }) => end.keys.due > 0).length, survey.accounts.length);
    const swept = await applyPlans(planned, { write, recheck, limit }, { ...context, limits });
    // Nothing may be sent after the requests are counted.
    await recheck.end();

    const found = findingsOf(mode, sizeOf(survey), planned, limits, groups);
    const end = {
      ...{ mode, filtered, declined: !approved, limits, exceeded: found.exceeded, escaped: found.escaped },
      listed: survey.accounts,
      departed: survey.departed,
      groups: groups.seen,
      finished: [...excluded, ...swept],
      problems: [...withheld, ...found.problems],
      warnings: [
        ...survey.warnings,
        ...found.warnings,
        ...filter.changes(),
        ...(approved ? [] : [NOT_APPROVED]),
      ],
    };
    return await concludeRun(end, context);
  } finally {
    await Promise.all([planning.abandon(), recheck.end()]);
  }
}

/** When the survey fails, the run ends with that as its problem. */
export async function surveyOrAbandon(
  { mode, filters }: Pick<RunToBegin, 'mode' | 'filters'>,
  context: RunContext & Pick<SurveyContext, 'withUnits'>,
  onTargets?: OnTargets,
): Promise<Survey> {
  context.progress({ step: 'listing' });
  try {
    return await surveyOrganization(context, filters, onTargets).catch(throwStopped);
  } catch (error) {
    if (isWrongFilter(error)) throw error;
    const problem =
      error instanceof KeysweepError ? error.message : failureText(failureOf('keysweep', error));
    const filtered = isFiltered(filters);
    await concludeRun({ ...NOTHING_LISTED, mode, filtered, problems: [problem] }, context);
    throw error;
  }
}

/** Of the command line or the event alone: no run has begun. */
function isWrongFilter(error: unknown): boolean {
  return error instanceof ConfigError && error.problems.every(({ path }) => path.startsWith('--'));
}

/** Records the list, and the outcome of every account that is not a target. */
export async function recordSurvey(survey: Survey, context: RunContext): Promise<AccountFinished[]> {
  const ended = endedBySurvey(survey, context);
  await context.log.append([accountsListed(survey, context), ...ended]);
  return ended;
}

/** Those of armed accounts are applied. */
function writable(planned: readonly Planned[], { withheld }: LimitsChecked): PlannedAccount[] {
  const ids = new Set(withheld?.map(({ accountId }) => accountId));
  return planned.filter(
    (plan): plan is PlannedAccount => !('failure' in plan) && !ids.has(plan.target.account.id),
  );
}

function sizeOf({ accounts, targets, undecided }: Survey): Surveyed {
  return { accounts: accounts.length, targets: targets.length, undecided: undecided.length };
}
