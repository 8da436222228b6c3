import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';

import { deploymentNames, type DeployableConfig } from '../deployment/names.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { ifExists } from './deployed/if-exists.ts';
import { DEPLOY, ok, problem, type Finding } from './finding.ts';

const IMPACT = 'The rotator starts every run in it, so nothing is swept.';

/** Only the engine `step-functions` has a state machine. */
export async function checkStateMachine(
  { deployment }: DeployableConfig,
  { clients, deadline: { reading } }: DoctorContext,
): Promise<Finding[]> {
  if (deployment.engine !== 'step-functions') return [];
  const { stateMachineName, stateMachineArn } = deploymentNames(deployment);
  const command = new DescribeStateMachineCommand({ stateMachineArn, includedData: 'METADATA_ONLY' });
  const subject = { subject: `state machine ${stateMachineName}` };
  try {
    const answer = clients.sfn(deployment.region).send(command, { abortSignal: reading });
    const found = await ifExists('StateMachineDoesNotExist', 'states:DescribeStateMachine', answer);
    if (found?.status === 'ACTIVE') return [ok('state-machine', subject, 'active')];
    const summary = found
      ? `The state machine is ${found.status ?? 'UNKNOWN'}; only an ACTIVE one can be started`
      : `The state machine does not exist in ${deployment.region} of account ${deployment.account}`;
    return [problem('state-machine', subject, { summary, impact: IMPACT, fix: DEPLOY })];
  } catch (error) {
    return [inconclusive('state-machine', subject, 'whether the state machine exists', error)];
  }
}
