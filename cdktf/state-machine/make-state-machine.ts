import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine/index.js';
import type { Construct } from 'constructs';
import {
  boundaryArn,
  type DeployableConfig,
  deploymentNames,
  ROTATOR_FUNCTION,
  WORKER_HANDLER,
} from '../../src/deployment.ts';
import { serviceTrust } from '../../src/permissions/policy-document.ts';
import { type Alarm, anyOf } from '../alarms.ts';
import { lambdaVariables } from '../environment.ts';
import { stateMachinePermissions } from '../permissions/state-machine-role.ts';
import { makeRole } from '../role.ts';
import { definition } from './definition.ts';

/**
 * What the engine `step-functions` adds to the rotator, which then only starts it: the state machine, its role, the Lambda that takes
 * its steps, and alarms on executions that did not end well.
 *
 * @param rotator shares its code and its role: the rotation roles trust one name
 */
export function makeStateMachine(scope: Construct, config: DeployableConfig, rotator: LambdaFunction): void {
  const { deployment } = config;
  const names = deploymentNames(deployment);
  makeWorker(scope, config, rotator);
  const role = makeRole(scope, 'run-role', {
    name: names.stateMachineRoleName,
    description: 'Lets the state machine of keysweep ask its Lambda, batch by batch.',
    trust: serviceTrust('states.amazonaws.com', { account: deployment.account, arn: names.stateMachineArn }),
    permissions: stateMachinePermissions(config),
    permissionsBoundary: boundaryArn(config, deployment.account),
  });
  new SfnStateMachine(scope, 'run', {
    name: names.stateMachineName,
    roleArn: role.arn,
    type: 'STANDARD',
    definition: JSON.stringify(definition(config)),
  });
  for (const [id, alarm] of Object.entries(alarmsFor(names.stateMachineArn))) {
    new CloudwatchMetricAlarm(scope, id, {
      alarmName: `${deployment.name}-${id}`,
      alarmActions: [names.topicArn],
      okActions: [names.topicArn],
      ...alarm,
    });
  }
}

function makeWorker(scope: Construct, config: DeployableConfig, rotator: LambdaFunction): void {
  const { deployment } = config;
  const names = deploymentNames(deployment);
  const log = new CloudwatchLogGroup(scope, 'worker-log', {
    name: names.workerLogGroupName,
    retentionInDays: deployment.logRetentionDays,
    ...(deployment.kmsKeyArn !== undefined && { kmsKeyId: deployment.kmsKeyArn }),
  });
  new LambdaFunction(scope, 'worker', {
    functionName: names.workerName,
    description: 'Takes the steps of a run of keysweep, as the state machine asks.',
    role: rotator.role,
    runtime: ROTATOR_FUNCTION.runtime,
    architectures: ['arm64'],
    handler: WORKER_HANDLER,
    memorySize: rotator.memorySize,
    timeout: ROTATOR_FUNCTION.timeoutSeconds,
    filename: rotator.filename,
    sourceCodeHash: rotator.sourceCodeHash,
    environment: { variables: lambdaVariables(config) },
    dependsOn: [log],
  });
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
function alarmsFor(stateMachineArn: string): Record<string, Alarm> {
  const executions = (metric: string, alarmDescription: string): Alarm => ({
    alarmDescription,
    ...anyOf('AWS/States', metric, { StateMachineArn: stateMachineArn }),
  });
  return {
    'run-failed': executions(
      'ExecutionsFailed',
      'A run ended and was not ok, or broke off: the cause of the execution says why.',
    ),
    'run-timed-out': executions(
      'ExecutionsTimedOut',
      'A run took longer than its state machine may: the ledger holds how far it came.',
    ),
    'run-aborted': executions(
      'ExecutionsAborted',
      'Somebody stopped a run: the ledger holds how far it came.',
    ),
  };
}
