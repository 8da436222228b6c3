import { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine/index.js';
import type { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import type { Construct } from 'constructs';
import {
  boundaryArn,
  type DeployableConfig,
  deploymentNames,
  WORKER_HANDLER,
} from '../../src/deployment/names.ts';
import { serviceTrust } from '../../src/deployment/policy-document.ts';
import { type Alarm, anyOf, makeAlarms } from '../alarms.ts';
import { type LambdaCode, makeLambda } from '../lambda.ts';
import { stateMachinePermissions } from '../permissions/state-machine-role.ts';
import { makeRole } from '../role.ts';
import { definition } from './definition.ts';

/**
 * What the engine `step-functions` adds to the rotator, which then only starts it: the state machine, its role, the Lambda that takes
 * its steps, and alarms on executions that did not end well.
 *
 * @param code that of the rotator
 * @param topic hears of the alarms
 * @returns the names of the alarms
 */
export function makeStateMachine(
  scope: Construct,
  config: DeployableConfig,
  code: LambdaCode,
  topic: SnsTopic,
): string[] {
  const { deployment } = config;
  const names = deploymentNames(deployment);
  makeLambda(scope, config, code, {
    id: 'worker',
    name: names.workerName,
    description: 'Takes the steps of a run of keysweep, as the state machine asks.',
    handler: WORKER_HANDLER,
    log: { id: 'worker-log', name: names.workerLogGroupName },
  });
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
  return makeAlarms(scope, config, topic, runAlarms(names.stateMachineArn));
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
function runAlarms(stateMachineArn: string): Record<string, Alarm> {
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
