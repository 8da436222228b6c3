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
      const { code, stdout, stderr } = await run(`undo last ${selection} --apply`);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(expected);
      expect(stderr).toContain(`Run ${runId} wrote to no key`);
    }
    expect(statuses(organization)).toEqual({ Inactive: 2 });

    await run('plan');
    const nothing = await run('undo last --apply');
    expect(nothing).toMatchObject({ code: 0, stderr: '' });
    expect(nothing.stdout).toContain('Nothing to do');
    expect(await listRunIds(ledger)).toHaveLength(2);
  });
});
