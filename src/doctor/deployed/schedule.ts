import {
  GetScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';

import { calling, invalidResponse } from '../../aws/calling.ts';
import { CallFailedError } from '../../aws/errors.ts';

export interface DeployedSchedule {
  readonly expression: string;
  readonly timezone: string;
  readonly enabled: boolean;
  readonly flexibleWindowMinutes: number;
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
  try {
    const found = await calling(CALL, scheduler.send(command, { abortSignal: signal }));
    if (found.ScheduleExpression === undefined)
      throw invalidResponse(CALL, 'IncompleteAnswer', `the response for ${name} has no expression`);
    return {
      expression: found.ScheduleExpression,
      timezone: found.ScheduleExpressionTimezone ?? 'UTC',
      enabled: found.State !== 'DISABLED',
      flexibleWindowMinutes: found.FlexibleTimeWindow?.MaximumWindowInMinutes ?? 0,
      targetArn: found.Target?.Arn,
      input: found.Target?.Input,
      deadLetterArn: found.Target?.DeadLetterConfig?.Arn,
      changedAt: found.LastModificationDate ?? found.CreationDate,
      endsAt: found.EndDate,
    };
  } catch (error) {
    if (error instanceof CallFailedError && error.cause instanceof ResourceNotFoundException)
      return undefined;
    throw error;
  }
}
