import type { DeployedClients } from './deployed/clients.ts';
import { readSchedule, type DeployedSchedule } from './deployed/schedule.ts';
import { deploymentNames, SWEEP_EVENT, type DeployableConfig } from '../deployment/names.ts';
import { firingAfter } from '../config/schedule-expression.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { ok, unknown, type Finding, type Subject } from './finding.ts';
import { compareSchedule, scheduleSubject, type WantedSchedule } from './compare-schedule.ts';

export interface ExaminedSchedule {
  readonly findings: readonly Finding[];
  /** Undefined when it does not exist or could not be read. */
  readonly schedule: DeployedSchedule | undefined;
  readonly nextFirings: readonly Date[];
}

export async function checkSchedule(
  config: DeployableConfig,
  { scheduler }: DeployedClients,
  { deadline, startedAt }: DoctorContext,
): Promise<ExaminedSchedule> {
  const wanted = sweepSchedule(config);
  const subject = scheduleSubject(config, wanted);
  try {
    const { scheduleGroupName: groupName } = deploymentNames(config.deployment);
    const schedule = await readSchedule(scheduler, { name: wanted.name, groupName }, deadline.reading);
    const findings = compareSchedule(schedule, wanted, config, startedAt);
    const nextFirings = schedule?.enabled === true ? findFirings(schedule, startedAt, 3) : [];
    const works = findings.every(({ status }) => status !== 'problem');
    return {
      schedule,
      nextFirings,
      findings: schedule && works ? [...findings, describeNext(schedule, nextFirings, subject)] : findings,
    };
  } catch (error) {
    const findings = [inconclusive('schedule', subject, 'whether the schedule exists', error)];
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
    ifMissing: 'Nothing starts the sweep, so every key stays.',
    ifMoved: 'The sweep does not run at the announced time.',
  };
}

/** Firings of rate(…) count from the schedule's creation, so a change to it makes them unknown. */
function findFirings(schedule: DeployedSchedule, after: Date, count: number): Date[] {
  const found: Date[] = [];
  let last: Date | undefined = after;
  while (found.length < count) {
    last = firingAfter(schedule, last, schedule.changedAt);
    if (last === undefined) break;
    found.push(last);
  }
  return found;
}

function describeNext(schedule: DeployedSchedule, next: readonly Date[], subject: Subject): Finding {
  if (next.length > 0) return ok('schedule', subject, `${schedule.expression} in ${schedule.timezone}`);
  return unknown('schedule', subject, {
    summary: `The next firing of ${schedule.expression} is unknown`,
    impact: 'The schedule may never fire again.',
    fix: 'Check it with aws scheduler get-schedule, then correct schedule.expression in accounts.json.',
  });
}
