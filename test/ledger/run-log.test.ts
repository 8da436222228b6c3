import { describe, expect, it } from 'vitest';

import { sha256 } from '../../src/config/hash.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { RunIdTakenError } from '../../src/ledger/errors.ts';
import { accountFinished, RUN_ID } from '../support/records.ts';

/** Puts that stay in flight until the test ends them. */
function slowStore() {
  const puts: { key: string; body: string; end: (stored: boolean) => void; fail: (error: Error) => void }[] =
    [];
  const store: Pick<ObjectStore, 'location' | 'putNew'> = {
    location: 'slow',
    putNew: (key, body) => new Promise((end, fail) => puts.push({ key, body, end, fail })),
  };
  return { store: store as ObjectStore, puts };
}

const record = (id: string) => accountFinished(id);
const idsIn = (body: string | undefined): string[] =>
  (body ?? '')
    .split('\n')
    .slice(1, -1)
    .map((line) => (JSON.parse(line) as { accountId: string }).accountId);
/** Lets everything run that waits for nothing but its turn. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a run log', () => {
  it('stores at once, and resolves when that is durable', async () => {
    const { store, puts } = slowStore();
    let durable = false;
    const appended = openRunLog(store, RUN_ID)
      .append([record('1'), record('2')])
      .then(() => (durable = true));
    await settle();
    expect(puts.map(({ key }) => key)).toEqual([`runs/${RUN_ID}/records/00000001.jsonl`]);
    expect(idsIn(puts[0]?.body)).toEqual(['1', '2']);
    expect(durable).toBe(false);
    puts[0]?.end(true);
    await appended;
    expect(durable).toBe(true);
  });

  it('collects what is appended during a put, in order, in the next object', async () => {
    const { store, puts } = slowStore();
    const log = openRunLog(store, RUN_ID);
    const durable: string[] = [];
    const append = (id: string): void => void log.append([record(id)]).then(() => durable.push(id));
    append('1');
    await settle();
    append('2');
    append('3');
    await settle();
    append('4');
    await settle();
    expect(puts).toHaveLength(1);
    puts[0]?.end(true);
    await settle();
    expect(durable).toEqual(['1']);
    expect(puts).toHaveLength(2);
    expect(puts[1]?.key).toBe(`runs/${RUN_ID}/records/00000002.jsonl`);
    expect(idsIn(puts[1]?.body)).toEqual(['2', '3', '4']);
    append('5');
    puts[1]?.end(true);
    await settle();
    expect(durable).toEqual(['1', '2', '3', '4']);
    expect(idsIn(puts[2]?.body)).toEqual(['5']);
  });

  it('begins each object with the hash of the one before it, and knows its end', async () => {
    const { store, puts } = slowStore();
    const log = openRunLog(store, RUN_ID);
    for (const id of ['1', '2']) {
      const appended = log.append([record(id)]);
      await settle();
      puts.at(-1)?.end(true);
      await appended;
    }
    const [first = '', second = ''] = puts.map(({ body }) => body);
    expect(first.split('\n')[0]).toBe('{"previous":""}');
    expect(second.split('\n')[0]).toBe(`{"previous":"${sha256(first)}"}`);
    expect(log.end()).toEqual({ objects: 2, sha256: sha256(second) });
    const resumed = openRunLog(store, RUN_ID, { stored: log.end() });
    void resumed.append([record('3')]);
    await settle();
    expect(puts[2]?.key).toBe(`runs/${RUN_ID}/records/00000003.jsonl`);
    expect(puts[2]?.body.split('\n')[0]).toBe(`{"previous":"${sha256(second)}"}`);
  });

  it('rejects every append after a failed put with that failure, and stores nothing more', async () => {
    const { store, puts } = slowStore();
    const log = openRunLog(store, RUN_ID);
    const inFlight = log.append([record('1')]);
    await settle();
    const waiting = log.append([record('2')]);
    puts[0]?.fail(new Error('disk full'));
    await expect(inFlight).rejects.toThrow('disk full');
    await expect(waiting).rejects.toThrow('disk full');
    await expect(log.append([record('3')])).rejects.toThrow('disk full');
    await expect(log.append([])).rejects.toThrow('disk full');
    expect(puts).toHaveLength(1);
  });

  it.each([0, 1])(
    'says that the run ID is taken if object %i of the run exists already',
    async (existing) => {
      const { store, puts } = slowStore();
      const log = openRunLog(store, RUN_ID);
      for (let number = 0; number < existing; number++) {
        const appended = log.append([record('1')]);
        await settle();
        puts[number]?.end(true);
        await appended;
      }
      const appended = log.append([record('2')]);
      await settle();
      puts[existing]?.end(false);
      await expect(appended).rejects.toThrow(RunIdTakenError);
      await expect(appended).rejects.toMatchObject({ runId: RUN_ID });
    },
  );

  it('waits for the current put if there is nothing to append', async () => {
    const { store, puts } = slowStore();
    const log = openRunLog(store, RUN_ID);
    const durable: string[] = [];
    void log.append([record('1')]).then(() => durable.push('record'));
    void log.append([]).then(() => durable.push('nothing'));
    await settle();
    expect(durable).toEqual([]);
    puts[0]?.end(true);
    await settle();
    expect(durable).toEqual(['record', 'nothing']);
    expect(puts).toHaveLength(1);
  });

  it('stores nothing if there is nothing to append', async () => {
    const { store, puts } = slowStore();
    await openRunLog(store, RUN_ID).append([]);
    expect(puts).toEqual([]);
  });

  it('refuses an invalid run ID', () => {
    expect(() => openRunLog(slowStore().store, '../other')).toThrow(RangeError);
  });
});
