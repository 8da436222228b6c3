import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Cell } from '../../bench/cells.ts';
import { buildPrograms } from '../../bench/processes.ts';
import { rowOf, type Row } from '../../bench/results.ts';

/**
 * Keeps a sweep from becoming dearer unnoticed: by calls, which are exact, and by processor time against the
 * SDK's own. What there was to do is known from the organization itself.
 */
describe('a sweep of 40 accounts', { timeout: 120_000 }, () => {
  const setting = { accounts: 40, users: 25, latency: 0, trouble: 'none' } as const;
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
    expect(row.run.work.targets).toBe(38);
    expect(row.run.work.due).toBeGreaterThan(400);
  });

  it('makes the calls that its promises need, and no other', () => {
    const { due } = row.run.work;
    expect(row.run.calls).toMatchObject({
      'iam:UpdateAccessKey': due,
      'organizations:DescribeAccount': 30,
      'organizations:DescribeOrganization': 1,
      // And once more up to the last account that is written to.
      'organizations:ListAccounts': 3 + 3,
      'sts:GetCallerIdentity': 1,
    });
    expect(row.callsMade).toBe(row.needed);
    // To decide again at the write: docs/adr/0019-decide-at-the-write.md
    expect(row.neededAgain / row.needed).toBeGreaterThan(0.3);
  });

  it('takes less than twice the processor time of the SDK alone', () => {
    expect(row.cpuPerCall / row.bareCpuPerCall).toBeLessThan(2);
  });
});
