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
 * The additions of the engine `step-functions`: state machine, role, worker, and alarms on failed executions.
 * @param code the rotator's
 * @param topic receives the alarms
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
    description: 'Executes the steps of a keysweep run for its state machine.',
    handler: WORKER_HANDLER,
    log: { id: 'worker-log', name: names.workerLogGroupName },
  });
  const role = makeRole(scope, 'run-role', {
    name: names.stateMachineRoleName,
    description: 'Lets the state machine of keysweep invoke its Lambda, batch by batch.',
    trust: serviceTrust('states.amazonaws.com', {
      account: deployment.account,
      // A distributed map assumes the role as NAME/LABEL:
      // https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
      arns: [names.stateMachineArn, `${names.stateMachineArn}/*`],
    }),
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
      'A run was not ok or was interrupted. The cause of the execution says why.',
    ),
    'run-timed-out': executions(
      'ExecutionsTimedOut',
      'A run exceeded the timeout of its state machine. The ledger shows how far it got.',
    ),
    'run-aborted': executions(
      'ExecutionsAborted',
      'Somebody stopped a run. The ledger shows how far it got.',
    ),
  };
}
