import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';

import { openClients } from '../../src/aws/clients.ts';
import { parseConfig } from '../../src/config/load.ts';
import { deploymentNames, isDeployable } from '../../src/deployment/names.ts';
import { openStore } from '../../src/ledger/open-store.ts';
import { readRun } from '../../src/ledger/runs.ts';
import { runSweep } from '../../src/sweep/run.ts';
import { laterWrites } from '../../src/sweep/undo/later-writes.ts';
import { planUndo } from '../../src/sweep/undo/plan-undo.ts';
import { DAY, MINUTE } from '../support/clock.ts';
import { ADA, EVERY_KEY, keysOf, onSandbox, organizationOf } from '../support/sweeping.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;

/**
 * An organization with a deployed ledger, and somebody who may write to its bucket and do nothing else.
 * Everybody has an active key, and one that its owner deactivated yesterday.
 */
async function deployed() {
  const keys = [{}, { status: 'Inactive' as const }];
  const organization = organizationOf(2, () => [{ ...ADA, keys }]);
  const { id: organizationId, managementAccount } = organization;
  const rules = { maxKeyAgeDays: 0, mode: 'deactivate-then-delete', deleteAfterDays: 30, users: 'all' };
  const input = {
    ...EVERY_KEY,
    defaults: { ...EVERY_KEY.defaults, rules },
    deployment: { account: managementAccount.id, organizationId, region: 'us-east-1' },
  };
  const config = parseConfig(JSON.stringify(input), 'accounts.json');
  if (!isDeployable(config)) throw new Error('no deployment');
  const { ledgerBucket: Bucket, ledgerUrl, ledgerKeyAliasArn } = deploymentNames(config.deployment);
  organization.addBucket(Bucket).versioning = 'Enabled';
  organization.addSigningKey(ledgerKeyAliasArn);

  const on = await onSandbox({ organization });
  const { url: endpoint, region, credentials, clock } = on.sandbox;
  clock.advance(MINUTE);
  const clients = openClients({ endpoint, region, credentials, sockets: 8 });
  onTestFinished(() => {
    clients.close();
  });
  const open = () => openStore(ledgerUrl, clients, config, () => clock.now());
  const sweep = () => runSweep({ mode: 'sweep', filters: {} }, on.dependencies({ config, store: open() }));
  const at = (key: string) => ({ Bucket, Key: `ledger/${key}` });
  const body = async (key: string) =>
    (await (await clients.s3.send(new GetObjectCommand(at(key)))).Body?.transformToString()) ?? '';
  const forge = (key: string, Body: string) =>
    clients.s3.send(new PutObjectCommand({ ...at(key), Body, ContentType: 'application/json' }));
  return { organization, clock, open, sweep, body, forge };
}

const memory = (accountId: string) => `accounts/${accountId}.json`;
const named = (key: string) => expect.stringContaining(`${key} in the ledger`) as string;

describe('whoever can write one object into the deployed ledger', () => {
  it('cannot have a key deleted before its time', async () => {
    const { organization, sweep, forge } = await deployed();
    const inactive = organization.keysOf(FIRST).find(({ status }) => status === 'Inactive');
    const old = {
      userName: 'ada',
      inactiveSince: '2001-01-01T00:00:00.000Z',
      byRun: '20010101T000000Z-000000',
    };
    await forge(memory(FIRST), JSON.stringify({ keys: { [inactive?.accessKeyId ?? '']: old } }));
    const { verdict, problems } = await sweep();
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'ada Inactive']);
    // The others are swept.
    expect(keysOf(organization, SECOND)).toEqual(['ada Inactive', 'ada Inactive']);
    expect({ verdict, problems }).toEqual({ verdict: 'incomplete', problems: [named(memory(FIRST))] });
  });

  it('cannot have a key deleted before its time where keysweep remembers it', async () => {
    const { clock, sweep, body, forge } = await deployed();
    expect((await sweep()).verdict).toBe('ok');
    clock.advance(DAY);
    const stored = await body(memory(FIRST));
    await forge(memory(FIRST), stored.replaceAll(/(?<="inactiveSince": ")\d{4}/g, '2001'));
    const { verdict, problems, keys } = await sweep();
    expect(keys.deleted).toBe(0);
    expect({ verdict, problems }).toEqual({ verdict: 'incomplete', problems: [named(memory(FIRST))] });
    // It is stored again as it was.
    expect((await sweep()).verdict).toBe('ok');
    expect(await body(memory(FIRST))).not.toContain('"2001-');
  });

  it('cannot make a key immune', async () => {
    const { organization, clock, sweep, body, forge } = await deployed();
    expect((await sweep()).verdict).toBe('ok');
    clock.advance(DAY);
    const user = organization.addUser({ account: FIRST, ...ADA, userName: 'eve' });
    const [key] = user.keys;
    const stored = JSON.parse(await body(memory(FIRST))) as { keys: object };
    const held = {
      userName: 'eve',
      holdUntil: '9999-01-01T00:00:00.000Z',
      heldByRun: '20260101T000000Z-000000',
    };
    const keys = { ...stored.keys, [key?.accessKeyId ?? '']: held };
    await forge(memory(FIRST), JSON.stringify({ ...stored, keys }));
    const { verdict, problems } = await sweep();
    expect(keysOf(organization, FIRST)).toContain('eve Inactive');
    expect({ verdict, problems }).toEqual({ verdict: 'incomplete', problems: [named(memory(FIRST))] });
  });

  it('cannot have a key activated that keysweep never touched', async () => {
    const { organization, open, sweep, body, forge } = await deployed();
    const untouched = organization.keysOf(FIRST).find(({ status }) => status === 'Inactive');
    const { runId } = await sweep();
    const keys = await open().list(`runs/${runId}/records/`);
    for (const key of keys) {
      const result = { accessKeyId: untouched?.accessKeyId, userName: 'ada', outcome: 'deactivated' };
      const line = {
        type: 'writes-done',
        at: '2026-11-27T22:55:00.000Z',
        accountId: FIRST,
        results: [result],
      };
      await forge(key, (await body(key)).replace(/^.*"account-finished".*$/m, `${JSON.stringify(line)}\n$&`));
    }
    const store = open();
    const { accounts } = planUndo(await readRun(store, runId), {}, await laterWrites(store, runId));
    const restorable = accounts.flatMap((account) => account.restorable.map((write) => write.accessKeyId));
    expect(restorable).not.toContain(untouched?.accessKeyId);
    expect(restorable).toHaveLength(2);
    expect([...(store.tampered?.keys() ?? [])].toSorted()).toEqual(keys);
  });

  it('cannot erase what was done', async () => {
    const { open, sweep, body, forge } = await deployed();
    const { runId, keys } = await sweep();
    const erased = [];
    for (const key of await open().list(`runs/${runId}/records/`)) {
      const left = (await body(key)).replaceAll(/^.*"writes-(intended|done)".*\n/gm, '');
      if (left === (await body(key))) continue;
      erased.push(named(key));
      await forge(key, left);
    }
    const { accounts, summary } = await readRun(open(), runId);
    expect(summary).toMatchObject({ verdict: 'incomplete', keys });
    expect(summary?.problems.toSorted()).toEqual(erased);
    expect([...accounts.values()].flatMap(({ writes }) => [...writes.values()])).toHaveLength(2);
  });

  it('cannot hold the lock, nor end a run, nor begin one of the future', async () => {
    const { clock, sweep, forge, open } = await deployed();
    const { runId } = await sweep();
    const lock = { runId, host: 'elsewhere', pid: 1, heldUntil: '9999-01-01T00:00:00.000Z', released: false };
    await forge('locks/99999999.json', JSON.stringify(lock));
    await forge('runs/99991231T235959Z-ffffff/records/00000001.jsonl', '{}\n');
    clock.advance(DAY);
    const { verdict, problems, accounts } = await sweep();
    expect(accounts).not.toHaveProperty('failed');
    expect({ verdict, problems: problems.toSorted() }).toEqual({
      verdict: 'incomplete',
      problems: [named('locks/99999999.json'), named('runs/99991231T235959Z-ffffff/')],
    });
    expect(await open().list('locks/')).not.toContain('locks/99999999.json');
  });
});
