import { describe, expect } from 'vitest';

import type { Fault } from '../../sandbox/faults/faults.ts';
import { it, statuses } from '../support/workspace.ts';

const NOTHING_DONE = 'before the organization was listed, so nothing was done';

/** Stops the command, as Ctrl-C does, when AWS is asked; the answer never comes. */
function stopAt(service: 'sts' | 'organizations', call: string): Fault {
  return { service, call, kind: 'timeout', occurrence: 'every', onFired: () => process.emit('SIGTERM') };
}

describe('a run that is stopped before the organization is listed says so', () => {
  it.for([
    ['sts', 'GetCallerIdentity', []],
    ['organizations', 'DescribeOrganization', []],
    ['organizations', 'ListAccounts', ['listed']],
  ] as const)('during %s:%s', async ([service, call, runs], { open }) => {
    const { run, sandbox, stored } = await open();
    sandbox.faults.add(stopAt(service, call));
    const { code, stdout, stderr } = await run('sweep --apply --yes');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(NOTHING_DONE);
    expect(stderr).toContain('RUN_STOPPED');
    expect(stderr).not.toMatch(/Abort|aborted|interrupted/);
    expect(sandbox.faults.fired).toBe(1);
    expect(statuses(sandbox.organization)).toEqual({ Active: 2 });
    if (runs.length === 0) return;
    const { summary } = await stored();
    expect(summary).toMatchObject({
      verdict: 'incomplete',
      problems: [expect.stringContaining(NOTHING_DONE)],
    });
  });

  it('and no other command speaks of an aborted request', async ({ open }) => {
    const { run, sandbox } = await open();
    sandbox.faults.add(stopAt('organizations', 'ListAccounts'));
    const { code, stderr } = await run('accounts');
    expect(code).toBe(1);
    expect(stderr).toContain('organizations:ListAccounts: Deadline: ');
    expect(stderr).not.toMatch(/abort/i);
  });
});
