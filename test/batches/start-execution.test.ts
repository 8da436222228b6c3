import type { Context } from 'aws-lambda';
import { onTestFinished, expect, it } from 'vitest';

import { openClients } from '../../src/aws/clients.ts';
import { deploymentNames } from '../../src/deployment/names.ts';
import { startExecution } from '../../src/rotator/start-execution.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { deployableConfig } from '../support/deployable-config.ts';

type Rotator = Parameters<typeof startExecution>[1];
type Request = Parameters<typeof startExecution>[0];

const SWEEP: Request = { mode: 'sweep', filters: {}, scheduledFor: '2026-11-27T22:55:00.000Z' };

async function rotatorWith(engine: 'lambda' | 'step-functions') {
  const organization = new SandboxOrganization();
  const sandbox = await startSandbox({ organization });
  const { url: endpoint, region, credentials } = sandbox;
  const clients = openClients({ endpoint, region, credentials, sockets: 4 });
  onTestFinished(async () => {
    clients.close();
    await sandbox.close();
  });
  const config = deployableConfig({ deployment: { account: organization.managementAccount.id, engine } });
  const rotator = {
    config,
    clients,
    context: { awsRequestId: 'request-1' } as Context,
    logger: { info: () => undefined } as unknown as Rotator['logger'],
  };
  return { rotator, organization, names: deploymentNames(config.deployment) };
}

it('starts no execution with the engine lambda', async () => {
  const { rotator, organization } = await rotatorWith('lambda');
  expect(await startExecution(SWEEP, rotator)).toBeUndefined();
  expect(organization.executions.size).toBe(0);
});

it('starts the state machine with the complete input, once per slot', async () => {
  const { rotator, organization, names } = await rotatorWith('step-functions');
  const request: Request = { ...SWEEP, filters: { accounts: ['111122223333'] }, withheld: ['too late'] };
  expect(await startExecution(request, rotator)).toEqual({
    mode: 'sweep',
    nothingToDo: 'execution sweep-20261127T225500000Z of the state machine was started',
  });
  expect(await startExecution(SWEEP, rotator)).toMatchObject({
    nothingToDo: expect.stringContaining('already exists') as string,
  });
  const [only, ...others] = organization.executions.values();
  expect(others).toEqual([]);
  expect(only?.arn).toBe(
    `${names.stateMachineArn.replace(':stateMachine:', ':execution:')}:sweep-20261127T225500000Z`,
  );
  expect(JSON.parse(only?.input ?? '')).toEqual({
    mode: 'sweep',
    accounts: ['111122223333'],
    scheduledFor: '2026-11-27T22:55:00.000Z',
    withheld: ['too late'],
  });
});
