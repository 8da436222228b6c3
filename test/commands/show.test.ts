import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { listRunIds } from '../../src/ledger/runs.ts';
import { closeWorkspace, openWorkspace, type Workspace } from '../support/workspace.ts';

describe('keysweep show', { timeout: 60_000 }, () => {
  let workspace: Workspace;
  let newer: string;
  let older: string;

  beforeAll(async () => {
    workspace = await openWorkspace();
    const empty = await workspace.run('show');
    expect(empty).toMatchObject({ code: 2, stdout: '' });
    expect(empty.stderr).toContain(
      `The ledger at ${workspace.ledger.location} has no runs. Run \`keysweep plan\``,
    );
    for (const command of ['sweep --apply --yes', 'plan']) await workspace.run(command);
    [newer = '', older = ''] = await listRunIds(workspace.ledger);
  });
  afterAll(() => closeWorkspace(workspace));

  it('shows the last run, or the one whose ID begins so, without calling AWS', async () => {
    const calls = workspace.sandbox.calls.all.length;
    const last = await workspace.run('show');
    expect(last.stdout).toContain(`plan  ${newer}`);
    const first = await workspace.run(`show ${older.slice(0, -2)}`);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain(`sweep  ${older}`);
    expect(first.stdout).toContain('2 deactivated');
    expect(workspace.sandbox.calls.all).toHaveLength(calls);
  });

  it('lists the runs if a reference matches none or several', async () => {
    const unknown = await workspace.run('show 20010101T000000Z');
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain(`has no run 20010101T000000Z. It has ${newer}, ${older}.\n`);
    const century = newer.slice(0, 2);
    const several = await workspace.run(`show ${century}`);
    const message = `${century} matches ${newer}, ${older}. Type more of the ID.`;
    const stderr = `${message}\nRUN_NOT_FOUND: see docs/errors.md\n`;
    expect(several).toEqual({ code: 2, stdout: '', stderr });
  });
});
