import { describe, expect } from 'vitest';

import { it, statuses, type OpenWorkspace, type Workspace } from '../support/workspace.ts';

const LEDGER = '--ledger s3://ledger/team';
const LOCK = 'team/locks/00000001.json';

/** A workspace with a bucket as its ledger. */
async function withBucket(open: OpenWorkspace) {
  const workspace = await open();
  const bucket = workspace.sandbox.organization.addBucket('ledger');
  const keys = (): string[] => bucket.objects.list().map(({ key }) => key);
  /** The key that the summary of the run in progress will have. */
  const summaryKey = (): string => {
    const run = keys().findLast((key) => key.startsWith('team/runs/'));
    return `team/runs/${run?.split('/')[2] ?? ''}/summary.json`;
  };
  return { ...workspace, keys, summaryKey };
}

const refuse = { service: 's3', call: 'PutObject', kind: 'denied' } as const;

const verdictOf = (stdout: string): unknown =>
  (JSON.parse(stdout) as { summary: { verdict: string } }).summary.verdict;

async function ends(run: Workspace['run'], stderr: string): Promise<void> {
  const swept = await run(`sweep --apply --yes --json ${LEDGER}`);
  expect(swept.stderr, swept.stdout).toContain(stderr);
  expect(swept.stderr).not.toMatch(/interrupted|AWS_CALL_FAILED/);
  expect({ code: swept.code, verdict: verdictOf(swept.stdout) }).toEqual({ code: 0, verdict: 'ok' });
  const shown = await run(`show --json ${LEDGER}`);
  expect({ ...shown, stderr: '' }).toEqual({ ...swept, stderr: '' });
}

describe('a run whose end is recorded is what its records say', () => {
  it('if its lock cannot be released', async ({ open }) => {
    const { run, sandbox } = await withBucket(open);
    sandbox.faults.add({ ...refuse, where: { Key: LOCK }, occurrence: { from: 2, to: 99 } });
    await ends(run, 'The lock of the ledger could not be released');
    expect(sandbox.faults.fired).toBeGreaterThan(0);
    expect(statuses(sandbox.organization)).toEqual({ Inactive: 2 });
    expect(await run(`sweep --apply --yes ${LEDGER}`)).toMatchObject({ code: 1 });
  });

  it('if its summary.json cannot be stored: other commands read its records', async ({ open }) => {
    const { run, sandbox, summaryKey, keys } = await withBucket(open);
    const where = {
      get Key() {
        return summaryKey();
      },
    };
    sandbox.faults.add({ ...refuse, where, occurrence: 'every' });
    await ends(run, 'summary.json');
    expect(sandbox.faults.fired).toBe(1);
    expect(keys().filter((key) => key.endsWith('summary.json'))).toEqual([]);
    const { stdout } = await run(`runs --json ${LEDGER}`);
    expect(JSON.parse(stdout)).toMatchObject({ runs: [{ status: 'ended', verdict: 'ok' }] });
    sandbox.faults.clear();
    expect(await run(`sweep --apply --yes ${LEDGER}`)).toMatchObject({ code: 0, stderr: '' });
  });

  it('if an undo cannot release its lock', async ({ open }) => {
    const { run, sandbox } = await withBucket(open);
    await run(`sweep --apply --yes ${LEDGER}`);
    const Key = 'team/locks/00000002.json';
    sandbox.faults.add({ ...refuse, where: { Key }, occurrence: { from: 2, to: 99 } });
    const undone = await run(`undo last --apply --all --reason test --json ${LEDGER}`);
    expect(undone.stderr).toContain('The lock of the ledger could not be released');
    expect({ code: undone.code, verdict: verdictOf(undone.stdout) }).toEqual({ code: 0, verdict: 'ok' });
  });
});
