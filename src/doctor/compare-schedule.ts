import { isDeepStrictEqual } from 'node:util';

import type { DeployedClients } from './deployed/clients.ts';
import { readSchedule, type DeployedSchedule } from './deployed/schedule.ts';
import { deploymentNames, type DeployableConfig } from '../deployment/names.ts';
import type { DoctorContext } from './context.ts';
import { DEPLOY, problem, problemIf, REDEPLOY, warning, type Finding, type Subject } from './finding.ts';
import { inconclusive } from './inconclusive.ts';

/** A schedule as npm run deploy creates it. */
export interface WantedSchedule {
  readonly name: string;
  /** Such as `the sweep`. */
  readonly starts: string;
  /** Sent to the Lambda. */
  readonly event: object;
  readonly expression: string;
  readonly timezone: string;
  /** The impact when the schedule does not fire. */
  readonly ifMissing: string;
  /** The impact when it fires at another time. */
  readonly ifMoved: string;
  readonly ifMovedFix: string;
}

export function scheduleSubject({ deployment }: DeployableConfig, { name }: WantedSchedule): Subject {
  return { subject: `schedule ${deploymentNames(deployment).scheduleGroupName}/${name}` };
}

/** Reads a schedule (undefined: it does not exist) and compares it with the one that a deployment creates. */
export async function examineSchedule(
  wanted: WantedSchedule,
  config: DeployableConfig,
  { scheduler }: DeployedClients,
  { deadline, startedAt }: DoctorContext,
): Promise<{ readonly findings: readonly Finding[]; readonly schedule: DeployedSchedule | undefined }> {
  const { scheduleGroupName: groupName } = deploymentNames(config.deployment);
  try {
    const schedule = await readSchedule(scheduler, { name: wanted.name, groupName }, deadline.reading);
    return { findings: compareSchedule(schedule, wanted, config, startedAt), schedule };
  } catch (error) {
    const subject = scheduleSubject(config, wanted);
    const findings = [inconclusive('schedule', subject, 'whether the schedule exists', error)];
    return { findings, schedule: undefined };
  }
}

function compareSchedule(
  schedule: DeployedSchedule | undefined,
  wanted: WantedSchedule,
  config: DeployableConfig,
  now: Date,
): Finding[] {
  const subject = scheduleSubject(config, wanted);
  const { functionArn, deadLetterQueueArn } = deploymentNames(config.deployment);
  const { starts, ifMissing: impact } = wanted;
  if (!schedule)
    return [problem('schedule', subject, { summary: 'The schedule does not exist', impact, fix: DEPLOY })];
  const { enabled, endsAt, targetArn, input } = schedule;
  const time = ({ expression, timezone }: typeof wanted | typeof schedule) => `${expression} in ${timezone}`;
  const noDeadLetters = {
    summary: 'The schedule does not use the deployed dead-letter queue',
    impact: `If ${starts} cannot be started, no trace of it is stored.`,
    fix: REDEPLOY,
  };
  return [
    ...problemIf(!enabled, 'schedule', subject, {
      summary: 'The schedule is disabled',
      impact,
      fix:
        'Find out who disabled it and why, then run npm run deploy ' +
        '(or aws scheduler update-schedule --state ENABLED …).',
    }),
    ...problemIf(endsAt !== undefined && endsAt <= now, 'schedule', subject, {
      summary: `The schedule ended on ${endsAt?.toISOString() ?? ''}`,
      impact,
      fix: 'Run npm run deploy: keysweep sets no end date.',
    }),
    ...problemIf(time(schedule) !== time(wanted), 'schedule', subject, {
      summary: `The schedule is ${time(schedule)} instead of ${time(wanted)}`,
      impact: wanted.ifMoved,
      fix: wanted.ifMovedFix,
    }),
    ...problemIf(
      targetArn !== functionArn || !isDeepStrictEqual(eventOf(input), wanted.event),
      'schedule',
      subject,
      {
        summary: `The schedule does not start ${starts} as deployed`,
        impact,
        fix: REDEPLOY,
        detail: `target ${targetArn ?? '(none)'}, input ${input ?? '(none)'}`,
      },
    ),
    ...(schedule.deadLetterArn === deadLetterQueueArn ? [] : [warning('schedule', subject, noDeadLetters)]),
  ];
}

function eventOf(input: string | undefined): unknown {
  try {
    return JSON.parse(input ?? '');
  } catch {
    return undefined;
  }
}
