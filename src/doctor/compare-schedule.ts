import { isDeepStrictEqual } from 'node:util';

import type { DeployedSchedule } from './deployed/schedule.ts';
import { deploymentNames, type DeployableConfig } from '../deployment/names.ts';
import { DEPLOY, problem, REDEPLOY, warning, type Diagnosis, type Finding, type Subject } from './finding.ts';

/** A schedule as npm run deploy creates it. */
export interface WantedSchedule {
  readonly name: string;
  /** Such as `the sweep`. */
  readonly starts: string;
  /** Sent to the Lambda. */
  readonly event: object;
  readonly expression: string;
  readonly timezone: string;
  /** Where its expression comes from. */
  readonly from: 'accounts.json' | 'the deployment';
  /** The impact when the schedule does not fire. */
  readonly ifMissing: string;
  /** The impact when it fires at another time. */
  readonly ifMoved: string;
}

export function scheduleSubject({ deployment }: DeployableConfig, { name }: WantedSchedule): Subject {
  return { subject: `schedule ${deploymentNames(deployment).scheduleGroupName}/${name}` };
}

/** How a schedule (undefined: it does not exist) differs from the one that npm run deploy creates. */
export function compareSchedule(
  schedule: DeployedSchedule | undefined,
  wanted: WantedSchedule,
  config: DeployableConfig,
  now: Date,
): Finding[] {
  const subject = scheduleSubject(config, wanted);
  const { functionArn, deadLetterQueueArn } = deploymentNames(config.deployment);
  if (!schedule) {
    const summary = 'The schedule does not exist';
    return [problem('schedule', subject, { summary, impact: wanted.ifMissing, fix: DEPLOY })];
  }
  return [
    ...checkEnabled(schedule, wanted, now),
    ...compareTime(schedule, wanted),
    ...compareTarget(schedule, wanted, functionArn),
  ]
    .map((diagnosis) => problem('schedule', subject, diagnosis))
    .concat(
      schedule.deadLetterArn === deadLetterQueueArn
        ? []
        : [warning('schedule', subject, noDeadLetters(wanted))],
    );
}

function noDeadLetters({ starts }: WantedSchedule): Diagnosis {
  return {
    summary: 'The schedule does not use the deployed dead-letter queue',
    impact: `If ${starts} cannot be started, no trace of it is stored.`,
    fix: REDEPLOY,
  };
}

function checkEnabled(schedule: DeployedSchedule, { ifMissing }: WantedSchedule, now: Date): Diagnosis[] {
  const diagnoses: Diagnosis[] = [];
  if (!schedule.enabled) {
    diagnoses.push({
      summary: 'The schedule is disabled',
      impact: ifMissing,
      fix:
        'Find out who disabled it and why, then run npm run deploy ' +
        '(or aws scheduler update-schedule --state ENABLED …).',
    });
  }
  if (schedule.endsAt !== undefined && schedule.endsAt <= now) {
    diagnoses.push({
      summary: `The schedule ended on ${schedule.endsAt.toISOString()}`,
      impact: ifMissing,
      fix: 'Run npm run deploy: keysweep sets no end date.',
    });
  }
  return diagnoses;
}

function compareTime(schedule: DeployedSchedule, wanted: WantedSchedule): Diagnosis[] {
  if (schedule.expression === wanted.expression && schedule.timezone === wanted.timezone) return [];
  const text = ({ expression, timezone }: typeof wanted | typeof schedule) => `${expression} in ${timezone}`;
  return [
    {
      summary: `The schedule is ${text(schedule)} instead of ${text(wanted)}`,
      impact: wanted.ifMoved,
      fix:
        wanted.from === 'accounts.json'
          ? 'Deploy accounts.json (npm run deploy), or correct its schedule.'
          : REDEPLOY,
    },
  ];
}

function compareTarget(
  { targetArn, input }: DeployedSchedule,
  { event, starts, ifMissing }: WantedSchedule,
  functionArn: string,
): Diagnosis[] {
  if (targetArn === functionArn && isDeepStrictEqual(eventOf(input), event)) return [];
  return [
    {
      summary: `The schedule does not start ${starts} as deployed`,
      impact: ifMissing,
      fix: REDEPLOY,
      detail: `target ${targetArn ?? '(none)'}, input ${input ?? '(none)'}`,
    },
  ];
}

function eventOf(input: string | undefined): unknown {
  try {
    return JSON.parse(input ?? '');
  } catch {
    return undefined;
  }
}
