import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect } from 'vitest';

import type { PlanFile } from '../../src/ledger/plan-file.ts';
import { keysOf, organizationOf } from '../support/sweeping.ts';
import { it, statuses } from '../support/workspace.ts';

describe('a plan file', { timeout: 60_000 }, () => {
  it('is applied only to its keys, undone, and its keys are held until the hold is lifted', async ({
    open,
  }) => {
    const organization = organizationOf(3);
    const { run, folder, sandbox } = await open({ organization });
    const file = join(folder, 'plan.json');
    const planned = await run(`plan --out ${file}`);
    expect(planned).toMatchObject({ code: 0 });
    expect(planned.stderr).toBe(
      `Wrote ${file} with 3 keys of armed accounts. To revoke them, run keysweep apply ${file}\n`,
    );
    const plan = JSON.parse(await readFile(file, 'utf8')) as PlanFile;
    await writeFile(file, JSON.stringify({ ...plan, keys: plan.keys.slice(0, 2) }));
    organization.addKey('100000000001', organization.user('100000000001', 'ada'));

    const unasked = await run(`apply ${file}`);
    expect(unasked).toMatchObject({ code: 2, stdout: '' });
    expect(sandbox.calls.writes()).toEqual([]);
    expect(await run(`apply ${file} --yes`)).toMatchObject({ code: 0, stderr: '' });
    expect(keysOf(organization, '100000000001')).toEqual(['ada Active', 'ada Inactive']);
    expect(statuses(organization)).toEqual({ Active: 2, Inactive: 2 });

    const key = plan.keys[0]?.accessKeyId ?? '';
    expect(await run(`undo last --apply --reason test --key ${key}`)).toMatchObject({ code: 0, stderr: '' });
    const held = await run('holds');
    expect(held.stdout).toContain(key);
    expect(held.stdout).toContain('30 d ');
    expect(await run('sweep --apply --yes')).toMatchObject({ code: 0, stderr: '' });
    expect(statuses(organization)).toEqual({ Active: 1, Inactive: 3 });
    const lifted = await run(`holds --lift ${key} --reason test`);
    expect(lifted).toEqual({
      code: 0,
      stdout: 'No key is on hold.\n',
      stderr: `Lifted the hold on ${key}. The next sweep may revoke what is not on hold.\n`,
    });
    expect(await run('sweep --apply --yes')).toMatchObject({ code: 0, stderr: '' });
    expect(statuses(organization)).toEqual({ Inactive: 4 });
  });

  it('is checked to be writable before AWS is called', async ({ open }) => {
    const { run, sandbox } = await open();
    const { code, stdout, stderr } = await run('plan --out nowhere/plan.json');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Choose a location that you can write to');
    expect(sandbox.calls.all).toEqual([]);
  });

  it('without keys says so', async ({ open }) => {
    const { run, folder } = await open({ config: { defaults: { armed: false, groups: ['Developers'] } } });
    const { stderr } = await run(`plan --out ${join(folder, 'plan.json')}`);
    expect(stderr).toMatch(/^Wrote .* without keys: none is due in an armed account\.\n$/);
  });

  it.for([
    ['{ "version": 2 }', 'version'],
    ['no plan', 'valid JSON'],
    ['"no plan"', 'a plan as `keysweep plan --out` writes it'],
  ] as const)(
    'is refused if it is not a plan (%s), and AWS is not called',
    async ([text, hint], { open }) => {
      const { run, folder, sandbox } = await open();
      const file = join(folder, 'plan.json');
      await writeFile(file, text);
      const { code, stdout, stderr } = await run(`apply ${file} --yes`);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(hint);
      expect(sandbox.calls.all).toEqual([]);
    },
  );
});
