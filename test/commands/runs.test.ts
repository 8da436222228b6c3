import { describe, expect } from 'vitest';

import { listRunIds } from '../../src/ledger/runs.ts';
import { it } from '../support/workspace.ts';

describe('keysweep runs', { timeout: 90_000 }, () => {
  it('lists the runs of a ledger, which other commands find by reference', async ({ open }) => {
    const workspace = await open();
    expect(await workspace.run('runs')).toMatchObject({ code: 0, stderr: '' });
    await workspace.run('sweep --apply --yes');
    await workspace.run('plan');
    const [plan = '', sweep = ''] = await listRunIds(workspace.ledger);
    const { code, stdout } = await workspace.run('runs');
    expect(code).toBe(0);
    const rows = stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(rows[1]?.slice(0, 3)).toEqual([plan, 'plan', 'ok']);
    expect(rows[2]?.slice(0, 5)).toEqual([sweep, 'sweep', 'ok', '3', '2 due, 2 deactivated']);
    expect((await workspace.run('show last-sweep')).stdout).toContain(`sweep  ${sweep}`);
    expect((await workspace.run('undo last-sweep')).stdout).toContain('2 keys');
    const json = JSON.parse((await workspace.run('runs --json --limit 1')).stdout) as unknown;
    expect(json).toMatchObject({ total: 2, runs: [{ runId: plan, status: 'ended', mode: 'plan' }] });
  });

  it('shows a running sweep, and show --watch waits for it and exits with its code', async ({ open }) => {
    const workspace = await open({ sandbox: { latency: { milliseconds: 150 } } });
    // Both wait while another command runs, so they are real processes.
    const sweeping = workspace.start('sweep --apply --yes');
    while ((await workspace.ledger.list('locks/')).length === 0)
      await new Promise((done) => setTimeout(done, 50));
    while ((await listRunIds(workspace.ledger)).length === 0)
      await new Promise((done) => setTimeout(done, 50));
    const watching = workspace.start('show last --watch');
    const listed = await workspace.run('runs');
    const [ended, watched] = await Promise.all([sweeping.ended, watching.ended]);
    expect(listed.stdout).toMatch(/running|ok/);
    expect(ended.code).toBe(0);
    expect(watched.code).toBe(0);
    expect(watched.stdout).toContain('2 deactivated');
  });
});
