import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildPrograms } from '../../bench/processes.ts';
import { rowOf, type Row } from '../../bench/results.ts';

/** Keeps a sweep from becoming dearer unnoticed: by calls, which are exact, and by processor time against the SDK's own. */
describe('a sweep of 30 accounts', { timeout: 120_000 }, () => {
  const setting = { accounts: 30, latency: 0, slowShare: 0 };
  let programs: Awaited<ReturnType<typeof buildPrograms>>;
  let row: Row;

  beforeAll(async () => {
    programs = await buildPrograms();
    const bare = rowOf({ contender: 'bare', setting }, await programs.run('bare', setting), {});
    const cell = { contender: 'keysweep', setting } as const;
    row = rowOf(cell, await programs.run('keysweep', setting), { 0: bare.cpuPerCall });
  });
  afterAll(() => programs.remove());

  it('does its work', () => {
    expect(row.run.failed).toBe('');
    expect(row.run.work?.targets).toBe(28);
  });

  it('makes the calls that it cannot do without, each once', () => {
    const { targets = 0, users, tagged, due, written = 0 } = row.run.work ?? {};
    expect(row.run.calls).toEqual({
      'iam:GetGroup': targets * 2,
      'iam:ListAccessKeys': users,
      'iam:ListUserTags': tagged,
      'iam:UpdateAccessKey': due,
      'organizations:DescribeOrganization': 1,
      'organizations:ListAccounts': 2,
      'sts:AssumeRole': targets + written,
      'sts:GetCallerIdentity': 1,
    });
    expect(row.against?.callRatio).toBe(1);
  });

  it('takes less than twice the processor time of the SDK alone', () => {
    expect(row.against?.cpuRatio).toBeLessThan(2);
  });
});
