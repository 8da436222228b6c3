import { beforeEach, describe, expect, it } from 'vitest';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { readRecords, readWriter } from '../../src/ledger/read-run.ts';
import type { LedgerRecord } from '../../src/ledger/record.ts';
import { recordsKey } from '../../src/ledger/run-keys.ts';
import { NO_OBJECTS, openRunLog } from '../../src/ledger/run-log.ts';
import { RunIdTakenError } from '../../src/ledger/errors.ts';
import { memoryStore } from '../support/memory-store.ts';
import { accountFinished, accountsListed, RUN_ID, runStarted } from '../support/records.ts';

let store: ObjectStore;
beforeEach(() => {
  store = memoryStore();
});

const ids = (records: readonly LedgerRecord[]) =>
  records.map((record) => ('accountId' in record ? record.accountId : record.type));

async function write(writer: string | undefined, ...accounts: string[]): Promise<void> {
  const { stored } = await readWriter(store, RUN_ID, writer);
  const log = openRunLog(store, RUN_ID, { writer, stored });
  for (const account of accounts) await log.append([accountFinished(account)]);
}

async function begin(): Promise<void> {
  const log = openRunLog(store, RUN_ID);
  await log.append([runStarted()]);
  await log.append([accountsListed('1', '2', '3', '4')]);
}

describe('a run that several processes record', () => {
  it('is read starting with the first process, each writer in order', async () => {
    await write('apply-2', '3', '1');
    await write('apply-1', '2');
    await begin();
    await write('apply-1', '4');
    const records: LedgerRecord[] = [];
    for await (const record of readRecords(store, RUN_ID)) records.push(record);
    expect(ids(records)).toEqual(['run-started', 'accounts-listed', '2', '4', '3', '1']);
  });

  it('lets the next attempt of a writer read its records and continue', async () => {
    await begin();
    await write('apply-1', '1');
    await write('apply-1', '2');
    await write('apply-2', '3');
    const { records, stored } = await readWriter(store, RUN_ID, 'apply-1');
    expect(ids(records)).toEqual(['1', '2']);
    expect(stored.objects).toBe(2);
    expect(ids((await readWriter(store, RUN_ID)).records)).toEqual(['run-started', 'accounts-listed']);
    expect(await readWriter(store, RUN_ID, 'apply-3')).toEqual({ records: [], stored: NO_OBJECTS });
  });

  it('lets only one of two attempts at the same position continue', async () => {
    await write('apply-1', '1');
    const { stored } = await readWriter(store, RUN_ID, 'apply-1');
    const [one, other] = [1, 2].map(() => openRunLog(store, RUN_ID, { writer: 'apply-1', stored }));
    await one?.append([accountFinished('2')]);
    await expect(other?.append([accountFinished('2')])).rejects.toThrow(RunIdTakenError);
    await one?.append([accountFinished('3')]);
    await expect(other?.append([accountFinished('3')])).rejects.toThrow(RunIdTakenError);
  });

  it.each([undefined, 'apply-1'])('cannot be read with a gap in the records of %s', async (writer) => {
    await begin();
    await write('apply-1', '1', '2');
    await store.remove(recordsKey(RUN_ID, 1, writer));
    const message = `${recordsKey(RUN_ID, 1, writer)} is missing`;
    const read = async () => {
      for await (const record of readRecords(store, RUN_ID)) expect(record).toBeDefined();
    };
    await expect(read()).rejects.toThrow(message);
    await expect(readWriter(store, RUN_ID, writer)).rejects.toThrow(message);
  });

  it.each(['1', 'a/b', '', 'A', '..'])('refuses the writer %j', (writer) => {
    expect(() => recordsKey(RUN_ID, 1, writer)).toThrow(RangeError);
  });
});
