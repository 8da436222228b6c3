import type { DeployedClients } from './deployed/clients.ts';
import { readSchedule, type DeployedSchedule } from './deployed/schedule.ts';
import { deploymentNames, SWEEP_EVENT, type DeployableConfig } from '../deployment/names.ts';
import { firingAfter } from '../config/schedule-expression.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { ok, unknown, type Finding } from './finding.ts';
import { compareSchedule, schedulePlace, type WantedSchedule } from './compare-schedule.ts';

export interface ExaminedSchedule {
  readonly findings: readonly Finding[];
  /** Undefined when it is missing or could not be read. */
  readonly schedule: DeployedSchedule | undefined;
  readonly nextFirings: readonly Date[];
}

/** Whether the schedule starts the deployed Lambda when accounts.json says, and when that is next. */
export async function checkSchedule(
  config: DeployableConfig,
  { scheduler }: DeployedClients,
  { deadline, startedAt }: DoctorContext,
): Promise<ExaminedSchedule> {
  const wanted = sweepSchedule(config);
  const place = schedulePlace(config, wanted);
  try {
    const { scheduleGroupName: groupName } = deploymentNames(config.deployment);
    const schedule = await readSchedule(scheduler, { name: wanted.name, groupName }, deadline.reading);
    const findings = compareSchedule(schedule, wanted, config, startedAt);
    const nextFirings = schedule?.enabled === true ? firings(schedule, startedAt, 3) : [];
    const isRight = findings.every(({ status }) => status !== 'problem');
    return {
      schedule,
      nextFirings,
      findings: schedule && isRight ? [...findings, whenNext(schedule, nextFirings, place)] : findings,
    };
  } catch (error) {
    const findings = [inconclusive('schedule', place, 'whether the schedule is there', error)];
    return { schedule: undefined, nextFirings: [], findings };
  }
}

function sweepSchedule({ deployment, schedule: { expression, timezone } }: DeployableConfig): WantedSchedule {
  return {
    name: deploymentNames(deployment).scheduleName,
    starts: 'the sweep',
    event: SWEEP_EVENT,
    expression,
    timezone,
    from: 'accounts.json',
    withoutIt: 'Nothing starts the sweep, and every key stays.',
    atAnotherTime: 'The sweep comes at another time than people were told.',
  };
}

/** Those of rate(…) count from when it was made, unless it has been changed since: then nobody can tell. */
function firings(schedule: DeployedSchedule, after: Date, count: number): Date[] {
  const found: Date[] = [];
  let last: Date | undefined = after;
  while (found.length < count) {
    last = firingAfter(schedule, last, schedule.changedAt);
    if (last === undefined) break;
    found.push(last);
  }
  return found;
}

function whenNext(
  schedule: DeployedSchedule,
  next: readonly Date[],
  place: { readonly subject: string },
): Finding {
  if (next.length > 0) return ok('schedule', place, `is ${schedule.expression} in ${schedule.timezone}`);
  return unknown('schedule', place, {
    summary: `is ${schedule.expression}, and when it fires next cannot be told`,
    impact: 'It may have no firing left.',
    fix: 'Look at it: aws scheduler get-schedule; then correct schedule.expression in accounts.json.',
  });
}
