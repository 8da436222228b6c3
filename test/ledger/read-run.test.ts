import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { UnreadableLedgerError } from '../../src/ledger/errors.ts';
import { readRecords } from '../../src/ledger/read-run.ts';
import type { LedgerRecord } from '../../src/ledger/record.ts';
import { recordsKey } from '../../src/ledger/run-keys.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { memoryStore } from '../support/memory-store.ts';
import { accountFinished, EVERY_RECORD, RUN_ID } from '../support/records.ts';
import { folderStores, type Stores } from '../support/stores.ts';

let stores: Stores;
beforeAll(async () => {
  stores = await folderStores();
});
afterAll(() => stores.close());

const readAll = async (store: ObjectStore): Promise<LedgerRecord[]> => {
  const records: LedgerRecord[] = [];
  for await (const record of readRecords(store, RUN_ID)) records.push(record);
  return records;
};

describe('readRecords', () => {
  it('gives back what a run log stored', async () => {
    const store = await stores.empty();
    const log = openRunLog(store, RUN_ID);
    for (const record of EVERY_RECORD) await log.append([record]);
    expect(await readAll(store)).toEqual(EVERY_RECORD);
  });

  it('keeps the order over more objects than are fetched at a time', async () => {
    const store = await stores.empty();
    const log = openRunLog(store, RUN_ID);
    const records = Array.from({ length: 40 }, (_, index) => accountFinished(String(index)));
    for (const record of records) await log.append([record]);
    expect(await store.list('runs/')).toHaveLength(40);
    expect(await readAll(store)).toEqual(records);
  });

  it.each([1, 2])('fails when object %i is missing', async (missing) => {
    const store = await stores.empty();
    const log = openRunLog(store, RUN_ID);
    for (const record of EVERY_RECORD.slice(0, 3)) await log.append([record]);
    await store.remove(recordsKey(RUN_ID, missing));
    await expect(readAll(store)).rejects.toThrow(UnreadableLedgerError);
    await expect(readAll(store)).rejects.toThrow(`${recordsKey(RUN_ID, missing)} is missing`);
  });

  it('fails when there is no record at all', async () => {
    const store = await stores.empty();
    await expect(readAll(store)).rejects.toThrow(`has no records of run ${RUN_ID}`);
  });

  it('fails when an object goes away while it is read', async () => {
    const store = memoryStore();
    await openRunLog(store, RUN_ID).append(EVERY_RECORD);
    const get: ObjectStore['get'] = () => Promise.resolve(undefined);
    await expect(readAll({ ...store, get })).rejects.toThrow(
      new UnreadableLedgerError(`${recordsKey(RUN_ID, 1)} is truncated`),
    );
  });

  const line = JSON.stringify(EVERY_RECORD[0]);
  it.each([
    ['a line is cut off', `${line}\n${line.slice(0, 40)}\n`, 'line 2 is not valid JSON'],
    ['the last line is cut off', `${line}\n${line.slice(0, 40)}`, 'is truncated'],
    ['an object is empty', '', 'is truncated'],
    ['a line is empty', `${line}\n\n${line}\n`, 'line 2 is not valid JSON'],
    ['a record is of no known type', `{"type":"poem"}\n`, 'line 1 does not match its schema'],
    [
      'a field is wrong',
      `${line.replace('"sweep"', '"mop"')}\n`,
      'mode: expected one of "plan", "sweep", "undo", "lift"',
    ],
  ])('fails when %s, and says where', async (_, body, message) => {
    const store = await stores.empty();
    await store.put(recordsKey(RUN_ID, 1), body);
    await expect(readAll(store)).rejects.toThrow(UnreadableLedgerError);
    await expect(readAll(store)).rejects.toThrow(message);
    await expect(readAll(store)).rejects.toThrow(recordsKey(RUN_ID, 1));
  });
});
