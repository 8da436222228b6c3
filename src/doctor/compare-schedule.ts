import { isDeepStrictEqual } from 'node:util';

import type { DeployedSchedule } from './deployed/schedule.ts';
import { deploymentNames, type DeployableConfig } from '../deployment/names.ts';
import { problem, warning, type Diagnosis, type Finding, type Subject } from './finding.ts';

/** A schedule as it would be deployed, and what it is for. */
export interface WantedSchedule {
  readonly name: string;
  /** Such as `the sweep`. */
  readonly starts: string;
  /** What it sends to the Lambda. */
  readonly event: object;
  readonly expression: string;
  readonly timezone: string;
  /** Where its time is written down. */
  readonly from: 'accounts.json' | 'the deployment';
  /** What is the matter when it does not fire, and when it does at another time. */
  readonly withoutIt: string;
  readonly atAnotherTime: string;
}

export function schedulePlace({ deployment }: DeployableConfig, { name }: WantedSchedule): Subject {
  return { subject: `schedule ${deploymentNames(deployment).scheduleGroupName}/${name}` };
}

/** In what a schedule, undefined when it is not there, is not the one that would be deployed. Empty: in nothing. */
export function compareSchedule(
  schedule: DeployedSchedule | undefined,
  wanted: WantedSchedule,
  config: DeployableConfig,
  now: Date,
): Finding[] {
  const place = schedulePlace(config, wanted);
  const { functionArn, deadLetterQueueArn } = deploymentNames(config.deployment);
  if (!schedule) {
    const fix = 'npm run deploy (docs/deployment.md)';
    return [problem('schedule', place, { summary: 'is not there', impact: wanted.withoutIt, fix })];
  }
  return [
    ...stopped(schedule, wanted, now),
    ...otherTime(schedule, wanted),
    ...otherTarget(schedule, wanted, functionArn),
  ]
    .map((complaint) => problem('schedule', place, complaint))
    .concat(
      schedule.deadLetterArn === deadLetterQueueArn
        ? []
        : [warning('schedule', place, noDeadLetters(wanted))],
    );
}

function noDeadLetters({ starts }: WantedSchedule): Diagnosis {
  return {
    summary: 'does not put what it could not deliver into the dead-letter queue',
    impact: `When ${starts} could not be started, that leaves no trace but its absence.`,
    fix: 'npm run deploy puts it back; find out who changed it.',
  };
}

function stopped(schedule: DeployedSchedule, { withoutIt }: WantedSchedule, now: Date): Diagnosis[] {
  const complaints: Diagnosis[] = [];
  if (!schedule.enabled) {
    complaints.push({
      summary: 'is disabled',
      impact: withoutIt,
      fix: 'Find out who paused it and why, then npm run deploy (or aws scheduler update-schedule --state ENABLED …).',
    });
  }
  if (schedule.endsAt !== undefined && schedule.endsAt <= now) {
    complaints.push({
      summary: `ended on ${schedule.endsAt.toISOString()}`,
      impact: withoutIt,
      fix: 'npm run deploy; keysweep sets no end.',
    });
  }
  return complaints;
}

function otherTime({ expression, timezone }: DeployedSchedule, wanted: WantedSchedule): Diagnosis[] {
  if (expression === wanted.expression && timezone === wanted.timezone) return [];
  return [
    {
      summary: `is ${expression} in ${timezone}; ${wanted.from} says ${wanted.expression} in ${wanted.timezone}`,
      impact: wanted.atAnotherTime,
      fix:
        wanted.from === 'accounts.json'
          ? 'Deploy accounts.json (npm run deploy), or write into it what is meant.'
          : 'npm run deploy puts it back; find out who changed it.',
    },
  ];
}

function otherTarget(
  { targetArn, input }: DeployedSchedule,
  { event, starts, withoutIt }: WantedSchedule,
  functionArn: string,
): Diagnosis[] {
  if (targetArn === functionArn && isDeepStrictEqual(eventOf(input), event)) return [];
  return [
    {
      summary: `does not start ${starts} of the Lambda as it was deployed`,
      impact: withoutIt,
      fix: 'npm run deploy puts it back; find out who changed it.',
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
