import { DescribeStateMachineCommand, type SFNClient } from '@aws-sdk/client-sfn';

import { ifExists } from './if-exists.ts';

/** @returns such as `ACTIVE`; undefined when the state machine does not exist @throws CallFailedError */
export async function readStateMachineStatus(
  sfn: SFNClient,
  stateMachineArn: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const command = new DescribeStateMachineCommand({ stateMachineArn, includedData: 'METADATA_ONLY' });
  const answer = sfn.send(command, { abortSignal: signal });
  const found = await ifExists('StateMachineDoesNotExist', 'states:DescribeStateMachine', answer);
  return found && (found.status ?? 'UNKNOWN');
}
