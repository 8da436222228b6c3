import { type DeployableConfig, deploymentNames, LEDGER_PREFIX } from '../../src/deployment/names.ts';
import {
  allow,
  document,
  type PolicyDocument,
  type Statement,
} from '../../src/deployment/policy-document.ts';
import { viaS3 } from './via-service.ts';

/**
 * Lets the state machine invoke the worker, read batch lists, write results, and start and watch child
 * executions.
 * https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
export function stateMachinePermissions(config: DeployableConfig): PolicyDocument {
  const { partition, workerArn, ledgerBucket, stateMachineArn } = deploymentNames(config.deployment);
  const runs = `arn:${partition}:s3:::${ledgerBucket}/${LEDGER_PREFIX}/runs/*`;
  const executions = stateMachineArn.replace(':stateMachine:', ':execution:');
  return document([
    allow('InvokeWorker', ['lambda:InvokeFunction'], [workerArn]),
    allow('ReadBatches', ['s3:GetObject'], [`${runs}/batches/*`]),
    allow(
      'WriteResults',
      ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
      [`${runs}/map-runs/*`],
    ),
    allow('StartChildren', ['states:StartExecution'], [stateMachineArn]),
    allow(
      'WatchChildren',
      ['states:DescribeExecution', 'states:StopExecution'],
      [`${executions}/*:*`, `${executions}:*`],
    ),
    ...encrypt(config),
  ]);
}

function encrypt({ deployment }: DeployableConfig): Statement[] {
  const { kmsKeyArn } = deployment;
  if (kmsKeyArn === undefined) return [];
  const use = allow('EncryptResults', ['kms:Decrypt', 'kms:GenerateDataKey'], [kmsKeyArn]);
  return [{ ...use, Condition: viaS3(deployment) }];
}
