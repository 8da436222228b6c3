import { LambdaClient } from '@aws-sdk/client-lambda';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { AwsCredentialIdentity } from '@smithy/types';

import { openHttpHandler, TIMEOUTS, type Timeouts } from '../../aws/http-handler.ts';

/** Clients that look at what is deployed. Apart from the others, so that they never get into the Lambda. */
export interface DeployedClients {
  readonly lambda: LambdaClient;
  readonly scheduler: SchedulerClient;
  close(): void;
}

export interface DeployedClientOptions {
  /** Of the deployment, whatever Region the caller works in. */
  readonly region: string;
  /** One address for all; the SDK's own chain when left out. */
  readonly endpoint?: string | undefined;
  /** Of the caller; the SDK's own chain when left out. */
  readonly credentials?: AwsCredentialIdentity | undefined;
  /** {@link TIMEOUTS} when left out. */
  readonly timeouts?: Timeouts | undefined;
}

const ATTEMPTS = 5;
const SOCKETS = 8;

/** Sends nothing. */
export function openDeployedClients(options: DeployedClientOptions): DeployedClients {
  const { region, endpoint, credentials, timeouts = TIMEOUTS } = options;
  const requestHandler = openHttpHandler(timeouts, SOCKETS);
  const settings = {
    requestHandler,
    region,
    maxAttempts: ATTEMPTS,
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
  };
  return {
    lambda: new LambdaClient(settings),
    scheduler: new SchedulerClient(settings),
    close: () => requestHandler.destroy(),
  };
}
