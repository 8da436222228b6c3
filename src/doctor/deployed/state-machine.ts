import { DescribeStateMachineCommand, StateMachineDoesNotExist, type SFNClient } from '@aws-sdk/client-sfn';

import { calling } from '../../aws/calling.ts';
import { CallFailedError } from '../../aws/errors.ts';

/** @returns such as `ACTIVE`; undefined when the state machine does not exist @throws CallFailedError */
export async function readStateMachineStatus(
  sfn: SFNClient,
  stateMachineArn: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const command = new DescribeStateMachineCommand({ stateMachineArn, includedData: 'METADATA_ONLY' });
  try {
    const call = 'states:DescribeStateMachine';
    const found = await calling(call, sfn.send(command, { abortSignal: signal }));
    return found.status ?? 'UNKNOWN';
  } catch (error) {
    if (error instanceof CallFailedError && error.cause instanceof StateMachineDoesNotExist) return undefined;
    throw error;
  }
}
