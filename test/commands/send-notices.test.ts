import { describe, expect } from 'vitest';

import { ADA, EVERY_KEY, organizationOf } from '../support/sweeping.ts';
import { it, type OpenWorkspace } from '../support/workspace.ts';

const FIRST = '100000000001';

async function deployed(open: OpenWorkspace) {
  const organization = organizationOf(1, () => [ADA]);
  const { managementAccount, id: organizationId } = organization;
  const deployment = { account: managementAccount.id, organizationId, region: 'us-east-1' };
  const workspace = await open({
    organization,
    config: { ...EVERY_KEY, deployment, notices: { topic: {} } },
  });
  const sent = (): string[] =>
    organization.sent
      .map((one) => (one.kind === 'event' ? one.detailType : one.kind === 'message' ? one.subject : 'mail'))
      .sort();
  // The ledger is a folder here.
  const write = (command: string) => workspace.run(`${command} --not-the-deployed-ledger`);
  return { ...workspace, write, organization, sent };
}

describe('a run from a terminal, with a deployment', { timeout: 60_000 }, () => {
  it('notifies as the rotator does, and records that', async ({ open }) => {
    const { run, write, sent, stored, organization } = await deployed(open);
    await run('plan');
    expect(sent()).toEqual([]);
    const swept = await write('sweep --apply --yes --reason OPS-7');
    expect(swept).toMatchObject({ code: 0, stderr: '' });
    expect(sent()).toEqual([
      'Access Key Revoked',
      'Sweep Completed',
      'keysweep: sweep ok: 1 key deactivated, 0 deleted',
    ]);
    expect(swept.stdout).toContain('Notices sent');
    expect((await stored()).notices).toHaveLength(3);

    organization.sent.splice(0);
    expect((await write('undo last --all --apply --reason OPS-8')).code).toBe(0);
    expect(sent()).toEqual(['Access Key Reactivated', expect.stringMatching(/^keysweep: undo ok, by /)]);
    const [message] = organization.sent.filter(({ kind }) => kind === 'message');
    expect(message).toMatchObject({ body: expect.stringContaining('Reason: OPS-8') as string });

    organization.sent.splice(0);
    const [key] = organization.keysOf(FIRST);
    expect((await write(`holds --lift ${key?.accessKeyId} --reason OPS-9`)).code).toBe(0);
    expect(sent()).toEqual(['Hold Lifted', expect.stringMatching(/^keysweep: lift ok, by /)]);
  });

  it('is what it is if nobody can be notified, and says so', async ({ open }) => {
    const { write, sandbox, sent } = await deployed(open);
    sandbox.faults.add({ service: 'events', call: 'PutEvents', occurrence: 'every', kind: 'denied' });
    const { code, stderr } = await write('sweep --apply --yes');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Notices that could not be sent: 2\. keysweep show \S+ says why\.\n$/);
    expect(sent()).toHaveLength(1);
  });
});

describe('a run from a terminal, without a deployment', () => {
  it('notifies nobody', async ({ open }) => {
    const organization = organizationOf(1);
    const { run } = await open({ organization });
    expect(await run('sweep --apply --yes')).toMatchObject({ code: 0, stderr: '' });
    expect(organization.sent).toEqual([]);
  });
});
