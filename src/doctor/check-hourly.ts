import type { DeployedClients } from './deployed/clients.ts';
import type { Config } from '../config/schema.ts';
import { readSchedule } from './deployed/schedule.ts';
import {
  deploymentNames,
  givesNotice,
  HOURLY_CHECKS,
  NOTICE_EVENT,
  WATCHDOG_EVENT,
  type DeployableConfig,
} from '../deployment/names.ts';
import { inconclusive } from './inconclusive.ts';
import { compareSchedule, schedulePlace, type WantedSchedule } from './compare-schedule.ts';
import type { DoctorContext } from './context.ts';
import { ok, type Finding } from './finding.ts';

/** Whether the schedules of the watchdog, and of the notice run where there is to be one, start what they were deployed for. */
export async function checkHourly(
  config: DeployableConfig,
  deployed: DeployedClients,
  context: DoctorContext,
): Promise<Finding[]> {
  const { watchdogScheduleName, noticeScheduleName } = deploymentNames(config.deployment);
  const wanted = [
    watchdog(watchdogScheduleName),
    ...(givesNotice(config) ? [notice(noticeScheduleName, config)] : []),
  ];
  return (await Promise.all(wanted.map((each) => checkOne(each, config, deployed, context)))).flat();
}

async function checkOne(
  wanted: WantedSchedule,
  config: DeployableConfig,
  { scheduler }: DeployedClients,
  { deadline, startedAt }: DoctorContext,
): Promise<Finding[]> {
  const place = schedulePlace(config, wanted);
  try {
    const { scheduleGroupName: groupName } = deploymentNames(config.deployment);
    const schedule = await readSchedule(scheduler, { name: wanted.name, groupName }, deadline.reading);
    const findings = compareSchedule(schedule, wanted, config, startedAt);
    if (findings.length > 0) return findings;
    return [ok('schedule', place, `is ${wanted.expression} in ${wanted.timezone}`)];
  } catch (error) {
    return [inconclusive('schedule', place, 'whether the schedule is there', error)];
  }
}

function watchdog(name: string): WantedSchedule {
  return {
    ...HOURLY_CHECKS,
    name,
    starts: 'the watchdog',
    event: WATCHDOG_EVENT,
    from: 'the deployment',
    withoutIt: 'Nobody is told when a sweep does not come, or does not end.',
    atAnotherTime: 'It looks every hour for a sweep that did not come; at other times it may look past one.',
  };
}

function notice(name: string, { notices }: Config): WantedSchedule {
  const before = 'Nobody is told before keys are revoked';
  return {
    ...HOURLY_CHECKS,
    name,
    starts: 'the notice run',
    event: NOTICE_EVENT,
    from: 'the deployment',
    withoutIt: notices.required
      ? `${before}, and because notices.required is true the sweep then revokes nothing.`
      : `${before}.`,
    atAnotherTime:
      'It looks every hour whether notice is due; at other times people are told too late, or not.',
  };
}
