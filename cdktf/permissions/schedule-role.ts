import { type DeployableConfig, deploymentNames } from '../../src/deployment/names.ts';
import { allow, document, type PolicyDocument } from '../../src/deployment/policy-document.ts';

/** What the schedule may do: start the rotator, and put what could not be delivered aside. */
export function schedulerPermissions({ deployment }: DeployableConfig): PolicyDocument {
  const { functionArn, deadLetterQueueArn } = deploymentNames(deployment);
  return document([
    allow('StartRotator', ['lambda:InvokeFunction'], [functionArn]),
    allow('PutAside', ['sqs:SendMessage'], [deadLetterQueueArn]),
  ]);
}
