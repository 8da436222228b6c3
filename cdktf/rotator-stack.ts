import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js';
import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { AssetType, TerraformAsset, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import {
  boundaryArn,
  type DeployableConfig,
  deploymentNames,
  ROTATOR_FUNCTION,
} from '../src/deployment/names.ts';
import { activationAlarm } from './activation-alarm.ts';
import { makeAlarmTopic } from './alarm-topic.ts';
import { makeAlarms } from './alarms.ts';
import type { LambdaZip } from './lambda-zip.ts';
import { makeDashboard } from './dashboard.ts';
import { type LambdaCode, makeLambda } from './lambda.ts';
import { makeLeaks } from './leaks/make-leaks.ts';
import { makeNoticeTopic } from './notice-topic.ts';
import { serviceTrust } from '../src/deployment/policy-document.ts';
import { rotatorPermissions } from './permissions/rotator-role.ts';
import { centralProvider } from './provider.ts';
import { makeRole } from './role.ts';
import { rotatorAlarms } from './rotator-alarms.ts';
import { makeSchedule } from './schedule.ts';
import { makeStateMachine } from './state-machine/make-state-machine.ts';
import { configureBackend } from './state.ts';

/** The Lambda that sweeps the organization, with its schedules, alarms, notices and dashboard. */
export class RotatorStack extends TerraformStack {
  constructor(scope: Construct, config: DeployableConfig, zip: LambdaZip) {
    const names = deploymentNames(config.deployment);
    super(scope, names.rotatorStack);
    centralProvider(this, config.deployment);
    configureBackend(this, config.deployment);
    const code = this.code(config, zip);
    const rotator = this.rotator(config, code);
    const topic = makeAlarmTopic(this, config);
    const alarms = makeAlarms(this, config, topic, {
      ...rotatorAlarms(config),
      ...activationAlarm(this, config),
    });
    const deadLetters = makeSchedule(this, config, rotator);
    if (config.leaks) alarms.push(...makeLeaks(this, config, code, { deadLetters, topic }));
    if (config.deployment.engine === 'step-functions')
      alarms.push(...makeStateMachine(this, config, code, topic));
    makeNoticeTopic(this, config);
    makeDashboard(this, config, alarms);
  }

  private code(config: DeployableConfig, zip: LambdaZip): LambdaCode {
    const { deployment } = config;
    const role = makeRole(this, 'rotator-role', {
      name: deploymentNames(deployment).rotatorRoleName,
      description:
        'The keysweep Lambda: lists the organization, assumes the rotation roles, writes its ledger.',
      trust: serviceTrust('lambda.amazonaws.com'),
      permissions: rotatorPermissions(config),
      permissionsBoundary: boundaryArn(config, deployment.account),
    });
    return {
      filename: new TerraformAsset(this, 'bundle', { path: zip.file, type: AssetType.FILE }).path,
      sourceCodeHash: zip.sha256,
      role: role.arn,
    };
  }

  private rotator(config: DeployableConfig, code: LambdaCode): LambdaFunction {
    const names = deploymentNames(config.deployment);
    const rotator = makeLambda(this, config, code, {
      id: 'rotator',
      name: names.functionName,
      description: 'Revokes the static access keys of the organization on a schedule.',
      handler: ROTATOR_FUNCTION.handler,
      log: { id: 'log', name: names.logGroupName },
    });
    new LambdaFunctionEventInvokeConfig(this, 'no-retries', {
      functionName: rotator.functionName,
      maximumRetryAttempts: ROTATOR_FUNCTION.maximumRetryAttempts,
      maximumEventAgeInSeconds: 3600,
    });
    return rotator;
  }
}
