import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';

import { reportCalls, type CallReport } from '../../aws/call-report.ts';
import { openHttpHandler, TIMEOUTS, type Timeouts } from '../../aws/http-handler.ts';

/** Clients that read what is deployed; separate, so that they are not bundled into the Lambda. */
export interface DeployedClients {
  readonly lambda: LambdaClient;
  readonly scheduler: SchedulerClient;
  readonly cloudFormation: CloudFormationClient;
  close(): void;
}

export interface DeployedClientOptions {
  /** The deployment's Region, which may differ from the caller's. */
  readonly region: string;
  /** Default: the SDK's. */
  readonly endpoint?: string | undefined;
  /** Default: the SDK's credential chain. */
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider | undefined;
  /** Told of every call that has ended. */
  readonly onCall?: ((call: CallReport) => void) | undefined;
  /** Default: {@link TIMEOUTS}. */
  readonly timeouts?: Timeouts | undefined;
}

const ATTEMPTS = 5;
const SOCKETS = 8;

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
  const { onCall } = options;
  const lambda = new LambdaClient(settings);
  const scheduler = new SchedulerClient(settings);
  const cloudFormation = new CloudFormationClient(settings);
  return {
    lambda: onCall ? reportCalls(lambda, onCall) : lambda,
    scheduler: onCall ? reportCalls(scheduler, onCall) : scheduler,
    cloudFormation: onCall ? reportCalls(cloudFormation, onCall) : cloudFormation,
    close: () => requestHandler.destroy(),
  };
}
