import { describe, expect } from 'vitest';

import { listRunIds } from '../../src/ledger/runs.ts';
import { EVERY_KEY, organizationOf } from '../support/sweeping.ts';
import { it, statuses, takeRole } from '../support/workspace.ts';

const MISSING = ['100000000002', '100000000005', '100000000011'];

/** Each of the four codes once as the end of a real process. */
describe.concurrent('the exit code', { timeout: 60_000 }, () => {
  it('is 0 when every account is covered', async ({ open }) => {
    const { runProcess, sandbox } = await open({ organization: organizationOf(12) });
    const { code, stdout, stderr } = await runProcess('sweep --apply --yes');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('OK: all 13 accounts were covered.');
    expect(statuses(sandbox.organization)).toEqual({ Inactive: 12 });
  });

  it('is 1 if the role is missing in three accounts, which are named, and the others swept', async ({
    open,
  }) => {
    const organization = organizationOf(12);
    for (const id of MISSING) takeRole(organization, id);
    const { runProcess } = await open({ organization });
    const { code, stdout } = await runProcess('sweep --apply --yes');
    expect(code).toBe(1);
    const notCovered = stdout.slice(stdout.indexOf('Not covered'), stdout.indexOf('\nKeys'));
    expect(notCovered).toContain('cannot-assume (3): Deploy the rotation role there');
    expect(notCovered.match(/^ {4}\d{12}(?= )/gm)?.map((id) => id.trim())).toEqual(MISSING);
    expect(stdout).toContain('INCOMPLETE: 3 of 13 accounts not covered.');
    expect(statuses(organization)).toEqual({ Active: 3, Inactive: 9 });
  });

  it('is 1 without credentials, with what to do', async ({ open }) => {
    const { run, sandbox } = await open();
    const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    const { code, stdout, stderr } = await run('plan', none);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('No AWS credentials were found. Sign in');
    expect(sandbox.calls.all).toEqual([]);
  });

  it('is 2 for a bad accounts.json: every problem is listed, and AWS is not called', async ({ open }) => {
    const { runProcess, sandbox } = await open({
      config: '{ "limitz": {},\n  "defaults": { "groups": [], "rules": { "maxKeyAgeDays": -1 } } }',
    });
    const { code, stdout, stderr } = await runProcess('sweep --apply --yes');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('accounts.json: 3 problems');
    for (const path of ['defaults.groups', 'defaults.rules.maxKeyAgeDays', 'limitz'])
      expect(stderr).toMatch(new RegExp(`^ {2}${path.replaceAll('.', '\\.')} \\(line \\d+`, 'm'));
    expect(stderr).toContain('did you mean "limits"?');
    expect(sandbox.calls.all).toEqual([]);
  });

  it.for([
    ['plan', 0, 5],
    ['sweep --apply --yes', 0, 5],
    ['plan', 0, 0],
  ] as const)('of "%s" is %i, and with --detailed-exitcode %i', async ([command, , detailed], { open }) => {
    const rules = detailed === 0 ? { maxKeyAgeDays: 3650 } : { maxKeyAgeDays: 0 };
    const config = {
      ...EVERY_KEY,
      defaults: { ...EVERY_KEY.defaults, rules: { ...EVERY_KEY.defaults.rules, ...rules } },
    };
    const { run } = await open({ config });
    expect(await run(`${command} --detailed-exitcode`)).toMatchObject({ code: detailed });
    expect(await run(`${command} --detailed-exitcode --account 100000000092`)).toMatchObject({ code: 2 });
    expect(await run('plan')).toMatchObject({ code: 0 });
  });

  it.for(['plan', 'sweep --apply --yes'])(
    'is 2 for a wrong account of %s, which makes no run',
    async (command, { open }) => {
      const { run, ledger } = await open();
      const { code, stdout, stderr } = await run(`${command} --account 100000000092`);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('did you mean "100000000002"?');
      expect(await listRunIds(ledger)).toEqual([]);
      expect((await run(`${command} --account 100000000002`)).code).toBe(0);
      expect(await listRunIds(ledger)).toHaveLength(1);
    },
  );

  it('is 2 if accounts.json names an account that the organization does not have', async ({ open }) => {
    const { run, sandbox } = await open({
      config: { ...EVERY_KEY, overrides: [{ accounts: ['100000000092'], armed: false }] },
    });
    const { code, stdout, stderr } = await run('sweep --apply --yes');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('overrides[0].accounts[0]');
    expect(stderr).toContain('did you mean "100000000002"?');
    expect(sandbox.calls.of('sts', 'AssumeRole')).toEqual([]);
  });

  it.for([
    ['sweep --aply', 'Did you mean --apply?'],
    ['swep', 'Did you mean sweep?'],
    ['sweep --apply', 'but there is no terminal. Add --yes.'],
    ['plan --endpoint-url localhost', 'Expected a URL with http or https, such as http'],
    ['plan --ledger gs://bucket', 'Name a folder or s3://bucket/prefix.'],
    ['plan --config nowhere.json', 'nowhere.json does not exist'],
    ['undo last --hold-days soon', 'Expected a whole number from 1 to 90.'],
  ] as const)('is 2 for "%s", and AWS is not called', async ([command, hint], { open }) => {
    const { run, sandbox } = await open();
    const { code, stdout, stderr } = await run(command);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(hint);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(sandbox.calls.all).toEqual([]);
  });

  it('is 3 if a limit stops the sweep: nothing is written, and the limit is named with what to do', async ({
    open,
  }) => {
    const { runProcess, sandbox } = await open({
      organization: organizationOf(3),
      config: { ...EVERY_KEY, limits: { maxKeys: 2 } },
    });
    const { code, stdout } = await runProcess('sweep --apply --yes');
    expect(code).toBe(3);
    expect(stdout).toContain('maxKeys: This sweep would revoke 3 keys; limits.maxKeys allows 2.');
    expect(stdout).toContain(
      'raise limits.maxKeys, or sweep part of the organization with --account or --ou',
    );
    expect(stdout).toContain('STOPPED by a limit before anything was written.');
    expect(sandbox.calls.writes()).toEqual([]);
  });
});
