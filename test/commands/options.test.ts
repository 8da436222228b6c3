import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect } from 'vitest';

import { parseAccountsLock } from '../../src/config/accounts-lock.ts';
import { typeCommand } from '../support/type-command.ts';
import { keysOf, organizationOf } from '../support/sweeping.ts';
import { it, statuses } from '../support/workspace.ts';

/** A port without a server. */
const NOWHERE = 'http://127.0.0.1:9';

describe.concurrent('options', { timeout: 60_000 }, () => {
  it('--account and --ou sweep a part, and the rest is out of scope', async ({ open }) => {
    const organization = organizationOf(4);
    const unit = organization.addOrganizationalUnit('Test');
    organization.moveAccount('100000000004', unit);
    const { run, stored } = await open({ organization });
    const accounts = await run('sweep --apply --yes --account 100000000001 100000000002');
    expect(accounts).toMatchObject({ code: 0, stderr: '' });
    expect(accounts.stdout).toContain('part of the organization');
    expect(statuses(organization)).toEqual({ Inactive: 2, Active: 2 });
    expect((await stored()).summary).toMatchObject({
      filtered: true,
      accounts: { swept: 2, 'out-of-scope': 3 },
    });
    expect(await run(`sweep --apply --yes --ou ${unit.id}`)).toMatchObject({ code: 0, stderr: '' });
    expect(keysOf(organization, '100000000004')).toEqual(['ada Inactive']);
    expect(keysOf(organization, '100000000003')).toEqual(['ada Active']);
  });

  it('--ledger s3://… stores the runs in a bucket, where show reads them', async ({ open }) => {
    const { run, sandbox, ledger } = await open();
    const missing = await run('sweep --apply --yes --ledger s3://ledger/team');
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('NoSuchBucket');
    expect(statuses(sandbox.organization)).toEqual({ Active: 2 });

    const bucket = sandbox.organization.addBucket('ledger');
    const swept = await run('sweep --apply --yes --ledger s3://ledger/team --json');
    expect(swept).toMatchObject({ code: 0, stderr: '' });
    expect(await run('show --ledger s3://ledger/team --json')).toEqual(swept);
    const keys = bucket.objects.list().map(({ key }) => key);
    expect(keys.filter((key) => !key.startsWith('team/'))).toEqual([]);
    expect(keys.filter((key) => key.endsWith('/summary.json'))).toHaveLength(1);
    expect(existsSync(ledger.location)).toBe(false);
  });

  it('--endpoint-url takes precedence over the variables, and AWS_ENDPOINT_URL alone is enough', async ({
    open,
  }) => {
    const { run, environment, sandbox } = await open();
    const named = Object.keys(environment).filter((name) => name.startsWith('AWS_ENDPOINT_URL'));
    const unreachable = Object.fromEntries(named.map((name) => [name, NOWHERE]));
    expect(await run(`plan --endpoint-url ${sandbox.url}`, unreachable)).toMatchObject({
      code: 0,
      stderr: '',
    });
    const alone = { ...unreachable, ...Object.fromEntries(named.slice(1).map((name) => [name, ''])) };
    expect(await run('plan', { ...alone, AWS_ENDPOINT_URL: sandbox.url })).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it.each(['localhost:4566', 'ftp://127.0.0.1', '127.0.0.1:4566', 'nonsense'])(
    '--endpoint-url refuses %s with an example',
    async (url) => {
      const { code, stderr } = await typeCommand(['plan', '--endpoint-url', url], {});
      expect(code).toBe(2);
      expect(stderr).toContain('with http or https, such as http://127.0.0.1:4566');
    },
  );

  it('--account says how to pass several IDs', async () => {
    const { code, stderr } = await typeCommand(['plan', '--account', '100000000001,100000000002'], {});
    expect(code).toBe(2);
    expect(stderr).toContain('Separate IDs with spaces, not commas.');
  });

  it('accounts --lock writes every target, and refuses to write only some', async ({ open }) => {
    const { run, folder } = await open({ organization: organizationOf(3) });
    const file = join(folder, 'accounts.lock.json');
    const written = await run(`accounts --lock ${file}`);
    expect(written).toMatchObject({
      code: 0,
      stderr: `Wrote ${file}: 3 accounts, 3 added, 0 marked removed. Review the change, then deploy.\n`,
    });
    const text = await readFile(file, 'utf8');
    expect(parseAccountsLock(text, file).accounts.map(({ id }) => id)).toEqual([
      '100000000001',
      '100000000002',
      '100000000003',
    ]);
    const part = await run(`accounts --lock ${file} --account 100000000001`);
    expect(part).toMatchObject({ code: 2, stdout: '' });
    expect(part.stderr).toContain('Leave out --account and --ou.');
    expect(await readFile(file, 'utf8')).toBe(text);
  });
});
