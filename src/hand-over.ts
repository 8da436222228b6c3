import type { SFNClient } from '@aws-sdk/client-sfn';

import { type DeployableConfig, deploymentNames } from './deployment.ts';
import { startExecution, type Started } from './fan-out/start.ts';
import type { Start } from './fan-out/step.ts';

/**
 * With the engine `step-functions` the rotator only starts the run.
 * @param requestId of the invocation
 * @throws CallFailedError when it cannot be started
 */
export function handOver(
  { deployment }: DeployableConfig,
  start: Start,
  requestId: string,
  sfn: SFNClient,
  signal: AbortSignal,
): Promise<Started> {
  const { stateMachineArn } = deploymentNames(deployment);
  return startExecution(sfn, { stateMachineArn, start, requestId }, signal);
}
