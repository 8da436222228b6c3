import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { expect, it } from 'vitest';

import { RunNotStartedError } from '../../src/batches/errors.ts';
import type { Step } from '../../src/batches/step.ts';
import { runHoldingLock } from '../../src/ledger/lock.ts';
import { notifyNotStarted } from '../../src/rotator/run-and-report.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { prepared } from './chaos.ts';
import { attempt, executionAt, play } from './playing.ts';

it('releases the lock and sends notices when a run fails before its first record', async () => {
  const stage = await prepared(KEYSWEEP);
  const kind = 'denied';
  stage.server.faults.add({
    service: 'organizations',
    call: 'DescribeOrganization',
    occurrence: 'every',
    kind,
  });
  const taken: object[] = [];
  const execution = executionAt(stage);
  const take = (event: object) => {
    taken.push(event);
    return attempt(event, stage, stage.dependencies());
  };
  const problem: unknown = await play(take, execution).catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(RunNotStartedError);
  expect(await stage.store.list('locks/')).not.toEqual([]);
  const { now } = stage.dependencies();
  expect(await runHoldingLock(stage.store, { host: 'elsewhere', now })).toBeUndefined();

  const account = stage.built.organization.managementAccount.id;
  const { deployment, notices } = deployableConfig({
    config: { notices: { topic: { subscribers: [] } } },
    deployment: { account },
  });
  const { config, ...dependencies } = stage.dependencies();
  const metrics = new Metrics({ namespace: 'test', serviceName: 'test' });
  await notifyNotStarted(taken.at(-1) as Extract<Step, { step: 'conclude' }>, problem as RunNotStartedError, {
    ...dependencies,
    config: { ...config, deployment, notices },
    context: { getRemainingTimeInMillis: () => 900_000 } as Context,
    logger: new Logger({ logLevel: 'SILENT' }),
    metrics,
  });
  const { sent } = stage.built.organization;
  expect(sent.map((one) => (one.kind === 'event' ? one.detailType : one.kind))).toEqual(
    expect.arrayContaining(['Sweep Failed', 'message']),
  );
});
