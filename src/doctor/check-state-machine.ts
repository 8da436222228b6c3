import { readStateMachineStatus } from './deployed/state-machine.ts';
import { deploymentNames, type DeployableConfig } from '../deployment/names.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { ok, problem, type Finding } from './finding.ts';

const WHY = 'The rotator hands every run over to it: nothing is swept.';

/** Whether the state machine is there that carries out the runs of the engine `step-functions`. */
export async function checkStateMachine(
  { deployment }: DeployableConfig,
  { clients, deadline: { reading } }: DoctorContext,
): Promise<Finding[]> {
  if (deployment.engine !== 'step-functions') return [];
  const { stateMachineName, stateMachineArn } = deploymentNames(deployment);
  const place = { subject: `state machine ${stateMachineName}` };
  try {
    const status = await readStateMachineStatus(clients.sfn(deployment.region), stateMachineArn, reading);
    if (status === 'ACTIVE') return [ok('state-machine', place, 'is there')];
    const summary =
      status === undefined
        ? `is not there, in ${deployment.region} of account ${deployment.account}`
        : `has status ${status}; only an ACTIVE one can be started`;
    return [
      problem('state-machine', place, { summary, impact: WHY, fix: 'npm run deploy (docs/deployment.md)' }),
    ];
  } catch (error) {
    return [inconclusive('state-machine', place, 'whether the state machine is there', error)];
  }
}
