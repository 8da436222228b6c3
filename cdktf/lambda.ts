import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import type { Construct } from 'constructs';
import { type DeployableConfig, ROTATOR_FUNCTION } from '../src/deployment/names.ts';
import { lambdaVariables } from './environment.ts';

/** One full vCPU, which Lambda assigns by memory; a sweep itself needs less: docs/scale.md */
const MEMORY_MB = 1769;

/** Shared by all Lambdas of keysweep: the rotation roles trust one role name. */
export interface LambdaCode {
  /** Path of the zip for Terraform. */
  readonly filename: string;
  readonly sourceCodeHash: string;
  /** ARN of the role. */
  readonly role: string;
}

interface LambdaSettings {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly handler: string;
  readonly log: { readonly id: string; readonly name: string };
}

export function makeLambda(
  scope: Construct,
  config: DeployableConfig,
  code: LambdaCode,
  { id, name, description, handler, log }: LambdaSettings,
): LambdaFunction {
  const { logRetentionDays, kmsKeyArn, vpc } = config.deployment;
  const logGroup = new CloudwatchLogGroup(scope, log.id, {
    name: log.name,
    retentionInDays: logRetentionDays,
    ...(kmsKeyArn !== undefined && { kmsKeyId: kmsKeyArn }),
  });
  return new LambdaFunction(scope, id, {
    functionName: name,
    description,
    ...code,
    runtime: ROTATOR_FUNCTION.runtime,
    architectures: ['arm64'],
    handler,
    memorySize: MEMORY_MB,
    timeout: ROTATOR_FUNCTION.timeoutSeconds,
    environment: { variables: lambdaVariables(config) },
    ...(vpc && { vpcConfig: { subnetIds: vpc.subnets, securityGroupIds: vpc.securityGroups } }),
    // Otherwise Lambda creates the log group at the first run, without retention.
    dependsOn: [logGroup],
  });
}
