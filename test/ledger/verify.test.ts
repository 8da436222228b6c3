import { cp, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openClients } from '../../src/aws/clients.ts';
import { openFolder } from '../../src/ledger/folder-store.ts';
import { readMemory, restoreMemories } from '../../src/ledger/memory.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { openBucket } from '../../src/ledger/s3-store.ts';
import { openSigning } from '../../src/ledger/signing.ts';
import { verifyLedger } from '../../src/ledger/verify.ts';
import { runSweep } from '../../src/sweep/run.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { DAY, MINUTE } from '../support/clock.ts';
import { ADA, EVERY_KEY, onSandbox, organizationOf, type SweptSandbox } from '../support/sweeping.ts';

const FIRST = '100000000001';
const MEMORY = `accounts/${FIRST}.json`;
const KEY = 'arn:aws:kms:us-east-1:999999999999:alias/keysweep-ledger';
const BUCKET = 'ledger';

interface Stored {
  readonly Body: string;
  readonly Metadata: Record<string, string>;
}

/** A ledger, and what somebody else can do to its objects. */
interface Ledger {
  readonly store: () => ObjectStore;
  readonly read: (key: string) => Promise<Stored>;
  readonly put: (key: string, object: Stored) => Promise<unknown>;
  readonly remove: (key: string) => Promise<unknown>;
}

function folderAt(path: string): Ledger {
  const store = () => openFolder(path);
  return {
    store,
    read: async (key) => ({ Body: (await store().get(key)) ?? '', Metadata: {} }),
    put: async (key, { Body }) => {
      // Also makes the folders.
      await store().put(key, '');
      await writeFile(join(path, key), Body);
    },
    remove: (key) => unlink(join(path, key)),
  };
}

function signedBucket(
  client: S3Client,
  kms: Parameters<typeof openSigning>[0]['kms'],
  now: () => Date,
): Ledger {
  const at = (key: string) => ({ Bucket: BUCKET, Key: key });
  const signing = () => openSigning({ kms, keyId: KEY, organizationId: 'o-1', now });
  return {
    store: () => openBucket({ client, bucket: BUCKET, prefix: '', signing: signing() }),
    read: async (key) => {
      const { Body, Metadata = {} } = await client.send(new GetObjectCommand(at(key)));
      return { Body: (await Body?.transformToString()) ?? '', Metadata };
    },
    put: (key, object) => client.send(new PutObjectCommand({ ...at(key), ...object })),
    remove: (key) => client.send(new DeleteObjectCommand(at(key))),
  };
}

const closing: (() => unknown)[] = [];
const onTestFinished = (close: () => unknown) => closing.unshift(close);
afterAll(async () => {
  for (const close of closing) await close();
});

/** Three weekly sweeps; the second deactivates keys of one more user, so there are two memories. */
async function sweep(kind: 'folder' | 'bucket') {
  const rules = { ...EVERY_KEY.defaults.rules, mode: 'deactivate-then-delete' as const, deleteAfterDays: 60 };
  const config = { ...EVERY_KEY, defaults: { ...EVERY_KEY.defaults, rules } };
  const organization = organizationOf(2);
  const bucket = organization.addBucket(BUCKET);
  bucket.versioning = 'Enabled';
  organization.addSigningKey(KEY);
  const on = await onSandbox({ organization, config, context: { onTestFinished } as never });
  const { sandbox } = on;
  sandbox.clock.stop();
  sandbox.clock.advance(MINUTE);
  const path = await mkdtemp(join(tmpdir(), 'keysweep-'));
  onTestFinished(() => rm(path, { recursive: true }));
  const ledger = kind === 'folder' ? folderAt(join(path, 'swept')) : bucketOn(on);
  const run = async (): Promise<string> => {
    const dependencies = on.dependencies({ store: ledger.store() });
    const { runId, verdict } = await runSweep({ mode: 'sweep', filters: {} }, dependencies);
    expect(verdict).toBe('ok');
    sandbox.clock.advance(7 * DAY);
    return runId;
  };
  const first = await run();
  const memories = [await ledger.read(MEMORY)];
  organization.addUser({ account: FIRST, ...ADA, userName: 'bob' });
  const second = await run();
  memories.push(await ledger.read(MEMORY));
  const third = await run();

  const [objects, versions, now] = [bucket.objects.list(), [...bucket.versions], sandbox.clock.now()];
  let copies = 0;
  /** The same ledger, untouched. */
  const copy = async (): Promise<Ledger> => {
    sandbox.clock.set(now);
    for (const object of bucket.objects.list()) bucket.objects.remove(object);
    for (const object of objects) bucket.objects.add(object);
    bucket.versions.clear();
    for (const [key, of] of versions) bucket.versions.set(key, of);
    if (kind === 'bucket') return ledger;
    const to = join(path, `copy-${++copies}`);
    await cp(join(path, 'swept'), to, { recursive: true });
    return folderAt(to);
  };
  return { sandbox, copy, first, second, third, memories };
}

function bucketOn({ sandbox }: SweptSandbox): Ledger {
  const { url: endpoint, region, credentials } = sandbox;
  const clients = openClients({ endpoint, region, credentials, sockets: 8 });
  onTestFinished(() => {
    clients.close();
  });
  return signedBucket(clients.s3, clients.kms(region), () => sandbox.clock.now());
}

describe.each(['folder', 'bucket'] as const)('a %s', (kind) => {
  let ledger: Ledger;
  let sandbox: Sandbox;
  let first: string;
  let second: string;
  let third: string;
  let memories: readonly Stored[];
  let copy: () => Promise<Ledger>;
  beforeAll(async () => {
    ({ copy, sandbox, first, second, third, memories } = await sweep(kind));
  });
  beforeEach(async () => {
    ledger = await copy();
  });

  const verified = async (runIds?: readonly string[], expiredBefore = new Date(0)): Promise<string[]> => {
    const { problems } = await verifyLedger(ledger.store(), { runIds, expiredBefore });
    return problems.map(({ object, problem }) => `${problem} ${object}`);
  };
  const isSigned = kind === 'bucket';
  const recordsOf = (runId: string, number: number) =>
    `runs/${runId}/records/${String(number).padStart(8, '0')}.jsonl`;
  const change = async (key: string, edit: (body: string) => string) => {
    const { Body, Metadata } = await ledger.read(key);
    expect(edit(Body)).not.toBe(Body);
    await ledger.put(key, { Body: edit(Body), Metadata });
  };

  it('that nobody touched has no problem', async () => {
    expect(await verifyLedger(ledger.store(), { expiredBefore: new Date(0) })).toEqual({
      runs: 3,
      problems: [],
    });
    expect(await verified([second])).toEqual([]);
  });

  it('names a record with one flipped bit', async () => {
    const key = recordsOf(second, 2);
    await change(key, (body) =>
      body.replace('"accounts-listed"', '"accounts-listed" ').replace('account-0', 'account-1'),
    );
    const found = await verified([second]);
    if (isSigned) expect(found).toEqual([`changed ${key}`]);
    else expect(found).toContain(`changed runs/${second}/`);
    expect(await verified([first, third])).toEqual([]);
  });

  it.each([1, 2])('names the run of which object %i was removed', async (number) => {
    await ledger.remove(recordsOf(second, number));
    expect(await verified()).toContain(`removed runs/${second}/`);
    expect(await verified([first])).toEqual([]);
  });

  it('names a run of which the end was removed', async () => {
    const keys = await ledger.store().list(`runs/${second}/records/`);
    await ledger.remove(keys.at(-1) ?? '');
    expect(await verified()).toEqual([`removed runs/${second}/`]);
  });

  it('names a run without an end of which the start was removed', async () => {
    for (const key of [recordsOf(second, 1), `runs/${second}/summary.json`]) await ledger.remove(key);
    const later = (await ledger.store().list(`runs/${second}/records/`)).slice(1);
    for (const key of later) await ledger.remove(key);
    expect(await verified([second])).toEqual([`removed runs/${second}/`]);
  });

  it('names a summary that was changed', async () => {
    const key = `runs/${second}/summary.json`;
    await change(key, (body) => body.replace('"deactivated": 1', '"deactivated": 0'));
    expect(await verified([second])).toEqual([`changed ${key}`]);
  });

  it('names a run that was removed, unless it may have expired', async () => {
    for (const key of await ledger.store().list(`runs/${second}/`)) await ledger.remove(key);
    expect(await verified()).toEqual([`removed runs/${second}/`]);
    expect(await verified(undefined, sandbox.clock.now())).toEqual([]);
  });

  it('names a run of another organization', async () => {
    const other = second.replace(/^\d{8}/, '20260101');
    for (const key of await ledger.store().list(`runs/${second}/`)) {
      const { Body, Metadata } = await ledger.read(key);
      const organization = sandbox.organization.id;
      const body = Body.replaceAll(second, other).replaceAll(organization, 'o-anotherorgid');
      await ledger.put(key.replace(second, other), { Body: body, Metadata });
    }
    const found = await verified();
    expect(found).toContain(isSigned ? `added ${recordsOf(other, 1)}` : `added runs/${other}/`);
    expect(found.every((line) => line.includes(other))).toBe(true);
  });

  it.each([0, 20])('names a memory that was rolled back, %i minutes after it was stored', async (minutes) => {
    const [old, current] = memories as [Stored, Stored];
    await ledger.put(MEMORY, old);
    sandbox.clock.advance(minutes * MINUTE);
    expect(await verified()).toEqual([`rolled-back ${MEMORY}`]);
    if (!isSigned) return;
    const store = ledger.store();
    await verifyLedger(store, { expiredBefore: new Date(0) });
    expect(await restoreMemories(store)).toEqual([MEMORY]);
    expect((await ledger.read(MEMORY)).Body).toBe(current.Body);
    expect(await verified()).toEqual([]);
  });

  it('names a memory that was changed, and one that was removed', async () => {
    await change(MEMORY, (body) => body.replace(/"inactiveSince": "\d{4}/, '"inactiveSince": "2001'));
    expect(await verified()).toEqual([`changed ${MEMORY}`]);
    await ledger.remove(MEMORY);
    expect(await verified()).toEqual([`removed ${MEMORY}`]);
  });

  it.runIf(isSigned)('names a start of the watchdog that was removed', async () => {
    await ledger.store().put('watch.json', '{}');
    await ledger.remove('watch.json');
    expect(await verified()).toEqual(['removed watch.json']);
  });

  it.runIf(isSigned)(
    'names a memory, a lock and a start of the watchdog that keysweep never stored',
    async () => {
      const added = [...[`accounts/100000000009.json`, 'index.html', 'locks/99999999.json', 'watch.json']];
      for (const key of added) await ledger.put(key, { Body: '{}', Metadata: {} });
      const store = ledger.store();
      await expect(readMemory(store, '100000000009')).rejects.toThrow('was not stored by keysweep');
      expect((await verified()).toSorted()).toEqual(added.map((key) => `added ${key}`));
      expect(await restoreMemories(store)).toEqual([added[0]]);
      expect((await verified()).toSorted()).toEqual(added.slice(1).map((key) => `added ${key}`));
      expect(await readMemory(ledger.store(), '100000000009')).toEqual({ keys: new Map() });
    },
  );
});
