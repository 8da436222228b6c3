import { describe, expect } from 'vitest';

import { listRunIds } from '../../src/ledger/runs.ts';
import { ADA, organizationOf } from '../support/sweeping.ts';
import { it, statuses } from '../support/workspace.ts';

const FIRST = '100000000001';

describe('undo', { timeout: 120_000 }, () => {
  it('suggests the nearest name for keys that the run did not write to, and makes no empty run', async ({
    open,
  }) => {
    const organization = organizationOf(1, () => [ADA, { ...ADA, userName: 'bob' }]);
    const { run, ledger, stored } = await open({ organization });
    await run('sweep --apply --yes');
    const { runId } = (await stored()).started;
    const [ada] = organization.keysOf(FIRST);
    const refusals: [string, string][] = [
      ['--user adda bob', 'user adda (the nearest is ada)'],
      ['--account 100000000010', `account 100000000010 (the nearest is ${FIRST})`],
      ['--account 12 --key nope', 'account 12, nor of key nope'],
      [`--user bob --key ${ada?.accessKeyId}`, 'that matches all of the options'],
    ];
    for (const [selection, expected] of refusals) {
      const { code, stdout, stderr } = await run(`undo last ${selection} --apply --reason test`);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(expected);
      expect(stderr).toContain(`Run ${runId} wrote to no key`);
    }
    expect(statuses(organization)).toEqual({ Inactive: 2 });

    await run('plan');
    const nothing = await run('undo last --apply --all --reason test');
    expect(nothing).toMatchObject({ code: 0, stderr: '' });
    expect(nothing.stdout).toContain('Nothing to do');
    expect(await listRunIds(ledger)).toHaveLength(2);
  });

  it('only lists keys without a selection, and says how to choose', async ({ open }) => {
    const organization = organizationOf(1);
    const { run, ledger } = await open({ organization });
    await run('sweep --apply --yes');
    const listed = await run('undo last');
    expect(listed.code).toBe(0);
    expect(listed.stdout).toContain('name them with --key, --user or --account, or all of them with --all');
    for (const [options, expected] of [
      ['--reason test', 'Name what to restore'],
      ['--all', 'Say why'],
      ['--all --hold-days 91 --reason test', 'from 1 to 90'],
      ['--all --hold-days 0 --reason test', 'from 1 to 90'],
    ] as const) {
      const { code, stdout, stderr } = await run(`undo last --apply ${options}`);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(expected);
    }
    expect(await listRunIds(ledger)).toHaveLength(1);
    expect(statuses(organization)).toEqual({ Inactive: 1 });
  });

  it('restores a refused user who is named, and records who, why and that', async ({ open }) => {
    const organization = organizationOf(1);
    const { run, stored } = await open({ organization });
    await run('sweep --apply --yes --reason first');
    const swept = await stored();
    expect(swept.started.reason).toBe('first');
    organization.user(FIRST, 'ada').attachedPolicies = [
      'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3',
    ];
    const undo = `undo ${swept.started.runId} --apply --all --reason INC-1`;
    const refused = await run(undo);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('AWSCompromisedKeyQuarantineV3');
    expect(statuses(organization)).toEqual({ Inactive: 1 });

    expect((await run(`${undo} --override-user ada`)).code).toBe(0);
    expect(statuses(organization)).toEqual({ Active: 1 });
    expect((await run('show')).stdout).toMatch(/by .*: INC-1, users overridden: ada/);
  });
});
