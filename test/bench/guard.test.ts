import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Cell } from '../../bench/cells.ts';
import { buildPrograms } from '../../bench/processes.ts';
import { rowOf, type Row } from '../../bench/results.ts';

/**
 * Keeps a sweep from becoming dearer unnoticed: by calls, which are exact, and by processor time against the
 * SDK's own. What there was to do is known from the organization itself.
 */
describe('a sweep of 30 accounts', { timeout: 120_000 }, () => {
  const setting = { accounts: 30, users: 25, latency: 0, trouble: 'none' } as const;
  let programs: Awaited<ReturnType<typeof buildPrograms>>;
  let row: Row;

  beforeAll(async () => {
    programs = await buildPrograms();
    const rows: Row[] = [];
    for (const contender of ['bare', 'keysweep'] as const) {
      const cell: Cell = { contender, setting };
      row = rowOf(cell, await programs.run(cell), rows);
      rows.push(row);
    }
  });
  afterAll(() => programs.remove());

  it('does its work: no due key is left active, and no other touched', () => {
    expect(row.run.failed).toBe('');
    expect(row.run.left).toEqual({ due: 0, othersTouched: 0 });
    expect(row.run.work.targets).toBe(28);
    expect(row.run.work.due).toBeGreaterThan(400);
  });

  it('makes the calls that it cannot do without, and reads again before it writes', () => {
    const { users, due, written } = row.run.work;
    expect(row.run.calls).toMatchObject({
      'iam:UpdateAccessKey': due,
      'organizations:DescribeAccount': written,
      'organizations:DescribeOrganization': 1,
      'organizations:ListAccounts': 2,
      'sts:GetCallerIdentity': 1,
    });
    expect(row.run.calls['iam:ListAccessKeys']).toBeLessThan(users * 2);
    // Of a sweep that would write by its plan: docs/adr/0019-decide-at-the-write.md
    expect(row.callsMade / row.fewest).toBeLessThan(1.7);
  });

  it('takes less than twice the processor time of the SDK alone', () => {
    expect(row.cpuPerCall / row.bareCpuPerCall).toBeLessThan(2);
  });
});
