import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  type AccountMemory,
  EMPTY_MEMORY,
  forgetActive,
  hold,
  holdEnd,
  liftHold,
  listMemories,
  readMemory,
  type RememberedKey,
  rememberInactive,
  writeMemory,
} from '../../src/ledger/memory.ts';
import { MemoryChangedError, UnreadableLedgerError } from '../../src/ledger/errors.ts';
import { memoryStore } from '../support/memory-store.ts';
import { folderStores, type Stores } from '../support/stores.ts';

const FIRST = new Date('2026-11-20T22:55:00Z');
const SECOND = new Date('2026-11-27T22:55:00Z');
const THIRD = new Date('2026-12-04T22:55:00Z');

const memory = (keys: Record<string, Omit<RememberedKey, 'userName'>>): AccountMemory => ({
  keys: new Map(Object.entries(keys).map(([id, key]) => [id, { userName: 'ada', ...key }])),
});
const named = (...ids: string[]) => ids.map((accessKeyId) => ({ accessKeyId, userName: 'ada' }));
const inactive = { inactiveSince: FIRST, byRun: 'first' };
const [EARLIER, UNDO] = ['20261120T230000Z-1a2b3c', '20261121T225500Z-1a2b3c'];
const held = { holdUntil: THIRD, heldByRun: UNDO };

describe('forgetActive', () => {
  it.each([
    [
      'a key that was inactive: its date is forgotten',
      { A: inactive, B: inactive },
      ['A'],
      { A: {}, B: inactive },
    ],
    ['a held key that was inactive: the hold stays', { A: { ...inactive, ...held } }, ['A'], { A: held }],
  ])('%s', (_, before, ids, after) => {
    expect(forgetActive(memory(before), named(...ids))).toEqual(memory(after));
  });

  it('returns the same memory when there is nothing to forget', () => {
    const before = memory({ A: inactive, B: held });
    expect(forgetActive(before, named('B', 'C'))).toBe(before);
  });
});

describe('rememberInactive', () => {
  it.each([
    ['a key inactive for the first time', {}, ['A'], { A: { inactiveSince: SECOND, byRun: 'second' } }],
    ['a key known as inactive: the earlier date stays', { A: inactive }, ['A'], { A: inactive }],
    ['a key that is gone or Active again: forgotten', { A: inactive, B: inactive }, ['B'], { B: inactive }],
    ['a held key that is Active: the hold stays', { A: held }, [], { A: held }],
    ['a held key that was inactive and is Active', { A: { ...inactive, ...held } }, [], { A: held }],
    [
      'a held key that somebody deactivated',
      { A: held },
      ['A'],
      { A: { ...held, inactiveSince: SECOND, byRun: 'second' } },
    ],
    ['a hold that has ended: forgotten', { A: { ...held, holdUntil: SECOND } }, [], {}],
    ['a hold of no undo: forgotten', { A: { holdUntil: THIRD } }, [], {}],
    [
      'a hold of an undo to come: forgotten',
      { A: { ...held, heldByRun: '99991231T225500Z-1a2b3c' } },
      [],
      {},
    ],
  ])('%s', (_, before, ids, after) => {
    expect(rememberInactive(memory(before), named(...ids), 'second', SECOND)).toEqual(memory(after));
  });

  it('starts over when a key was Active in between', () => {
    const reactivated = rememberInactive(memory({ A: inactive }), [], 'second', SECOND);
    expect(rememberInactive(reactivated, named('A'), 'third', THIRD)).toEqual(
      memory({ A: { inactiveSince: THIRD, byRun: 'third' } }),
    );
  });

  it('does not change the memory in place', () => {
    const before = memory({ A: inactive, B: held });
    rememberInactive(before, named('C'), 'second', SECOND);
    hold(before, named('A'), THIRD, UNDO);
    liftHold(before, ['B']);
    expect(before).toEqual(memory({ A: inactive, B: held }));
  });
});

describe('hold and liftHold', () => {
  it('holds a key, and forgets that it was inactive', () => {
    expect(hold(memory({ A: inactive, B: inactive }), named('A'), THIRD, UNDO)).toEqual(
      memory({ A: held, B: inactive }),
    );
  });

  it('replaces an earlier hold', () => {
    expect(hold(memory({ A: { ...held, holdUntil: SECOND } }), named('A'), THIRD, UNDO)).toEqual(
      memory({ A: held }),
    );
  });

  it('keeps a longer hold, and replaces an equally long one', () => {
    const longer = { holdUntil: THIRD, heldByRun: EARLIER };
    expect(hold(memory({ A: longer }), named('A'), SECOND, UNDO)).toEqual(memory({ A: longer }));
    expect(hold(memory({ A: longer }), named('A'), THIRD, UNDO)).toEqual(memory({ A: held }));
  });

  it('does not keep one that no undo can have made', () => {
    const forged = { holdUntil: new Date('9999-12-31T22:55:00Z'), heldByRun: '99991231T225500Z-1a2b3c' };
    expect(hold(memory({ A: forged }), named('A'), THIRD, UNDO)).toEqual(memory({ A: held }));
    expect(holdEnd(forged, SECOND)).toBeUndefined();
  });

  it('ends after 90 days whatever is stored', () => {
    const stored = { holdUntil: new Date('9999-12-31T22:55:00Z'), heldByRun: UNDO };
    expect(holdEnd(stored, SECOND)).toEqual(new Date('2027-02-19T22:55:00Z'));
    expect(holdEnd(held, SECOND)).toEqual(THIRD);
  });

  it('lifts a hold and keeps everything else', () => {
    expect(liftHold(memory({ A: { ...inactive, ...held }, B: held }), ['A', 'unknown'])).toEqual(
      memory({ A: inactive, B: held }),
    );
  });
});

describe('the stored memory', () => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await folderStores();
  });
  afterAll(() => stores.close());

  it('is read as it was written, per account', async () => {
    const store = await stores.empty();
    await writeMemory(store, '111111111111', {
      from: EMPTY_MEMORY,
      to: memory({ A: inactive, B: { ...inactive, ...held } }),
    });
    await writeMemory(store, '222222222222', { from: EMPTY_MEMORY, to: memory({ C: held }) });
    expect(await readMemory(store, '111111111111')).toEqual(
      memory({ A: inactive, B: { ...inactive, ...held } }),
    );
    expect(await readMemory(store, '222222222222')).toEqual(memory({ C: held }));
    expect(await store.list('')).toEqual(['accounts/111111111111.json', 'accounts/222222222222.json']);
  });

  it('is not replaced by a process that read it before an undo stored holds', async () => {
    const store = await stores.empty();
    const read = memory({ A: inactive });
    await writeMemory(store, '111111111111', { from: EMPTY_MEMORY, to: read });
    await writeMemory(store, '111111111111', { from: read, to: memory({ A: held }) });
    const late = writeMemory(store, '111111111111', { from: read, to: memory({ A: {} }) });
    await expect(late).rejects.toThrow(MemoryChangedError);
    await expect(late).rejects.toHaveProperty('name', 'MemoryChangedError');
    await expect(late).rejects.toThrow(/Another process changed accounts\/111111111111.json/);
    expect(await readMemory(store, '111111111111')).toEqual(memory({ A: held }));
  });

  it('is not written if only the order of its fields differs', async () => {
    const objects = new Map([['accounts/111111111111.json', '{"keys":{"A":{"userName":"ada"}}}']]);
    const to = memory({ A: {} });
    await writeMemory(memoryStore(objects), '111111111111', { from: EMPTY_MEMORY, to });
    expect([...objects.values()]).toEqual(['{"keys":{"A":{"userName":"ada"}}}']);
    await writeMemory(memoryStore(objects), '111111111111', { from: to, to: memory({ B: {} }) });
    expect(await readMemory(memoryStore(objects), '111111111111')).toEqual(memory({ B: {} }));
  });

  it('is empty when none was stored', async () => {
    expect(await readMemory(await stores.empty(), '111111111111')).toEqual({ keys: new Map() });
  });

  it('is listed by account, ignoring other objects', async () => {
    const objects = new Map<string, string>();
    const store = memoryStore(objects);
    await writeMemory(store, '222222222222', { from: EMPTY_MEMORY, to: memory({ C: held }) });
    await writeMemory(store, '111111111111', { from: EMPTY_MEMORY, to: memory({ A: inactive }) });
    const [body = ''] = objects.values();
    for (const name of ['1.json', 'a-copy.json', '111111111111.json.bak', 'old/accounts/111111111111.json'])
      objects.set(`accounts/${name}`, body);
    const remembered: unknown[] = [];
    for await (const account of listMemories(store)) remembered.push(account);
    expect(remembered).toEqual([
      { accountId: '111111111111', memory: memory({ A: inactive }) },
      { accountId: '222222222222', memory: memory({ C: held }) },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['invalid JSON', '{"keys":'],
    ['no keys', '{}'],
    ['a key without its user', '{"keys":{"A":{}}}'],
    ['a hold without a date', '{"keys":{"A":{"userName":"ada","holdUntil":"soon"}}}'],
    ['a field of a later version', '{"keys":{"A":{"userName":"ada","lockedUntil":"2027-01-01T00:00:00Z"}}}'],
  ])('is an error and never empty if the object is %s', async (_, body) => {
    const store = await stores.empty();
    await store.put('accounts/111111111111.json', body);
    await expect(readMemory(store, '111111111111')).rejects.toThrow(UnreadableLedgerError);
    await expect(readMemory(store, '111111111111')).rejects.toThrow('accounts/111111111111.json');
  });
});
