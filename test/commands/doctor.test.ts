import { describe, expect } from 'vitest';

import { dateFromNow } from '../support/clock.ts';
import { EVERY_KEY, organizationOf } from '../support/sweeping.ts';
import { it, takeRole } from '../support/workspace.ts';

describe('keysweep doctor', { timeout: 90_000 }, () => {
  it('needs only a first accounts.json, and changes nothing', async ({ open }) => {
    const workspace = await open();
    const { code, stdout, stderr } = await workspace.run('doctor');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('NOT CHECKED  accounts.json has no deployment');
    expect(stdout).toContain('  2 accounts: readable\n');
    // The sandbox's administrator is an IAM user.
    expect(stdout).toContain('WARNING  You use an access key of the IAM user sandbox-administrator');
    expect(stdout).toMatch(/\nNo problem: 1 warning, 1 not checked, \d+ ok\.\n$/);
    expect(workspace.sandbox.calls.writes()).toEqual([]);
    expect(await workspace.ledger.list('locks/')).toEqual([]);
  });

  it('exits with 1 for a problem, and prints one JSON document', async ({ open }) => {
    const organization = organizationOf(2);
    takeRole(organization, '100000000001');
    const { run } = await open({ organization });
    const { code, stdout } = await run('doctor --json');
    expect(code).toBe(1);
    const { counts, findings } = JSON.parse(stdout) as { counts: object; findings: object[] };
    expect(counts).toMatchObject({ problem: 1 });
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'enter-account', accountId: '100000000001', status: 'problem' }),
    );
  });

  it('exits with 2 if accounts.json names what the organization does not have', async ({ open }) => {
    const until = dateFromNow(400);
    const optOut = { account: '100000000009', owner: 'a@b.c', reason: 'freeze', until };
    const { run } = await open({ config: { ...EVERY_KEY, optOuts: [optOut] } });
    const { code, stdout } = await run('doctor');
    expect(code).toBe(2);
    expect(stdout).toContain('PROBLEM  accounts.json names 100000000009');
  });

  it('reports credentials that AWS rejects', async ({ open }) => {
    const { run } = await open();
    const { code, stdout } = await run('doctor', { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN' });
    expect(code).toBe(1);
    expect(stdout).toContain('PROBLEM  AWS did not confirm who you are (InvalidClientTokenId)');
  });
});
