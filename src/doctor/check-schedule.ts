import type { DeployedClients } from '../access/deployed-clients.ts';
import { readSchedule, type DeployedSchedule } from '../deployed/schedule.ts';
import { deploymentNames, SWEEP_EVENT, type DeployableConfig, type DeploymentNames } from '../deployment.ts';
import { firingAfter } from '../schedule/firings.ts';
import { cannotTell } from './cannot-tell.ts';
import type { ExaminationContext } from './examination-context.ts';
import { ok, problem, unknown, warning, type Complaint, type Finding } from './finding.ts';

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
  { deadline, startedAt }: ExaminationContext,
): Promise<ExaminedSchedule> {
  const names = deploymentNames(config.deployment);
  const place = { where: `schedule ${names.scheduleGroupName}/${names.scheduleName}` };
  const nothing = { schedule: undefined, nextFirings: [] };
  try {
    const asked = { name: names.scheduleName, groupName: names.scheduleGroupName };
    const schedule = await readSchedule(scheduler, asked, deadline.reading);
    if (!schedule) return { ...nothing, findings: [problem('schedule', place, MISSING)] };
    const complaints = complaintsAbout(schedule, config, names, startedAt);
    const nextFirings = schedule.enabled ? firings(schedule, startedAt, 3) : [];
    return {
      schedule,
      nextFirings,
      findings: [
        ...complaints.map((complaint) => problem('schedule', place, complaint)),
        ...(schedule.deadLetterArn === names.deadLetterQueueArn
          ? []
          : [warning('schedule', place, NO_DEAD_LETTERS)]),
        ...(complaints.length > 0 ? [] : [whenNext(schedule, nextFirings, place)]),
      ],
    };
  } catch (error) {
    return { ...nothing, findings: [cannotTell('schedule', place, 'whether the schedule is there', error)] };
  }
}

const MISSING: Complaint = {
  what: 'is not there',
  why: 'Nothing starts the sweep.',
  cure: 'npm run deploy (docs/deployment.md)',
};

const NO_DEAD_LETTERS: Complaint = {
  what: 'does not put what it could not deliver into the dead-letter queue',
  why: 'A sweep that could not be started then leaves no trace but its absence.',
  cure: 'npm run deploy puts it back; find out who changed it.',
};

function complaintsAbout(
  schedule: DeployedSchedule,
  { schedule: wanted }: DeployableConfig,
  { functionArn }: DeploymentNames,
  now: Date,
): Complaint[] {
  const complaints: Complaint[] = [];
  if (!schedule.enabled) {
    complaints.push({
      what: 'is disabled',
      why: 'Nothing starts the sweep, and every key stays.',
      cure: 'Find out who paused it and why, then npm run deploy (or aws scheduler update-schedule --state ENABLED …).',
    });
  }
  if (schedule.endsAt !== undefined && schedule.endsAt <= now) {
    complaints.push({
      what: `ended on ${schedule.endsAt.toISOString()}`,
      why: 'Nothing starts the sweep any more.',
      cure: 'npm run deploy; keysweep sets no end.',
    });
  }
  if (schedule.expression !== wanted.expression || schedule.timezone !== wanted.timezone) {
    complaints.push({
      what: `is ${schedule.expression} in ${schedule.timezone}; accounts.json says ${wanted.expression} in ${wanted.timezone}`,
      why: 'The sweep comes at another time than people were told.',
      cure: 'Deploy accounts.json (npm run deploy), or write into it what is meant.',
    });
  }
  if (schedule.targetArn !== functionArn || !isSweep(schedule.input)) {
    complaints.push({
      what: 'starts something else than a sweep of the deployed Lambda',
      why: 'At the time of the sweep nothing is swept.',
      cure: 'npm run deploy puts it back; find out who changed it.',
      detail: `target ${schedule.targetArn ?? '(none)'}, input ${schedule.input ?? '(none)'}`,
    });
  }
  return complaints;
}

function isSweep(input: string | undefined): boolean {
  try {
    const event: unknown = JSON.parse(input ?? '');
    return typeof event === 'object' && event !== null && 'mode' in event && event.mode === SWEEP_EVENT.mode;
  } catch {
    return false;
  }
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
  place: { readonly where: string },
): Finding {
  if (next.length > 0) return ok('schedule', place, `is ${schedule.expression} in ${schedule.timezone}`);
  return unknown('schedule', place, {
    what: `is ${schedule.expression}, and when it fires next cannot be told`,
    why: 'It may have no firing left.',
    cure: 'Look at it: aws scheduler get-schedule; then correct schedule.expression in accounts.json.',
  });
}
