import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import type { Construct } from 'constructs';
import { type DeployableConfig, ROTATOR_FUNCTION } from '../src/deployment/names.ts';
import { lambdaVariables } from './environment.ts';

/** Memory is bought for its share of the processor: this much is one full core. docs/scale.md tells what a sweep needs. */
const MEMORY_MB = 1769;

/** What the Lambdas of keysweep share: the same code and the same role, because the rotation roles trust one name. */
export interface LambdaCode {
  /** Path of the zip, as Terraform finds it. */
  readonly filename: string;
  readonly sourceCodeHash: string;
  /** ARN of the role. */
  readonly role: string;
}

/** What they differ in. */
interface LambdaSettings {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly handler: string;
  readonly log: { readonly id: string; readonly name: string };
}

/** A Lambda of keysweep with its log group. */
export function makeLambda(
  scope: Construct,
  config: DeployableConfig,
  code: LambdaCode,
  { id, name, description, handler, log }: LambdaSettings,
): LambdaFunction {
  const { logRetentionDays, kmsKeyArn } = config.deployment;
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
    // Lambda would make the log group by itself, without retention, at the first run.
    dependsOn: [logGroup],
  });
}
