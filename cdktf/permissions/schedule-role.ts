import { type DeployableConfig, deploymentNames } from '../../src/deployment/names.ts';
import { allow, document, type PolicyDocument } from '../../src/deployment/policy-document.ts';

export function schedulerPermissions({ deployment }: DeployableConfig): PolicyDocument {
  const { functionArn, deadLetterQueueArn } = deploymentNames(deployment);
  return document([
    allow('StartRotator', ['lambda:InvokeFunction'], [functionArn]),
    allow('SendDeadLetters', ['sqs:SendMessage'], [deadLetterQueueArn]),
  ]);
}
