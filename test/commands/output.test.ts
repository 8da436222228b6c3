import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect } from 'vitest';

import type { Documents } from '../../src/report/json.ts';
import { jsonDocument } from '../support/json-document.ts';
import { startProgram } from '../support/keysweep-process.ts';
import { keysweepProgram } from '../support/keysweep-program.ts';
import { organizationOf } from '../support/sweeping.ts';
import { closeWorkspace, it, openWorkspace, takeRole, type Workspace } from '../support/workspace.ts';

describe('--json', { timeout: 60_000 }, () => {
  let workspace: Workspace;

  beforeAll(async () => {
    const organization = organizationOf(3);
    takeRole(organization, '100000000002');
    workspace = await openWorkspace({ organization });
  });
  afterAll(() => closeWorkspace(workspace));

  /** What a command leaves on stdout; nobody watches, so stderr stays empty. */
  const document = async <Name extends keyof Documents>(
    name: Name,
    command: string,
    run = workspace.run,
  ): Promise<Documents[Name]> => {
    const { stdout, stderr } = await run(`${command} --json`);
    expect(stderr).toBe('');
    return jsonDocument(name, stdout);
  };

  it('is one document on stdout for every command, and a sweep without --apply is a plan', async () => {
    // One of them from a real process, into a pipe.
    const plan = await document('run', 'plan', workspace.runProcess);
    const sweep = await document('run', 'sweep');
    expect(sweep.run.mode).toBe('plan');
    expect(sweep.accounts).toEqual(plan.accounts);
    expect(sweep.summary?.keys).toEqual(plan.summary?.keys);
    expect(sweep.summary?.keys).toMatchObject({ due: 2, deactivated: 0 });
    expect(workspace.sandbox.calls.writes()).toEqual([]);

    const applied = await document('run', 'sweep --apply --yes');
    expect(applied.summary).toMatchObject({
      accounts: { swept: 2, 'cannot-assume': 1, 'out-of-scope': 1 },
      keys: { deactivated: 2 },
    });
    expect(await document('run', 'show last')).toEqual(applied);
    expect((await document('accounts', 'accounts')).accounts).toHaveLength(4);
    const { keys } = await document('undo', 'undo last');
    expect(keys.map(({ status }) => status)).toEqual(['restorable', 'restorable']);
    const undone = await document('run', 'undo last --apply --all --reason test');
    expect(undone.summary?.keys).toMatchObject({ reactivated: 2 });
    expect((await document('holds', 'holds')).holds).toHaveLength(2);
    expect(await document('runs', 'runs')).toMatchObject({ total: 4, runs: [{}, {}, {}, {}] });
    expect(await document('diff', 'diff last-plan last-sweep')).toMatchObject({ keysStillDue: [{}, {}] });
    expect((await document('run', 'report last')).run.mode).toBe('undo');
    expect((await document('doctor', 'doctor')).counts.problem).toBeGreaterThan(0);
    // Every key is held now.
    const file = join(workspace.folder, 'plan.json');
    await workspace.run(`plan --out ${file}`);
    jsonDocument('planFile', await readFile(file, 'utf8'));
    expect((await document('nothingToApply', `apply ${file} --yes`)).message).toContain('has no keys');
  });
});

/** In real processes, which detect whether there is a terminal. */
describe.concurrent('without a terminal', { timeout: 60_000 }, () => {
  it.for<Record<string, string>>([{}, { CI: 'true' }, { NO_COLOR: '1' }])(
    'shows no colours and no progress bar (%o)',
    async (environment, { open }) => {
      const { runProcess } = await open();
      const { code, stdout, stderr } = await runProcess('sweep --apply --yes', environment);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('OK: all 3 accounts');
      expect(stdout).not.toContain('\u001b');
    },
  );

  it('does not change the sweep or its exit code if the reader leaves early', async ({ open }) => {
    const organization = organizationOf(2);
    takeRole(organization, '100000000002');
    const { environment, stored } = await open({ organization });
    const command = [process.execPath, keysweepProgram(), 'sweep', '--apply', '--yes'];
    const script = '{ "$@"; echo "exit code $?" >&2; } | :';
    const { stderr } = await startProgram('sh', ['-c', script, 'sh', ...command], environment).ended;
    expect(stderr).toBe('exit code 1\n');
    expect((await stored()).summary?.keys).toMatchObject({ deactivated: 1 });
  });
});
