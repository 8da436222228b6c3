import type { DeployedClients } from './deployed/clients.ts';
import type { Config } from '../config/schema.ts';
import {
  deploymentNames,
  hasNoticeRun,
  HOURLY_CHECKS,
  NOTICE_EVENT,
  WATCHDOG_EVENT,
  type DeployableConfig,
} from '../deployment/names.ts';
import { examineSchedule, scheduleSubject, type WantedSchedule } from './compare-schedule.ts';
import type { DoctorContext } from './context.ts';
import { ok, REDEPLOY, type Finding } from './finding.ts';

/** The schedule of the watchdog and, if notices are given, that of the notice run. */
export async function checkHourly(
  config: DeployableConfig,
  deployed: DeployedClients,
  context: DoctorContext,
): Promise<Finding[]> {
  const { watchdogScheduleName, noticeScheduleName } = deploymentNames(config.deployment);
  const wanted = [
    watchdogSchedule(watchdogScheduleName),
    ...(hasNoticeRun(config) ? [noticeSchedule(noticeScheduleName, config)] : []),
  ];
  return (await Promise.all(wanted.map((each) => checkOne(each, config, deployed, context)))).flat();
}

async function checkOne(
  wanted: WantedSchedule,
  config: DeployableConfig,
  deployed: DeployedClients,
  context: DoctorContext,
): Promise<readonly Finding[]> {
  const { findings } = await examineSchedule(wanted, config, deployed, context);
  if (findings.length > 0) return findings;
  return [ok('schedule', scheduleSubject(config, wanted), `${wanted.expression} in ${wanted.timezone}`)];
}

function watchdogSchedule(name: string): WantedSchedule {
  return {
    ...HOURLY_CHECKS,
    name,
    starts: 'the watchdog',
    event: WATCHDOG_EVENT,
    ifMovedFix: REDEPLOY,
    ifMissing: 'Nobody is alerted when a sweep does not start, or does not end.',
    ifMoved: 'It checks every hour for a missed sweep; on another schedule it may overlook one.',
  };
}

function noticeSchedule(name: string, { notices }: Config): WantedSchedule {
  const missing = 'Nobody is notified before keys are revoked';
  return {
    ...HOURLY_CHECKS,
    name,
    starts: 'the notice run',
    event: NOTICE_EVENT,
    ifMovedFix: REDEPLOY,
    ifMissing: notices.required
      ? `${missing}, and because notices.required is true, the sweep revokes nothing.`
      : `${missing}.`,
    ifMoved:
      'It checks every hour whether a notice is due; on another schedule notices come late, or not at all.',
  };
}
