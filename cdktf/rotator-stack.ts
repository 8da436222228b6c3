import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { AssetType, TerraformAsset, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { boundaryArn, type DeployableConfig, deploymentNames, ROTATOR_FUNCTION } from '../src/deployment.ts';
import { makeAlarms } from './alarms.ts';
import type { LambdaZip } from './bundle.ts';
import { makeDashboard } from './dashboard.ts';
import { lambdaVariables } from './environment.ts';
import { makeNoticeTopic } from './notice-topic.ts';
import { serviceTrust } from '../src/permissions/policy-document.ts';
import { rotatorPermissions } from './permissions/rotator-role.ts';
import { centralProvider } from './provider.ts';
import { makeRole } from './role.ts';
import { makeSchedule } from './schedule.ts';
import { makeStateMachine } from './state-machine/make-state-machine.ts';
import { keepState } from './state.ts';

/**
 * One full core. Memory is bought for its share of the processor, of which a call takes 0.6 to 0.9 ms; a sweep of 500 accounts
 * with 20 users each needed 291 MB (`npm run bench`).
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
const MEMORY_MB = 1769;

/** The Lambda that sweeps the organization, its schedules, and what tells how it went: alarms, notices, a dashboard. */
export class RotatorStack extends TerraformStack {
  constructor(scope: Construct, config: DeployableConfig, zip: LambdaZip) {
    const names = deploymentNames(config.deployment);
    super(scope, names.rotatorStack);
    centralProvider(this, config.deployment);
    keepState(this, config.deployment);
    const rotator = this.rotator(config, zip);
    makeSchedule(this, config, rotator);
    if (config.deployment.engine === 'step-functions') makeStateMachine(this, config, rotator);
    makeNoticeTopic(this, config);
    makeDashboard(this, config, makeAlarms(this, config));
  }

  private rotator(config: DeployableConfig, zip: LambdaZip): LambdaFunction {
    const { deployment } = config;
    const names = deploymentNames(deployment);
    const role = makeRole(this, 'rotator-role', {
      name: names.rotatorRoleName,
      description:
        'What the keysweep Lambda may do: list the organization, enter the rotation roles, keep its ledger.',
      trust: serviceTrust('lambda.amazonaws.com'),
      permissions: rotatorPermissions(config),
      permissionsBoundary: boundaryArn(config, deployment.account),
    });
    const log = new CloudwatchLogGroup(this, 'log', {
      name: names.logGroupName,
      retentionInDays: deployment.logRetentionDays,
      ...(deployment.kmsKeyArn !== undefined && { kmsKeyId: deployment.kmsKeyArn }),
    });
    const rotator = new LambdaFunction(this, 'rotator', {
      functionName: names.functionName,
      description: 'Revokes the static access keys of the organization on a schedule.',
      role: role.arn,
      runtime: ROTATOR_FUNCTION.runtime,
      architectures: ['arm64'],
      handler: ROTATOR_FUNCTION.handler,
      memorySize: MEMORY_MB,
      timeout: ROTATOR_FUNCTION.timeoutSeconds,
      filename: new TerraformAsset(this, 'bundle', { path: zip.file, type: AssetType.FILE }).path,
      sourceCodeHash: zip.sha256,
      environment: { variables: lambdaVariables(config) },
      // Lambda would make the log group by itself, without retention, at the first run.
      dependsOn: [log],
    });
    new LambdaFunctionEventInvokeConfig(this, 'no-retries', {
      functionName: rotator.functionName,
      maximumRetryAttempts: ROTATOR_FUNCTION.maximumRetryAttempts,
      maximumEventAgeInSeconds: 3600,
    });
    return rotator;
  }
}
