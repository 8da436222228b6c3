import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';

import { openStepLog } from '../../src/batches/step-log.ts';
import type { LedgerRecord } from '../../src/ledger/record.ts';
import { readWriter } from '../../src/ledger/read-run.ts';
import { accountFinished, RUN_ID } from '../support/records.ts';
import { prepared } from './chaos.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { now } from '../support/clock.ts';

/** The log of a step whose process sends a request whenever a test says so. */
async function opened(stored = 0) {
  const stage = await prepared(KEYSWEEP);
  const dependencies = stage.dependencies();
  const { store, clients } = dependencies;
  const log = openStepLog(RUN_ID, { writer: 'plan-00001', stored }, dependencies);
  const send = () => clients.sts.send(new GetCallerIdentityCommand({}));
  const read = async () => {
    const { records, stored } = await readWriter(store, RUN_ID, 'plan-00001');
    return { told: records.map(inShort), stored };
  };
  return { log, send, read, store, clients };
}

const inShort = (record: LedgerRecord) => ('calls' in record ? record.calls : record.type);

it('tells with its records what was sent since the last ones, once', async () => {
  const { log, send, read } = await opened();
  await send();
  await send();
  await log.append([accountFinished('1')]);
  await log.append([accountFinished('2')]);
  await send();
  await log.append([]);
  expect(await read()).toEqual({ told: ['account-finished', 2, 'account-finished'], stored: 2 });
  await log.tellRest();
  await log.tellRest();
  expect(await read()).toEqual({ told: ['account-finished', 2, 'account-finished', 1], stored: 3 });
});

it('tells what was sent between two appends with the second one, though one process has several logs', async () => {
  const { log, send, read, store, clients } = await opened();
  const other = openStepLog(RUN_ID, { writer: 'plan-00002' }, { store, clients, now });
  await send();
  await other.append([accountFinished('3')]);
  await log.append([accountFinished('1')]);
  expect((await read()).told).toEqual(['account-finished']);
});

it('tells nothing before the first record, which says what the run is', async () => {
  const { log, send, read } = await opened();
  await send();
  await log.tellRest();
  expect(await read()).toEqual({ told: [], stored: 0 });
  await log.append([accountFinished('1')]);
  expect((await read()).told).toEqual(['account-finished', 1]);
});

it('goes on behind the records of an earlier attempt, and fails nothing when another one was quicker', async () => {
  const first = await opened();
  await first.log.append([accountFinished('1')]);
  const second = openStepLog(RUN_ID, { writer: 'plan-00001', stored: 1 }, { ...first, now });
  await first.send();
  await second.tellRest();
  expect(await first.read()).toEqual({ told: ['account-finished', 1], stored: 2 });
  await first.send();
  await expect(first.log.tellRest()).resolves.toBeUndefined();
  expect((await first.read()).stored).toBe(2);
});
