import { readStateMachineStatus } from './deployed/state-machine.ts';
import { deploymentNames, type DeployableConfig } from '../deployment/names.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { DEPLOY, ok, problem, type Finding } from './finding.ts';

const IMPACT = 'The rotator starts every run in it, so nothing is swept.';

/** Only the engine `step-functions` has a state machine. */
export async function checkStateMachine(
  { deployment }: DeployableConfig,
  { clients, deadline: { reading } }: DoctorContext,
): Promise<Finding[]> {
  if (deployment.engine !== 'step-functions') return [];
  const { stateMachineName, stateMachineArn } = deploymentNames(deployment);
  const subject = { subject: `state machine ${stateMachineName}` };
  try {
    const status = await readStateMachineStatus(clients.sfn(deployment.region), stateMachineArn, reading);
    if (status === 'ACTIVE') return [ok('state-machine', subject, 'active')];
    const summary =
      status === undefined
        ? `The state machine does not exist in ${deployment.region} of account ${deployment.account}`
        : `The state machine is ${status}; only an ACTIVE one can be started`;
    return [problem('state-machine', subject, { summary, impact: IMPACT, fix: DEPLOY })];
  } catch (error) {
    return [inconclusive('state-machine', subject, 'whether the state machine exists', error)];
  }
}
