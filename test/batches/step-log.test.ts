import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';

import { openStepLog } from '../../src/batches/step-log.ts';
import type { LedgerRecord } from '../../src/ledger/record.ts';
import { readWriter } from '../../src/ledger/read-run.ts';
import { accountFinished, RUN_ID } from '../support/records.ts';
import { prepared } from './chaos.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { now } from '../support/clock.ts';

async function openLog() {
  const stage = await prepared(KEYSWEEP);
  const dependencies = stage.dependencies();
  const { store, clients } = dependencies;
  const log = openStepLog(RUN_ID, { writer: 'plan-00001' }, dependencies);
  const send = () => clients.sts.send(new GetCallerIdentityCommand({}));
  const read = async () => {
    const { records, stored } = await readWriter(store, RUN_ID, 'plan-00001');
    return { recorded: records.map(inShort), stored: stored.objects };
  };
  return { log, send, read, store, clients };
}

const inShort = (record: LedgerRecord) => ('calls' in record ? record.calls : record.type);

it('records the requests since the last records, once', async () => {
  const { log, send, read } = await openLog();
  await send();
  await send();
  await log.append([accountFinished('1')]);
  await log.append([accountFinished('2')]);
  await send();
  await log.append([]);
  expect(await read()).toEqual({ recorded: ['account-finished', 2, 'account-finished'], stored: 2 });
  await log.flush();
  await log.flush();
  expect(await read()).toEqual({ recorded: ['account-finished', 2, 'account-finished', 1], stored: 3 });
});

it('counts a request in one log only if a process has several', async () => {
  const { log, send, read, store, clients } = await openLog();
  const other = openStepLog(RUN_ID, { writer: 'plan-00002' }, { store, clients, now });
  await send();
  await other.append([accountFinished('3')]);
  await log.append([accountFinished('1')]);
  expect((await read()).recorded).toEqual(['account-finished']);
});

it('records no requests before the first record', async () => {
  const { log, send, read } = await openLog();
  await send();
  await log.flush();
  expect(await read()).toEqual({ recorded: [], stored: 0 });
  await log.append([accountFinished('1')]);
  expect((await read()).recorded).toEqual(['account-finished', 1]);
});

it('continues after the records of an earlier attempt, and never fails', async () => {
  const first = await openLog();
  await first.log.append([accountFinished('1')]);
  const { stored } = await readWriter(first.store, RUN_ID, 'plan-00001');
  const second = openStepLog(RUN_ID, { writer: 'plan-00001', stored }, { ...first, now });
  await first.send();
  await second.flush();
  expect(await first.read()).toEqual({ recorded: ['account-finished', 1], stored: 2 });
  await first.send();
  await expect(first.log.flush()).resolves.toBeUndefined();
  expect((await first.read()).stored).toBe(2);
});
