import { describe, expect, it } from 'vitest';

import {
  allowKeys,
  denyKey,
  leakedKeyObject,
  listLeakedKeys,
  readDenyList,
  type LeakedKey,
} from '../../src/ledger/deny-list.ts';
import { UnreadableLedgerError } from '../../src/ledger/errors.ts';
import { now } from '../support/clock.ts';
import { memoryStore } from '../support/memory-store.ts';

const ADA: LeakedKey = {
  ...{ accessKeyId: 'AKIAADA', accountId: '100000000001', userName: 'ada', revokedAt: now() },
  ...{ byRun: 'run-1', by: 'arn:aws:iam::100000000001:user/eve', reason: 'in public' },
};
const BOB: LeakedKey = { ...ADA, accessKeyId: 'AKIABOB', userName: 'bob' };
const RESTORED = { at: now(), byRun: 'run-2', reason: 'a test key' };

async function ledger(...entries: readonly LeakedKey[]) {
  const objects = new Map<string, string>();
  const store = memoryStore(objects);
  for (const entry of entries) await denyKey(store, entry);
  return { objects, store };
}

describe('the deny list', () => {
  it('has the keys that were put on it, each in an object that people can read', async () => {
    const { objects, store } = await ledger(BOB, ADA);
    expect([...(await readDenyList(store))].toSorted()).toEqual([
      ['AKIAADA', ADA],
      ['AKIABOB', BOB],
    ]);
    expect(objects.get('leaked/AKIAADA.json')).toMatch(/^\{\n {2}"accessKeyId": "AKIAADA",\n[^]*\n\}\n$/);
    expect(await listLeakedKeys(store)).toEqual(['leaked/AKIAADA.json', 'leaked/AKIABOB.json']);
  });

  it('keeps the first entry while it is in force', async () => {
    const { store } = await ledger(ADA, { ...ADA, byRun: 'run-3', reason: 'again' });
    expect((await readDenyList(store)).get('AKIAADA')).toEqual(ADA);
  });

  it('loses a key that is restored, remembers it, and takes it again', async () => {
    const { objects, store } = await ledger(ADA, BOB);
    await allowKeys(store, ['AKIAADA'], RESTORED);
    expect([...(await readDenyList(store)).keys()]).toEqual(['AKIABOB']);
    const text = objects.get(leakedKeyObject('AKIAADA')) ?? '';
    expect(JSON.parse(text)).toMatchObject({ reason: 'in public', restored: { reason: 'a test key' } });

    await allowKeys(store, ['AKIAADA'], { ...RESTORED, reason: 'once more' });
    expect(objects.get(leakedKeyObject('AKIAADA'))).toBe(text);
    const again = { ...ADA, byRun: 'run-3', reason: 'again' };
    await denyKey(store, again);
    expect((await readDenyList(store)).get('AKIAADA')).toEqual(again);
  });

  it('takes a key with one call, and one whose entry has vanished meanwhile', async () => {
    const { store } = await ledger();
    await denyKey({ ...store, update: () => Promise.reject(new Error('a second call')) }, ADA);
    await denyKey({ ...store, putNew: () => Promise.resolve(false) }, BOB);
    expect([...(await readDenyList(store)).keys()].toSorted()).toEqual(['AKIAADA', 'AKIABOB']);
  });

  it('stores nothing about a key that is not on it', async () => {
    const { objects, store } = await ledger();
    await allowKeys(store, ['AKIAADA'], RESTORED);
    expect([...objects]).toEqual([]);
  });

  it('ignores copies that a synchronized folder made, and what keysweep did not store', async () => {
    const { objects, store } = await ledger(ADA);
    for (const name of ['leaked/AKIAADA (1).json', 'leaked/leaked/AKIAADA.json', 'leaked/AKIAADA.json.bak'])
      objects.set(name, 'no entry');
    objects.set('old/leaked/AKIAADA.json', 'no entry');
    const listEver = async (prefix: string) => [...(await store.list(prefix)), 'leaked/AKIAGONE.json'];
    expect(await listLeakedKeys({ ...store, listEver })).toEqual([
      ...['leaked/AKIAADA.json', 'leaked/AKIAGONE.json'],
    ]);
    expect([...(await readDenyList({ ...store, listEver })).keys()]).toEqual(['AKIAADA']);
  });

  it.each<[string, object]>([
    ['is no entry', { accessKeyId: 'AKIABOB' }],
    ['has an unknown field', { ...BOB, until: 'tomorrow' }],
    ['has no key', { ...BOB, accessKeyId: '' }],
    ['has no user', { ...BOB, userName: '' }],
    ['has an account ID that is too long', { ...BOB, accountId: '1000000000012' }],
    ['has no account ID', { ...BOB, accountId: 'x100000000001' }],
    ['is restored without a reason', { ...BOB, restored: { at: now(), byRun: 'run-2' } }],
    ['is that of another key', ADA],
  ])('is not read without an entry that %s, which might be a leaked key', async (_, entry) => {
    const { objects, store } = await ledger(ADA);
    objects.set('leaked/AKIABOB.json', JSON.stringify(entry));
    await expect(readDenyList(store)).rejects.toThrow(UnreadableLedgerError);
    await expect(readDenyList(store)).rejects.toThrow('leaked/AKIABOB.json');
    await expect(denyKey(store, BOB)).rejects.toThrow(UnreadableLedgerError);
    await expect(allowKeys(store, ['AKIABOB'], RESTORED)).rejects.toThrow(UnreadableLedgerError);
  });
});
