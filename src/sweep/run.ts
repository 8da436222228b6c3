import { failureOf } from '../aws/calling.ts';
import { failureText } from '../aws/failure.ts';
import { configSha256 } from '../config/hash.ts';
import { ConfigError } from '../config/errors.ts';
import type { PlanFile } from '../ledger/plan-file.ts';
import type { AccountFinished, RunMode, RunSummary } from '../ledger/record.ts';
import type { Filters } from '../targets/filters.ts';
import { applyPlans } from './apply/apply-plans.ts';
import { beginRun, isFiltered, underLock, type RunDependencies } from './begin.ts';
import { checkLimits } from './plan/check-limits.ts';
import { concludeRun, NOTHING_LISTED } from './conclude.ts';
import { recheckOptOuts } from './apply/recheck-opt-outs.ts';
import { startPlanning } from './plan/plan-targets.ts';
import { armed, type PlannedAccount } from './plan/planned.ts';
import { findingsOf, type Surveyed } from './problems.ts';
import { checkPlan, planFileFilter } from './plan/plan-file-filter.ts';
import type { RunContext } from './run-context.ts';
import { accountsListed, endedBySurvey } from './survey/survey-records.ts';
import { surveyOrganization, type OnTargets, type Survey } from './survey/survey-organization.ts';
import { openConcurrency } from './concurrency.ts';

export interface SweepRequest {
  readonly mode: Exclude<RunMode, 'undo'>;
  readonly filters: Filters;
  /** A new one when left out. */
  readonly runId?: string | undefined;
  /** Revoke no key but those of this plan, each decided anew. */
  readonly only?: PlanFile | undefined;
  /** The time of the schedule that started it, as ISO 8601. */
  readonly scheduledFor?: string | undefined;
  /** The time of the sweep that this plan gives notice of, as ISO 8601. */
  readonly noticeFor?: string | undefined;
  /** Why this sweep must write nothing, such as that it starts too late; each makes it incomplete. */
  readonly withheld?: readonly string[] | undefined;
  /** Asked once, with the plans of armed accounts, when everything is decided and nothing is written; false: the sweep remains a plan. */
  readonly approve?: ((planned: readonly PlannedAccount[]) => Promise<boolean>) | undefined;
}

const NOT_APPROVED =
  'The question whether to revoke was answered with no, or left, or not answered in time, so this sweep wrote nothing and its accounts remain planned.';

/**
 * One run over the organization: list, select and plan every target, check the limits, then carry the plans out or not.
 * Whatever happens to an account ends in the ledger; what happens to the run ends in its summary.
 * @throws CallFailedError when the caller or the organization cannot be told, or the accounts not be listed (nothing is
 *   written); LockHeldError while another run writes; ConfigError when the configuration names what does not exist; StalePlanError and
 *   OtherOrganizationError, when nothing was done; the ledger's error
 */
export async function runSweep(request: SweepRequest, dependencies: RunDependencies): Promise<RunSummary> {
  const { only } = request;
  const { config, now } = dependencies;
  if (only) checkPlan(only, { configSha256: configSha256(config), now: now() });
  const onlyIn = only && { what: `Plan ${only.runId}`, organizationId: only.organizationId };
  const context = await beginRun({ ...request, onlyIn }, dependencies);
  return underLock(context, () => sweepOrganization(request, context));
}

async function sweepOrganization(request: SweepRequest, context: RunContext): Promise<RunSummary> {
  const { mode, filters, approve, only, withheld = [] } = request;
  const filtered = isFiltered(filters);
  const restriction = planFileFilter(only);
  const look = recheckOptOuts(context);
  const looksEarly = mode === 'sweep' && !approve && withheld.length === 0;
  let tagsFromIndex = false;
  const { limit, close } = openConcurrency(context.config.concurrency.accounts, context.clients.requests);
  const planning = startPlanning(context, restriction, limit, (planned) => {
    // Ten a second is slow, so it begins beside the planning; where somebody is asked first, it waits for the answer.
    if (tagsFromIndex && looksEarly && planned.target.settings.armed) void look.at(planned);
  });
  try {
    context.progress({ step: 'listing' });
    const survey = await surveyOrAbandon(request, context, (targets, fromIndex) => {
      tagsFromIndex ||= fromIndex;
      planning.add(targets);
    });
    const leftOut = await recordSurvey(survey, context);

    const planned = await planning.finish(survey.targets);
    const exceeded = await checkLimits(planned, sizeOf(survey), filtered, context);
    const mayWrite = mode === 'sweep' && exceeded.length === 0 && withheld.length === 0;
    const approved = !mayWrite || approve === undefined || (await approve(armed(planned)));
    const write = mayWrite && approved;
    const swept = await applyPlans(
      planned,
      { write, look: survey.tagsFromIndex ? look : undefined, limit },
      context,
    );
    // Looks that a limit has made pointless would be sent after what was sent is counted.
    await look.end();

    const found = findingsOf({ mode, filtered }, sizeOf(survey), planned, exceeded);
    return await concludeRun(
      {
        mode,
        filtered,
        declined: !approved,
        listed: survey.accounts,
        finished: [...leftOut, ...swept],
        exceeded: found.exceeded,
        problems: [...withheld, ...found.problems],
        warnings: [
          ...survey.warnings,
          ...found.warnings,
          ...restriction.changes(),
          ...(approved ? [] : [NOT_APPROVED]),
        ],
      },
      context,
    );
  } finally {
    close();
    await Promise.all([planning.abandon(), look.end()]);
  }
}

async function surveyOrAbandon(
  { mode, filters }: SweepRequest,
  context: RunContext,
  onTargets: OnTargets,
): Promise<Survey> {
  try {
    return await surveyOrganization(context, filters, onTargets);
  } catch (error) {
    const problem = error instanceof ConfigError ? error.message : failureText(failureOf('keysweep', error));
    const filtered = isFiltered(filters);
    await concludeRun({ ...NOTHING_LISTED, mode, filtered, problems: [problem] }, context);
    throw error;
  }
}

/** Stores the list, and the end of every account that is no target. */
async function recordSurvey(survey: Survey, context: RunContext): Promise<AccountFinished[]> {
  const ended = endedBySurvey(survey, context);
  await context.log.append([accountsListed(survey, context), ...ended]);
  return ended;
}

function sizeOf({ accounts, targets, undecided }: Survey): Surveyed {
  return { accounts: accounts.length, targets: targets.length, undecided: undecided.length };
}
