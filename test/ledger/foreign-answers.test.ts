import { crc32 } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openClients, type Clients } from '../../src/aws/clients.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { openBucket } from '../../src/ledger/s3-store.ts';
import { openSigning } from '../../src/ledger/signing.ts';
import { ADMINISTRATOR_CREDENTIALS } from '../../sandbox/calls/caller.ts';
import type { Fault } from '../../sandbox/faults/faults.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';

const KEY = 'arn:aws:kms:us-east-1:999999999999:alias/keysweep-ledger';

let sandbox: Sandbox;
let clients: Clients;
let store: ObjectStore;
beforeEach(async () => {
  sandbox = await startSandbox();
  sandbox.organization.addBucket('ledger').versioning = 'Enabled';
  sandbox.organization.addSigningKey(KEY);
  const credentials = ADMINISTRATOR_CREDENTIALS;
  clients = openClients({ endpoint: sandbox.url, region: 'us-east-1', credentials, sockets: 8 });
  const now = () => sandbox.clock.now();
  const kms = clients.kms('us-east-1');
  const signing = openSigning({ kms, keyId: KEY, organizationId: sandbox.organization.id, now });
  store = openBucket({ client: clients.s3, bucket: 'ledger', prefix: 'keysweep', signing });
});
afterEach(async () => {
  clients.close();
  await sandbox.close();
});

const storesNothing = (fault: Omit<Fault, 'kind'>) => {
  sandbox.faults.add({ ...fault, kind: 'other-answer' });
  return expect(store.put('accounts/1.json', 'one')).rejects;
};

/** Another key under the same name. */
function elsewhere(): SandboxOrganization {
  const organization = new SandboxOrganization();
  organization.addSigningKey(KEY);
  organization.addBucket('ledger');
  return organization;
}

describe('an answer that is right elsewhere', () => {
  it.each<[string, Fault['instead']]>([
    ['of another message', { parameters: { Message: Buffer.from('another').toString('base64') } }],
    ['by another key', { organization: elsewhere() }],
  ])('is no signature: %s', async (_, instead = {}) => {
    await storesNothing({ service: 'kms', call: 'Sign', instead }).toMatchObject({
      failure: { call: 'kms:Sign', code: 'WrongSignature' },
    });
    expect(sandbox.organization.buckets.get('ledger')?.objects.size).toBe(0);
  });

  it('does not date the key, which dates what needs no signature', async () => {
    await storesNothing({
      service: 'kms',
      call: 'DescribeKey',
      instead: { organization: elsewhere() },
    }).toMatchObject({ failure: { code: 'IncompleteAnswer' } });
  });

  it('is no list: of another prefix', async () => {
    await store.put('accounts/1.json', 'one');
    const instead = { parameters: { prefix: 'keysweep/accounts/' } };
    sandbox.faults.add({ service: 's3', call: 'ListObjectsV2', kind: 'other-answer', instead });
    await expect(store.list('runs/')).rejects.toMatchObject({ failure: { code: 'IncompleteAnswer' } });
    expect(await store.list('accounts/')).toEqual(['accounts/1.json']);
  });

  it('is no put: of another body', async () => {
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32('another'));
    const parameters = { Body: 'another', 'x-amz-checksum-crc32': checksum.toString('base64') };
    const instead = { organization: elsewhere(), parameters };
    await storesNothing({ service: 's3', call: 'PutObject', instead }).toMatchObject({
      failure: { call: 's3:PutObject', code: 'WrongChecksum' },
    });
  });
});
