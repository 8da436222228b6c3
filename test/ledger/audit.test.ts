import { beforeEach, describe, expect, it } from 'vitest';

import { listRuns } from '../../src/ledger/list-runs.ts';
import type { LedgerRecord } from '../../src/ledger/record.ts';
import { auditRun, readRun } from '../../src/ledger/runs.ts';
import { memoryStore } from '../support/memory-store.ts';
import { ADA, EVERY_KEY, onSandbox, organizationOf } from '../support/sweeping.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'];

/** A sweep that deleted two keys in one account, and deactivated none in another one, as its objects. */
async function sweptObjects(): Promise<{ runId: string; objects: Map<string, string> }> {
  const objects = new Map<string, string>();
  const rules = { ...EVERY_KEY.defaults.rules, mode: 'delete' as const };
  const config = { ...EVERY_KEY, defaults: { ...EVERY_KEY.defaults, rules } };
  const keys = [{ createdDaysAgo: 9 }, { createdDaysAgo: 8 }];
  const organization = organizationOf(2, (index) => [{ ...ADA, keys: index === 0 ? keys : [] }]);
  const { run } = await onSandbox({ organization, config, store: memoryStore(objects) });
  const { runId, verdict, keys: counts } = (await run()).summary;
  expect({ verdict, deleted: counts.deleted }).toEqual({ verdict: 'ok', deleted: 2 });
  return { runId, objects };
}

let sweeping: ReturnType<typeof sweptObjects> | undefined;
let runId: string;
let objects: Map<string, string>;
beforeEach(async () => {
  const swept = await (sweeping ??= sweptObjects());
  runId = swept.runId;
  objects = new Map(swept.objects);
});

/** Changes the lines of all records. @param edit undefined: the line goes */
function edit(change: (record: LedgerRecord, line: string) => string | undefined): void {
  for (const [key, body] of objects) {
    if (!key.endsWith('.jsonl')) continue;
    const lines = body.trimEnd().split('\n');
    const kept = lines.flatMap((line) => {
      const record = JSON.parse(line) as LedgerRecord;
      return 'type' in record ? (change(record, line) ?? []) : [line];
    });
    objects.set(key, `${kept.join('\n')}\n`);
  }
}

const recordKeys = () => [...objects.keys()].filter((key) => key.endsWith('.jsonl')).sort();

/** As every reader of the run shows it. */
async function shown(): Promise<{ verdict: string | undefined; problems: readonly string[] }> {
  const store = memoryStore(objects);
  const { summary } = await readRun(store, runId);
  expect((await auditRun(store, runId)).summary).toEqual(summary);
  const { runs } = await listRuns(store, { limit: 1, host: 'here', now: () => new Date(0) });
  expect(runs).toMatchObject([{ status: 'ended', summary }]);
  return { verdict: summary?.verdict, problems: summary?.problems ?? [] };
}

const AFTER_EDIT = expect.stringContaining('does not continue the object before it') as string;
const CHANGED = 'Records of the writer first were changed or removed.';

describe('a run that is read', () => {
  it('is what its summary says if nothing was changed', async () => {
    expect(await shown()).toEqual({ verdict: 'ok', problems: [] });
  });

  it('is not ok when a deletion was erased', async () => {
    edit(({ type }, line) => (type === 'writes-intended' || type === 'writes-done' ? undefined : line));
    const { verdict, problems } = await shown();
    expect(verdict).toBe('incomplete');
    expect(problems).toContain(`Account ${FIRST} has other writes than were counted.`);
  });

  it('is not ok when an account was erased', async () => {
    edit((record, line) => {
      if ('accountId' in record && record.accountId === SECOND) return undefined;
      if (record.type !== 'accounts-listed') return line;
      return JSON.stringify({ ...record, accounts: record.accounts.filter(({ id }) => id !== SECOND) });
    });
    const { verdict, problems } = await shown();
    expect(verdict).toBe('incomplete');
    expect(problems).toContain('The summary is not that of the records.');
  });

  it('is not ok when the outcome of an account was erased', async () => {
    edit((record, line) =>
      record.type === 'account-finished' && record.accountId === SECOND ? undefined : line,
    );
    expect((await shown()).problems).toEqual(
      expect.arrayContaining([
        'The summary is not that of the records.',
        `The records do not add up: account ${SECOND} without-outcome.`,
      ]),
    );
  });

  it('is not ok when what was planned for an account was erased', async () => {
    edit(({ type }, line) => (type === 'account-planned' ? undefined : line));
    expect((await shown()).problems).toContain(`Account ${FIRST} has an end, and no plan.`);
  });

  it('is not ok when its sums say more than its records', async () => {
    edit((record, line) =>
      record.type === 'run-finished' ? line.replace('"accountsListed":3', '"accountsListed":4') : line,
    );
    expect((await shown()).problems).toEqual(['The summary is not that of the records.']);
  });

  it('is not ok when it calls itself ok although an account is not', async () => {
    edit((record, line) =>
      record.type === 'run-finished'
        ? line.replace('"nothing-due":1', '"denied":1')
        : line.replace('"outcome":"nothing-due"', '"outcome":"denied"'),
    );
    expect((await shown()).problems).toContain('The summary is not that of the records.');
  });

  it('is not ok when one character of a record was changed', async () => {
    edit((record, line) => (record.type === 'run-started' ? line.replace('"mode"', '"mode" ') : line));
    expect((await shown()).problems).toEqual([AFTER_EDIT, ...(recordKeys().length > 2 ? [] : [CHANGED])]);
  });

  it('is not ok when a write was added after the account had ended', async () => {
    edit((record, line) => {
      if (record.type !== 'account-finished' || record.accountId !== SECOND) return line;
      const results = [{ accessKeyId: 'AKIAUNTOUCHED', userName: 'ada', outcome: 'deactivated' }];
      return `${line}\n${JSON.stringify({ type: 'writes-done', at: record.at, accountId: SECOND, results })}`;
    });
    expect((await shown()).problems).toContain(`Account ${SECOND} has writes after its end.`);
  });

  it('cannot be read when an object in the middle was removed', async () => {
    const [, second = ''] = recordKeys();
    objects.delete(second);
    await expect(readRun(memoryStore(objects), runId)).rejects.toThrow(`${second} is missing`);
  });

  it('is as unfinished as its records when the last one was removed', async () => {
    objects.delete(recordKeys().at(-1) ?? '');
    expect((await readRun(memoryStore(objects), runId)).summary).toBeUndefined();
  });

  it('may be from a version that knew no hashes', async () => {
    edit((record, line) =>
      record.type === 'run-finished' ? line.replace(/,"writers":\{[^}]*\}\}/, '') : line,
    );
    for (const key of recordKeys()) objects.set(key, (objects.get(key) ?? '').replace(/^.*\n/, ''));
    expect(await shown()).toEqual({ verdict: 'ok', problems: [] });
  });
});
