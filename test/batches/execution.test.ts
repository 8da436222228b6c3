import { onTestFinished, expect, it } from 'vitest';

import { openClients } from '../../src/aws/clients.ts';
import { executionName, requestExecution } from '../../src/batches/execution.ts';
import { parseStep, runIdOf, rateShare, failureMessage, type Start } from '../../src/batches/step.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';

const MACHINE = 'arn:aws:states:us-east-1:999999999999:stateMachine:keysweep-run';
const SLOT: Start = { mode: 'sweep', scheduledFor: '2026-11-27T22:55:00Z' };

async function starting() {
  const organization = new SandboxOrganization();
  const sandbox = await startSandbox({ organization });
  const { url: endpoint, region, credentials } = sandbox;
  const clients = openClients({ endpoint, region, credentials, sockets: 4 });
  onTestFinished(async () => {
    clients.close();
    await sandbox.close();
  });
  const start = (of: Start, requestId = 'request-1') =>
    requestExecution(
      clients.sfn(),
      { stateMachineArn: MACHINE, start: of, requestId },
      new AbortController().signal,
    );
  return { start, organization };
}

it('starts one run per slot of the schedule, however often it fires', async () => {
  const { start, organization } = await starting();
  const execution = 'sweep-20261127T225500Z';
  expect(await start(SLOT)).toEqual({ execution, alreadyExists: false });
  // AWS returns the same execution while it runs, and rejects another input.
  expect(await start(SLOT, 'request-2')).toMatchObject({ execution });
  expect(await start({ ...SLOT, withheld: ['too late'] }, 'request-3')).toEqual({
    execution,
    alreadyExists: true,
  });
  expect(organization.executions.size).toBe(1);
});

it('starts a run for each request of a person, and only one for a repeated request', async () => {
  const { start, organization } = await starting();
  for (const request of ['a', 'a', 'b']) await start({ mode: 'plan' }, request);
  expect([...organization.executions.keys()].map((arn) => arn.split(':').at(-1))).toEqual([
    'plan-a',
    'plan-b',
  ]);
});

it('starts one notice run per check, however often its event is delivered', async () => {
  const { start, organization } = await starting();
  const notice: Start = { mode: 'plan', noticeFor: '2026-11-27T22:55:00Z' };
  for (const check of ['20261126T2200Z', '20261126T2200Z', '20261126T2300Z']) await start(notice, check);
  expect([...organization.executions.keys()].map((arn) => arn.split(':').at(-1))).toEqual([
    'notice-20261127T225500Z-20261126T2200Z',
    'notice-20261127T225500Z-20261126T2300Z',
  ]);
});

it('creates execution names that Step Functions accepts', () => {
  const names = [
    executionName(SLOT, ''),
    executionName(
      { mode: 'plan', noticeFor: '2026-11-28T22:55:00.000Z' },
      '8f507cfc-xmpl-4697-b07a-ac58fc914c95',
    ),
    executionName({ mode: 'sweep' }, '8f507cfc-xmpl-4697-b07a-ac58fc914c95'),
  ];
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9-]{1,80}$/);
  expect(new Set(names).size).toBe(3);
});

it('gives an execution one run ID, which sorts by time', () => {
  const execution = { Name: 'sweep-1', StartTime: '2026-11-27T22:55:00.123Z' };
  expect(runIdOf(execution)).toMatch(/^20261127T225500Z-07b[0-9a-f]{3}$/);
  expect(runIdOf({ ...execution })).toBe(runIdOf(execution));
  expect(runIdOf({ ...execution, Name: 'sweep-2' })).not.toBe(runIdOf(execution));
});

it.each([
  [{ Error: 'CallFailedError', Cause: '{"errorType":"x","errorMessage":"no"}' }, 'CallFailedError: no'],
  [{ Error: 'States.Timeout', Cause: '' }, 'States.Timeout: '],
  [
    { Error: 'Lambda.Unknown', Cause: 'The cause could not be determined' },
    'Lambda.Unknown: The cause could not be determined',
  ],
])('%j has the message %s', (failure, words) => {
  expect(failureMessage(failure)).toBe(words);
});

it.each([
  [{}],
  [{ step: 'dance' }],
  [{ step: 'plan', runId: 'x', batch: 1 }],
  [{ step: 'plan', runId: '20261127T225500Z-1a2b3c', batch: 0 }],
  [{ step: 'begin', execution: { Name: 'a', StartTime: '2026-11-27T22:55:00Z' }, start: { mode: 'undo' } }],
])('refuses the step %j', (event) => {
  expect(() => parseStep(event)).toThrow(/not a step of the state machine/);
});

it.each([
  [{ step: 'check-limits' }, 1],
  [{ step: 'plan', batch: 1, batches: 4 }, 1 / 4],
  [{ step: 'apply', batch: 4, batches: 1000 }, 1 / 100],
  [{ step: 'apply', batch: 4 }, 1 / 100],
])('gives the step %j, with a concurrency of 100, a share of %d of the request rates', (step, share) => {
  expect(rateShare(parseStep({ runId: '20261127T225500Z-1a2b3c', ...step }), 100)).toBe(share);
});
