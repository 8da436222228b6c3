import { describe, expect } from 'vitest';

import { generateOrganization } from '../../sandbox/generator/generate.ts';
import type { Documents } from '../../src/report/json.ts';
import { jsonDocument } from '../support/json-document.ts';
import { EVERY_KEY, organizationOf } from '../support/sweeping.ts';
import { it, type OpenWorkspace, type Workspace } from '../support/workspace.ts';

type Line = Documents['accounts']['accounts'][number];

/** An organization with OUs, some of them in others. */
async function generated(
  open: OpenWorkspace,
): Promise<Workspace & { readonly lines: (words?: string) => Promise<readonly Line[]> }> {
  const { organization } = generateOrganization({ accounts: 20, troubles: 'none' });
  const workspace = await open({ organization, config: EVERY_KEY });
  return {
    ...workspace,
    lines: async (words = '') =>
      jsonDocument('accounts', (await workspace.run(`accounts --json ${words}`.trim())).stdout).accounts,
  };
}

const UNIT = { id: expect.stringMatching(/^ou-/) as string, path: expect.any(String) as string };

describe('keysweep accounts', { timeout: 60_000 }, () => {
  it('shows the OU of each account by path and ID, and the settings of each target', async ({ open }) => {
    const { lines, run } = await generated(open);
    const all = await lines();
    expect(all).toHaveLength(21);
    for (const { organizationalUnit, accountName } of all)
      if (accountName !== 'Management') expect(organizationalUnit, accountName).toEqual(UNIT);
    expect(all.find(({ status }) => status === 'armed')?.settings).toEqual({
      ...{ groups: ['Developers'], mode: 'deactivate', users: 'all' },
      ...{ maxKeyAgeDays: 0, maxUnusedDays: false },
    });
    expect(all.find(({ status }) => status === 'out-of-scope')).toMatchObject({
      settings: null,
      organizationalUnit: { path: 'Root' },
    });
    const { stdout } = await run('accounts');
    expect(stdout).toMatch(/ {2}Workloads \/ Prod +ou-\S+ +ACTIVE +armed /);
  });

  it('takes names of OUs and accounts, and shows the rows of its own options alone', async ({ open }) => {
    const { lines } = await generated(open);
    const all = await lines();
    const idsOf = (some: readonly Line[]): string[] => some.map(({ accountId }) => accountId);
    const below = (path: string): string[] =>
      idsOf(all.filter(({ organizationalUnit: unit }) => unit?.path.startsWith(path)));
    expect(below('Sandbox').length).toBeGreaterThan(1);
    expect(idsOf(await lines('--ou Sandbox'))).toEqual(below('Sandbox'));
    expect(idsOf(await lines('--ou Workloads'))).toEqual(below('Workloads'));
    expect(idsOf(await lines('--ou Workloads/Prod'))).toEqual(below('Workloads / Prod'));
    const [one] = all;
    expect(idsOf(await lines(`--account ${one?.accountName ?? ''}`))).toEqual([one?.accountId]);
    const both = await lines(`--account ${one?.accountId ?? ''} --ou Sandbox`);
    expect(new Set(idsOf(both))).toEqual(new Set([one?.accountId, ...below('Sandbox')]));
  });

  it('refuses a name that is wrong, or that several have', async ({ open }) => {
    const organization = organizationOf(3);
    for (const { details } of organization.accounts.list().slice(1)) Object.assign(details, { name: 'twin' });
    const { run } = await open({ organization });
    const ambiguous = await run('accounts --account twin');
    expect(ambiguous).toMatchObject({ code: 2, stdout: '' });
    expect(ambiguous.stderr).toMatch(/--account twin is ambiguous: 1\d{11} \(twin\), .*Use the ID\./);
    expect((await run('accounts --account twyn')).stderr).toContain('Did you mean twin?');
    expect((await run('plan --ou Nowhere')).stderr).toContain('--ou Nowhere is neither an ID nor a name');
  });

  it('reads no names for IDs, and a plan takes names, too', async ({ open }) => {
    const { run, sandbox, stored, lines } = await generated(open);
    const [one] = await lines();
    const before = sandbox.calls.of('organizations', 'ListAccounts').length;
    await run(`plan --account ${one?.accountId ?? ''}`);
    const withId = sandbox.calls.of('organizations', 'ListAccounts').length - before;
    expect((await run(`plan --account ${one?.accountName ?? ''}`)).code).toBe(0);
    expect((await stored()).started.filters).toEqual({ accounts: [one?.accountId] });
    const withName = sandbox.calls.of('organizations', 'ListAccounts').length - before - withId;
    expect(withName).toBe(2 * withId);
  });
});
