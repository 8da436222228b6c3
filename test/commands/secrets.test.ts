import { describe, expect } from 'vitest';

import { organizationOf } from '../support/sweeping.ts';
import { it, takeRole, type Workspace } from '../support/workspace.ts';

/** What signs the requests, and what the sandbox hands out with every session. */
const OWN = { AWS_SECRET_ACCESS_KEY: 'CanarySecretOfTheCaller', AWS_SESSION_TOKEN: 'CanaryTokenOfTheCaller' };
const SECRETS = [...Object.values(OWN), 'SandboxSecretAccessKey/', 'SandboxSessionToken/'];

/** In real processes, of which everything is heard that they say. */
describe('secrets', { timeout: 60_000 }, () => {
  it('are neither printed nor stored in the ledger, whatever goes wrong', async ({ open }) => {
    const organization = organizationOf(5);
    takeRole(organization, '100000000001');
    const workspace = await open({
      organization,
      sandbox: {
        faults: [
          { service: 'iam', call: 'GetGroup', account: '100000000002', occurrence: 'every', kind: 'denied' },
          { service: 'iam', call: 'GetGroup', account: '100000000003', occurrence: 'every', kind: 'garbled' },
          {
            service: 'iam',
            call: 'UpdateAccessKey',
            account: '100000000004',
            occurrence: 'every',
            kind: 'expired-token',
          },
        ],
      },
    });
    const swept = await workspace.runProcess('sweep --apply --yes --all', OWN);
    expect(swept).toMatchObject({ code: 1, stderr: '' });
    expect((await workspace.stored()).summary).toMatchObject({
      keys: { deactivated: 1, failed: 1 },
      accounts: { 'cannot-assume': 1 },
    });
    const shown = await workspace.runProcess('show last --json', OWN);
    workspace.sandbox.faults.add({ service: 'organizations', occurrence: 'every', kind: 'denied' });
    const refused = await workspace.runProcess('accounts', OWN);
    expect(refused).toMatchObject({ code: 1, stdout: '' });

    const said = [swept, shown, refused].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    const everything = [...said, ...(await stored(workspace))].join('\n');
    expect(everything).toContain('100000000005');
    expect(SECRETS.filter((secret) => everything.includes(secret))).toEqual([]);
  });
});

/** Every object of the ledger, as text. */
async function stored({ ledger }: Workspace): Promise<string[]> {
  const keys = await ledger.list('');
  expect(keys.length).toBeGreaterThan(3);
  return Promise.all(keys.map(async (key) => `${key}\n${await ledger.get(key)}`));
}
