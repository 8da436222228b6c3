import { GetScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';

import { invalidResponse } from '../../aws/calling.ts';
import { ifExists } from './if-exists.ts';

export interface DeployedSchedule {
  readonly expression: string;
  readonly timezone: string;
  readonly enabled: boolean;
  readonly targetArn: string | undefined;
  /** JSON sent to the target. */
  readonly input: string | undefined;
  readonly deadLetterArn: string | undefined;
  /** When it was created or last changed. */
  readonly changedAt: Date | undefined;
  readonly endsAt: Date | undefined;
}

const CALL = 'scheduler:GetSchedule';

/** @returns undefined when the schedule does not exist @throws CallFailedError */
export async function readSchedule(
  scheduler: SchedulerClient,
  { name, groupName }: { readonly name: string; readonly groupName: string },
  signal: AbortSignal,
): Promise<DeployedSchedule | undefined> {
  const command = new GetScheduleCommand({ Name: name, GroupName: groupName });
  const answer = scheduler.send(command, { abortSignal: signal });
  const found = await ifExists('ResourceNotFoundException', CALL, answer);
  if (!found) return undefined;
  if (found.ScheduleExpression === undefined)
    throw invalidResponse(CALL, 'IncompleteAnswer', `the response for ${name} has no expression`);
  return {
    expression: found.ScheduleExpression,
    timezone: found.ScheduleExpressionTimezone ?? 'UTC',
    enabled: found.State !== 'DISABLED',
    targetArn: found.Target?.Arn,
    input: found.Target?.Input,
    deadLetterArn: found.Target?.DeadLetterConfig?.Arn,
    changedAt: found.LastModificationDate ?? found.CreationDate,
    endsAt: found.EndDate,
  };
}
