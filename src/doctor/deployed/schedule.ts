import {
  GetScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';

import { calling, invalidResponse } from '../../aws/calling.ts';
import { CallFailedError } from '../../aws/errors.ts';

/** A schedule as EventBridge Scheduler has it. */
export interface DeployedSchedule {
  readonly expression: string;
  readonly timezone: string;
  readonly enabled: boolean;
  /** A run may start so many minutes after its time. */
  readonly flexibleWindowMinutes: number;
  readonly targetArn: string | undefined;
  /** What the target is sent, as text. */
  readonly input: string | undefined;
  readonly deadLetterArn: string | undefined;
  /** When it was made or last changed: it says nothing about firings before. */
  readonly changedAt: Date | undefined;
  /** It fires no more after this. */
  readonly endsAt: Date | undefined;
}

const CALL = 'scheduler:GetSchedule';

/**
 * One schedule; undefined when there is none of that name.
 * @throws CallFailedError
 */
export async function readSchedule(
  scheduler: SchedulerClient,
  { name, groupName }: { readonly name: string; readonly groupName: string },
  signal: AbortSignal,
): Promise<DeployedSchedule | undefined> {
  const command = new GetScheduleCommand({ Name: name, GroupName: groupName });
  try {
    const found = await calling(CALL, scheduler.send(command, { abortSignal: signal }));
    if (found.ScheduleExpression === undefined)
      throw invalidResponse(CALL, 'IncompleteAnswer', `no expression in the answer for ${name}`);
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
