import { LambdaClient } from '@aws-sdk/client-lambda';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { AwsCredentialIdentity } from '@smithy/types';

/** Clients that look at what is deployed. Apart from the others, so that they never get into the Lambda. */
export interface DeployedClients {
  readonly lambda: LambdaClient;
  readonly scheduler: SchedulerClient;
  readonly sfn: SFNClient;
  close(): void;
}

const ATTEMPTS = 5;

/**
 * Sends nothing.
 * @param region of the deployment, whatever Region the caller works in
 * @param endpoint one address for all; the SDK's own chain when left out
 * @param credentials of the caller; the SDK's own chain when left out
 */
export function openDeployedClients(
  region: string,
  endpoint?: string,
  credentials?: AwsCredentialIdentity,
): DeployedClients {
  const settings = {
    region,
    maxAttempts: ATTEMPTS,
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
  };
  const lambda = new LambdaClient(settings);
  const scheduler = new SchedulerClient(settings);
  const sfn = new SFNClient(settings);
  return {
    lambda,
    scheduler,
    sfn,
    close: () => {
      lambda.destroy();
      scheduler.destroy();
      sfn.destroy();
    },
  };
}
