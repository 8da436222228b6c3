import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { openClients, type Clients } from '../../src/aws/clients.ts';
import { allowKeys, denyKey, readDenyList, type LeakedKey } from '../../src/ledger/deny-list.ts';
import { describeTampering, type ObjectStore } from '../../src/ledger/object-store.ts';
import { openBucket } from '../../src/ledger/s3-store.ts';
import { openSigning, type SigningOptions } from '../../src/ledger/signing.ts';
import { verifyLedger } from '../../src/ledger/verify.ts';
import { ADMINISTRATOR_CREDENTIALS } from '../../sandbox/calls/caller.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { type Moto, startMoto } from '../emulators/moto.ts';
import { pythonEnvironment } from '../emulators/python.ts';
import { now as realNow } from '../support/clock.ts';

const KEY = 'arn:aws:kms:us-east-1:123456789012:alias/keysweep-ledger';
const MEMORY = 'accounts/111122223333.json';
const MINUTE = 60_000;

const servers: { on: string; start: () => Promise<Sandbox | Moto | undefined> }[] = [
  { on: 'the sandbox', start: startSandbox },
  ...((await pythonEnvironment()) === undefined ? [] : [{ on: 'moto', start: startMoto }]),
];

describe.each(servers)('a signed ledger on $on', ({ on, start }) => {
  let server: Sandbox | Moto | undefined;
  let clients: Clients;
  let bucket: string;
  let buckets = 0;
  /** Of the server. */
  let now: () => Date;

  beforeAll(async () => {
    server = await start();
    clients = openClients({ ...connection(), region: 'us-east-1', sockets: 8 });
    now = () => (server && 'clock' in server ? server.clock.now() : realNow());
    await makeKey();
  }, 30_000);
  afterAll(async () => {
    clients.close();
    await server?.close();
  });
  beforeEach(async () => {
    bucket = `ledger-${++buckets}`;
    await clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
    if (server && 'organization' in server) {
      const found = server.organization.buckets.get(bucket);
      if (found) found.versioning = 'Enabled';
    } else {
      const VersioningConfiguration = { Status: 'Enabled' } as const;
      await clients.s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    }
  });

  const leaked = (accessKeyId: string): LeakedKey => ({
    ...{ accessKeyId, accountId: '111122223333', userName: 'ada', revokedAt: now() },
    ...{ byRun: '20261127T225500Z-1a2b3c', by: 'arn:aws:iam::111122223333:user/ops', reason: 'public' },
  });

  /** moto accepts any credentials. */
  const connection = () => ({ endpoint: server?.url ?? '', credentials: ADMINISTRATOR_CREDENTIALS });
  const makeKey = async (): Promise<void> => {
    if (server && 'organization' in server) {
      server.organization.addSigningKey(KEY);
      return;
    }
    // The answer to CreateAlias is empty.
    const kms = new KMSClient({ ...connection(), region: 'us-east-1' });
    const key = new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    const { KeyMetadata } = await kms.send(key);
    const alias = { AliasName: 'alias/keysweep-ledger', TargetKeyId: KeyMetadata?.KeyId };
    await kms.send(new CreateAliasCommand(alias));
  };
  const signed = (options: Partial<SigningOptions> = {}): ObjectStore => {
    const kms = clients.kms('us-east-1');
    const signing = openSigning({ kms, keyId: KEY, organizationId: 'o-1', now, ...options });
    return openBucket({ client: clients.s3, bucket, prefix: 'keysweep', signing });
  };
  const unsigned = (): ObjectStore => openBucket({ client: clients.s3, bucket, prefix: 'keysweep' });
  const objectAt = (key: string) => ({ Bucket: bucket, Key: `keysweep/${key}` });
  const fetched = async (key: string) => {
    const { Body, Metadata } = await clients.s3.send(new GetObjectCommand(objectAt(key)));
    return { Body: (await Body?.transformToString()) ?? '', Metadata: Metadata ?? {} };
  };
  /** As somebody who may write to the bucket. */
  const forge = async (key: string, object: { Body: string; Metadata?: Record<string, string> }) =>
    clients.s3.send(new PutObjectCommand({ ...objectAt(key), ...object }));
  const removeObject = (key: string) => clients.s3.send(new DeleteObjectCommand(objectAt(key)));
  const tamperedOf = ({ tampered = new Map() }: ObjectStore) => Object.fromEntries(tampered);

  it('reads what it stored, by every way to store', async () => {
    const store = signed();
    await store.put(MEMORY, 'put, with ünïcode');
    expect(await store.putNew('runs/1', 'new')).toBe(true);
    await store.update('locks/1', () => 'updated');
    const other = signed();
    expect(await other.get(MEMORY)).toBe('put, with ünïcode');
    expect(await other.get('runs/1')).toBe('new');
    expect(await other.get('locks/1')).toBe('updated');
    expect(await other.get('runs/2')).toBeUndefined();
    expect(tamperedOf(other)).toEqual({});
  });

  it('uses the last version that it stored instead of a changed one', async () => {
    const store = signed();
    await store.put(MEMORY, 'first');
    await store.put(MEMORY, 'hold until 2027');
    const { Metadata } = await fetched(MEMORY);
    await forge(MEMORY, { Body: 'hold until 2028', Metadata });
    expect(await store.get(MEMORY)).toBe('hold until 2027');
    expect(tamperedOf(store)).toEqual({ [MEMORY]: 'changed' });
    expect(describeTampering(store)).toEqual([
      `${MEMORY} in the ledger was changed by something else than keysweep, ` +
        'so the last version that keysweep stored was used. Run keysweep verify --all.',
    ]);
  });

  it.each<[string, Record<string, string>]>([
    ['without a signature', {}],
    ['with a signature that is none', { 'keysweep-signature': 'bm9uZQ==', 'keysweep-signed-at': 'never' }],
  ])('ignores and names an object %s that it never stored', async (_how, Metadata) => {
    const store = signed();
    await forge('runs/1/summary.json', { Body: '{}', Metadata });
    expect(await store.get('runs/1/summary.json')).toBeUndefined();
    expect(tamperedOf(store)).toEqual({ 'runs/1/summary.json': 'added' });
  });

  it('ignores an object that was copied to another key', async () => {
    const store = signed();
    await store.put('runs/1/summary.json', 'ok');
    await forge('runs/2/summary.json', await fetched('runs/1/summary.json'));
    expect(await store.get('runs/2/summary.json')).toBeUndefined();
    expect(tamperedOf(store)).toEqual({ 'runs/2/summary.json': 'added' });
  });

  it('ignores what the key signed for another organization', async () => {
    await signed({ organizationId: 'o-2' }).put(MEMORY, 'theirs');
    const store = signed();
    expect(await store.get(MEMORY)).toBeUndefined();
    expect(tamperedOf(store)).toEqual({ [MEMORY]: 'added' });
  });

  it('does not believe a signed time that S3 denies', async () => {
    await signed({ now: () => new Date(now().getTime() - 16 * MINUTE) }).put(MEMORY, 'old');
    await signed({ now: () => new Date(now().getTime() + 16 * MINUTE) }).put('watch.json', 'new');
    await signed({ now: () => new Date(now().getTime() - 13 * MINUTE) }).put('locks/1', 'slow');
    const store = signed();
    expect(await store.get(MEMORY)).toBeUndefined();
    expect(await store.get('watch.json')).toBeUndefined();
    expect(await store.get('locks/1')).toBe('slow');
    expect(Object.keys(tamperedOf(store))).toEqual([MEMORY, 'watch.json']);
  });

  it('replaces a changed object at the next update, from the last version that it stored', async () => {
    const store = signed();
    await store.put(MEMORY, 'held');
    await forge(MEMORY, { Body: 'not held' });
    await store.update(MEMORY, (stored) => `${stored}, longer`);
    const other = signed();
    expect(await other.get(MEMORY)).toBe('held, longer');
    expect(tamperedOf(other)).toEqual({});
  });

  it('replaces a changed object also when nothing else changes', async () => {
    const store = signed();
    await store.put(MEMORY, 'held');
    await forge(MEMORY, { Body: 'not held' });
    await store.update(MEMORY, (stored) => stored);
    expect((await fetched(MEMORY)).Body).toBe('held');
  });

  it('stores a new object where somebody put one first, and not where it stored one', async () => {
    const store = signed();
    await forge('runs/1', { Body: 'in the way' });
    expect(await store.putNew('runs/1', 'ours')).toBe(true);
    expect(await store.putNew('runs/1', 'ours again')).toBe(false);
    expect(await signed().get('runs/1')).toBe('ours');
  });

  it('checks nothing without a key', async () => {
    await forge(MEMORY, { Body: 'anything' });
    const store = unsigned();
    expect(await store.get(MEMORY)).toBe('anything');
    expect(tamperedOf(store)).toEqual({});
  });

  it('fails if it may not sign', async () => {
    const store = signed({ keyId: KEY.replace('keysweep', 'another') });
    await expect(store.put(MEMORY, 'any')).rejects.toMatchObject({
      failure: { call: 'kms:Sign', code: 'NotFoundException' },
    });
    await forge(MEMORY, { Body: 'any' });
    await expect(store.get(MEMORY)).rejects.toMatchObject({ failure: { call: 'kms:GetPublicKey' } });
  });

  it.runIf(on === 'the sandbox')('notices an old version that was put back', async () => {
    const store = signed();
    await store.put(MEMORY, 'not held');
    const old = await fetched(MEMORY);
    (server as Sandbox).clock.advance(20 * MINUTE);
    await store.put(MEMORY, 'held');
    await forge(MEMORY, old);
    expect(await store.get(MEMORY)).toBe('held');
    expect(tamperedOf(store)).toEqual({ [MEMORY]: 'rolled-back' });
  });

  // moto does not say that a missing object was deleted.
  it.runIf(on === 'the sandbox')(
    'uses what was removed, unless keysweep or retention may remove it',
    async () => {
      const keys = [MEMORY, 'watch.json', 'runs/1/summary.json', 'locks/00000001.json'];
      const store = signed();
      for (const key of keys) {
        await store.put(key, key);
        await removeObject(key);
      }
      expect(await Promise.all(keys.map((key) => store.get(key)))).toEqual([
        MEMORY,
        'watch.json',
        undefined,
        undefined,
      ]);
      expect(tamperedOf(store)).toEqual({ [MEMORY]: 'removed', 'watch.json': 'removed' });
      await store.update(MEMORY, (stored) => `${stored} again`);
      expect(await signed().get(MEMORY)).toBe(`${MEMORY} again`);
    },
  );

  it('ignores a forged entry of the deny list, and names it', async () => {
    const store = signed();
    await denyKey(store, leaked('AKIAONE'));
    const body = JSON.stringify(leaked('AKIATWO'));
    await forge('leaked/AKIATWO.json', { Body: body });
    expect([...(await readDenyList(store)).keys()]).toEqual(['AKIAONE']);
    expect(tamperedOf(store)).toEqual({ 'leaked/AKIATWO.json': 'added' });
    // A real one takes its place.
    await denyKey(store, leaked('AKIATWO'));
    expect([...(await readDenyList(signed())).keys()]).toEqual(['AKIAONE', 'AKIATWO']);
  });

  it('lists the entries of the deny list on more than one page', async () => {
    const store = signed();
    await store.put('leaked.txt', 'another');
    for (const id of ['AKIAONE', 'AKIATWO', 'AKIATHREE']) await denyKey(store, leaked(id));
    const restored = { at: now(), byRun: '20261127T225500Z-1a2b3c', reason: 'a mistake' };
    await allowKeys(store, ['AKIATWO', 'AKIAFOUR'], restored);
    clients.s3.middlewareStack.add(
      (next) => (request) => {
        const input = request.input as { Prefix?: string; MaxKeys?: number };
        return next({
          ...request,
          input: input.Prefix?.includes('leaked') ? { ...input, MaxKeys: 1 } : input,
        });
      },
      { step: 'initialize', name: 'smallPages' },
    );
    onTestFinished(() => {
      clients.s3.middlewareStack.remove('smallPages');
    });
    expect([...(await readDenyList(store)).keys()].sort()).toEqual(['AKIAONE', 'AKIATHREE']);
  });

  it.runIf(on === 'the sandbox')('finds a removed entry of the deny list, and names it', async () => {
    const store = signed();
    await denyKey(store, leaked('AKIAONE'));
    await removeObject('leaked/AKIAONE.json');
    expect([...(await readDenyList(store)).keys()]).toEqual(['AKIAONE']);
    expect(tamperedOf(store)).toEqual({ 'leaked/AKIAONE.json': 'removed' });
    const verified = await verifyLedger(signed(), { expiredBefore: new Date(0) });
    expect(verified.problems).toMatchObject([{ object: 'leaked/AKIAONE.json', problem: 'removed' }]);
  });

  it.runIf(on === 'the sandbox')('takes no other response for an empty deny list', async () => {
    const store = signed();
    await denyKey(store, leaked('AKIAONE'));
    const { faults } = server as Sandbox;
    faults.add({ service: 's3', call: 'ListObjectVersions', kind: 'other-shape' });
    await expect(readDenyList(store)).rejects.toMatchObject({
      failure: { call: 's3:ListBucketVersions', code: 'IncompleteAnswer' },
    });
  });

  it.runIf(on === 'the sandbox')('takes a forged object that was removed for none', async () => {
    await forge(MEMORY, { Body: 'forged' });
    await removeObject(MEMORY);
    const store = signed();
    expect(await store.get(MEMORY)).toBeUndefined();
    expect(tamperedOf(store)).toEqual({});
  });

  it.runIf(on === 'the sandbox')('believes what is older than the key, and only that', async () => {
    await unsigned().put(MEMORY, 'before signing');
    (server as Sandbox).clock.advance(MINUTE);
    await makeKey();
    const store = signed();
    expect(await store.get(MEMORY)).toBe('before signing');
    expect(tamperedOf(store)).toEqual({});
    (server as Sandbox).clock.advance(MINUTE);
    await forge(MEMORY, { Body: 'before signing' });
    await forge('watch.json', { Body: 'since 9999' });
    expect(await store.get(MEMORY)).toBe('before signing');
    expect(await store.get('watch.json')).toBeUndefined();
    expect(tamperedOf(store)).toEqual({ [MEMORY]: 'changed', 'watch.json': 'added' });
  });

  it.runIf(on === 'the sandbox')('takes no other response for an empty list of versions', async () => {
    const store = signed();
    await store.put(MEMORY, 'held');
    await removeObject(MEMORY);
    const { faults } = server as Sandbox;
    faults.add({ service: 's3', call: 'ListObjectVersions', occurrence: 'every', kind: 'other-shape' });
    await expect(store.get(MEMORY)).rejects.toMatchObject({
      failure: { call: 's3:ListBucketVersions', code: 'IncompleteAnswer' },
    });
    faults.clear();
  });

  it.runIf(on === 'the sandbox')('does not search for a version without end', async () => {
    const store = signed();
    await store.put(MEMORY, 'held');
    for (let version = 0; version < 100; version += 1) await forge(MEMORY, { Body: String(version) });
    expect(await store.get(MEMORY)).toBeUndefined();
    expect(tamperedOf(store)).toEqual({ [MEMORY]: 'added' });
  });

  it.runIf(on === 'the sandbox')('costs one call more for each put, and two for a process', async () => {
    const { calls } = server as Sandbox;
    calls.reset();
    const store = signed();
    for (const key of ['a', 'b', 'c']) await store.put(key, key);
    const twoCalls = { 'kms:GetPublicKey': 1, 'kms:DescribeKey': 1 };
    expect(calls.counts()).toEqual({ ...twoCalls, 'kms:Sign': 3, 's3:PutObject': 3 });
    calls.reset();
    for (const key of ['a', 'b', 'c']) await store.get(key);
    expect(calls.counts()).toEqual({ 's3:GetObject': 3 });
  });
});
