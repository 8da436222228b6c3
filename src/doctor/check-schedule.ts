import type { DeployedClients } from './deployed/clients.ts';
import type { DeployedSchedule } from './deployed/schedule.ts';
import { deploymentNames, SWEEP_EVENT, type DeployableConfig } from '../deployment/names.ts';
import { firingAfter } from '../config/schedule-expression.ts';
import type { DoctorContext } from './context.ts';
import { ok, unknown, type Finding, type Subject } from './finding.ts';
import { examineSchedule, scheduleSubject, type WantedSchedule } from './compare-schedule.ts';

/** @returns also the schedule, undefined when it does not exist or could not be read */
export async function checkSchedule(
  config: DeployableConfig,
  deployed: DeployedClients,
  context: DoctorContext,
) {
  const wanted = sweepSchedule(config);
  const { findings, schedule } = await examineSchedule(wanted, config, deployed, context);
  const nextFirings = schedule?.enabled === true ? findFirings(schedule, context.startedAt, 3) : [];
  const works = findings.every(({ status }) => status !== 'problem');
  const next =
    schedule && works ? [describeNext(schedule, nextFirings, scheduleSubject(config, wanted))] : [];
  return { schedule, nextFirings, findings: [...findings, ...next] };
}

function sweepSchedule({ deployment, schedule: { expression, timezone } }: DeployableConfig): WantedSchedule {
  return {
    name: deploymentNames(deployment).scheduleName,
    starts: 'the sweep',
    event: SWEEP_EVENT,
    expression,
    timezone,
    ifMissing: 'Nothing starts the sweep, so every key stays.',
    ifMoved: 'The sweep does not run at the announced time.',
    ifMovedFix: 'Deploy accounts.json (npm run deploy), or correct its schedule.',
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
