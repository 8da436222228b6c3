import { describe, expect, it } from 'vitest';

import type { LedgerRecord, RunSummary } from '../../src/ledger/record.ts';
import { foldRun } from '../../src/ledger/stored-run.ts';
import { PLAIN } from '../../src/report/style.ts';
import { renderRun } from '../../src/report/text.ts';
import { verdictLine } from '../../src/report/verdict.ts';
import {
  account,
  accountFinished,
  accountsListed,
  AT,
  keyCounts,
  RUN_ID,
  runStarted,
  summary,
} from '../support/records.ts';
import { keyLines } from '../support/report-lines.ts';

const [FIRST, SECOND, THIRD] = ['100000000001', '100000000002', '100000000003'] as const;

const decision = (accessKeyId: string, overrides: object = {}) => ({
  accessKeyId,
  userName: 'ada',
  status: 'Active',
  createDate: new Date('2026-08-19T22:55:00Z'),
  action: 'deactivate' as const,
  reason: 'maxKeyAgeDays is 0' as const,
  ...overrides,
});
const planned = (accountId: string, decisions: ReturnType<typeof decision>[]): LedgerRecord => ({
  type: 'account-planned',
  at: AT,
  accountId,
  armed: true,
  users: 1,
  missingGroups: [],
  decisions,
  unreadUsers: [],
});
const done = (accountId: string, accessKeyId: string, outcome: 'deactivated' | 'failed'): LedgerRecord => ({
  type: 'writes-done',
  at: AT,
  accountId,
  results: [{ accessKeyId, userName: 'ada', outcome }],
});
const finishedWith = (overrides: Partial<RunSummary>): LedgerRecord => ({
  type: 'run-finished',
  at: AT,
  summary: summary(overrides),
});

async function rendered(records: readonly LedgerRecord[], rows = 25): Promise<string> {
  return renderRun(await foldRun(records), { style: PLAIN, rows }).body;
}

/** The line that holds all of these. */
function lineWith(text: string, ...parts: string[]): string | undefined {
  return text.split('\n').find((line) => parts.every((part) => line.includes(part)));
}

describe('a run as text', () => {
  it('says what it was, where, when and for how long', async () => {
    const text = await rendered([
      runStarted(),
      accountsListed(FIRST),
      accountFinished(FIRST),
      finishedWith({ finishedAt: '2026-11-27T22:56:15.500Z' }),
    ]);
    for (const fact of [RUN_ID, 'sweep', 'o-a1b2c3d4e5', AT, '75.5 s']) expect(text).toContain(fact);
    expect(text).not.toContain('part of the organization');
  });

  it('says how many accounts lack each group', async () => {
    const lacking = (accountId: string, ...missingGroups: string[]) => ({
      ...planned(accountId, []),
      missingGroups,
    });
    const records = [
      runStarted(),
      accountsListed(FIRST, SECOND, THIRD),
      lacking(FIRST, 'Developers', 'Administrators'),
      lacking(SECOND, 'Developers'),
      lacking(THIRD),
    ];
    const text = await rendered(records);
    expect(text).toContain(
      'Missing groups\n' +
        '  Administrators: not in 1 of the 3 accounts that were read\n' +
        '  Developers: not in 2 of the 3 accounts that were read',
    );
    expect(await rendered(records, 1)).toContain('  … and 1 more; --all shows them');
    expect(await rendered([runStarted(), accountsListed(FIRST), lacking(FIRST)])).not.toContain('Missing');
  });

  it('says that it was an undo, or a part of the organization', async () => {
    const text = await rendered([
      runStarted({ mode: 'undo', undoOf: '20261120T225500Z-000001', filters: { accounts: [FIRST] } }),
      accountsListed(FIRST),
      accountFinished(FIRST),
      finishedWith({ mode: 'undo', keys: keyCounts({ reactivated: 3 }), finishedAt: '2026-11-27T23:01:07Z' }),
    ]);
    for (const fact of ['undo of 20261120T225500Z-000001', 'part of the organization', '6 min 7 s'])
      expect(text).toContain(fact);
    expect(lineWith(text, 'reactivated', '3')).toBeDefined();
    expect(text).not.toMatch(/\bkept\b/);
  });

  it('says for which time of the schedule it was, or of which sweep it gave notice', async () => {
    expect(await rendered([runStarted({ scheduledFor: AT })])).toContain(`sweep scheduled for ${AT}`);
    const notice = await rendered([runStarted({ mode: 'plan', noticeFor: AT, scheduledFor: AT })]);
    expect(notice).toContain(`plan, notice of the sweep of ${AT}`);
  });

  it('says who was notified, and why a notice failed', async () => {
    const sent = { type: 'notice-sent', at: AT, channel: 'events', label: 'Sweep Completed' } as const;
    const failure = {
      kind: 'failed',
      call: 'ses:SendEmail',
      code: 'MessageRejected',
      message: 'no\nway',
    } as const;
    const text = await rendered([
      runStarted(),
      { ...sent, count: 3 },
      { ...sent, label: 'Access Key Revoked', count: 20 },
      { type: 'notice-failed', at: AT, channel: 'mail', label: 'ada@example.com', count: 1, failure },
    ]);
    expect(lineWith(text, 'EventBridge', '23 sent')).not.toContain('failed');
    expect(lineWith(text, 'mail', '0 sent, 1 failed')).toBeDefined();
    expect(lineWith(text, 'ada@example.com: ses:SendEmail: MessageRejected: no way')).toBeDefined();
    expect(await rendered([runStarted()])).not.toContain('Notices');
  });

  it('counts accounts and keys, without zeros', async () => {
    const text = await rendered([
      runStarted(),
      accountsListed(FIRST, SECOND, THIRD),
      ...[FIRST, SECOND].map((id) => accountFinished(id)),
      accountFinished(THIRD, { outcome: 'opted-out' }),
      finishedWith({
        accountsListed: 3,
        accounts: { swept: 2, 'opted-out': 1 },
        keys: keyCounts({ seen: 41, kept: 11, due: 30, deactivated: 29, alreadyGone: 1 }),
      }),
    ]);
    const facts = ['3 listed', '41 seen', '11 kept', '30 due', '29 deactivated', '1 already gone'];
    for (const fact of ['2 swept', '1 opted-out', ...facts])
      expect(text).toMatch(new RegExp(`\\b${fact}\\b`));
    expect(text).not.toContain('deleted');
    expect(text).not.toContain('Not covered');
  });

  it('names every account that was not covered with its reason, and the fix once per outcome', async () => {
    const text = await rendered([
      runStarted(),
      accountsListed(FIRST, SECOND, THIRD),
      accountFinished(FIRST, { outcome: 'cannot-assume', reason: 'sts:AssumeRole: AccessDenied: nobody' }),
      accountFinished(SECOND, { outcome: 'cannot-assume', reason: 'sts:AssumeRole: AccessDenied: nothing' }),
      accountFinished(THIRD, { outcome: 'throttled', reason: 'iam:GetGroup: Throttling: Rate exceeded' }),
      finishedWith({
        verdict: 'incomplete',
        accountsListed: 3,
        accounts: { 'cannot-assume': 2, throttled: 1 },
      }),
    ]);
    expect(text).toContain('Not covered');
    expect(lineWith(text, 'cannot-assume (2)', 'Deploy the rotation role')).toBeDefined();
    expect(text.match(/Deploy the rotation role/g)).toHaveLength(1);
    expect(lineWith(text, 'throttled (1)', 'concurrency')).toBeDefined();
    for (const fact of [`${FIRST}  account ${FIRST}`, SECOND, THIRD, 'nobody', 'nothing', 'Rate exceeded'])
      expect(text).toContain(fact);
  });

  it('gives a reason that several accounts share once', async () => {
    const reason = (id: string) => `sts:AssumeRole: AccessDenied: arn:aws:iam::${id}:role/KeysweepRotation`;
    const text = await rendered([
      runStarted(),
      accountsListed(FIRST, SECOND, THIRD),
      accountFinished(FIRST, { outcome: 'cannot-assume', reason: reason(FIRST) }),
      accountFinished(SECOND, { outcome: 'cannot-assume', reason: 'sts:AssumeRole: AccessDenied: nobody' }),
      accountFinished(THIRD, { outcome: 'cannot-assume', reason: reason(THIRD) }),
      finishedWith({ verdict: 'incomplete', accountsListed: 3, accounts: { 'cannot-assume': 3 } }),
    ]);
    const lines = text.split('\n');
    const at = (part: string) => lines.findIndex((line) => line.includes(part));
    expect(text.match(/role\/KeysweepRotation/g)).toHaveLength(1);
    expect(at(THIRD)).toBe(at(FIRST) + 1);
    expect(at(reason('<account>'))).toBe(at(THIRD) + 1);
    expect(at('nobody')).toBe(at(SECOND) + 1);
  });

  it('shows keys that were revoked before those that were not', async () => {
    const text = await rendered([
      runStarted(),
      accountsListed(FIRST, SECOND),
      planned(FIRST, [decision('AKIALEFT')]),
      planned(SECOND, [decision('AKIADONE')]),
      done(SECOND, 'AKIADONE', 'deactivated'),
      accountFinished(FIRST, { outcome: 'planned' }),
      accountFinished(SECOND),
      finishedWith({ accountsListed: 2 }),
    ]);
    expect(text.indexOf('AKIADONE')).toBeLessThan(text.indexOf('AKIALEFT'));
  });

  it('says so when no account was listed', async () => {
    const text = await rendered([runStarted(), accountsListed(), finishedWith({ accountsListed: 0 })]);
    expect(lineWith(text, 'accounts  none listed')).toBeDefined();
  });

  it('lists every key that was written to or is due, with its age and reason', async () => {
    const records: LedgerRecord[] = [
      runStarted(),
      accountsListed(FIRST, SECOND),
      planned(FIRST, [decision('AKIADONE'), decision('AKIAFAILED')]),
      planned(SECOND, [decision('AKIALEFT')]),
      done(FIRST, 'AKIADONE', 'deactivated'),
      done(FIRST, 'AKIAFAILED', 'failed'),
      accountFinished(FIRST),
      accountFinished(SECOND, { outcome: 'planned' }),
      finishedWith({ accountsListed: 2 }),
    ];
    const text = await rendered(records);
    expect(
      lineWith(text, FIRST, 'ada', 'AKIADONE', '100 d', 'deactivated', 'maxKeyAgeDays is 0'),
    ).toBeDefined();
    expect(lineWith(text, FIRST, 'AKIAFAILED', 'failed')).toBeDefined();
    expect(lineWith(text, SECOND, 'AKIALEFT', 'to deactivate')).toBeDefined();
    expect(keyLines(await foldRun(records)).map(({ outcome }) => outcome)).toEqual([
      'deactivated',
      'failed',
      'to deactivate',
    ]);
  });

  it('omits kept keys, and has keys that only a write names', async () => {
    const run = await foldRun([
      runStarted({ mode: 'undo' }),
      accountsListed(FIRST),
      planned(FIRST, [decision('AKIAKEPT', { action: 'keep', reason: 'maxKeyAgeDays not reached' })]),
      {
        type: 'writes-intended',
        at: AT,
        accountId: FIRST,
        writes: [
          {
            accessKeyId: 'AKIABACK',
            userName: 'bob',
            action: 'reactivate',
            reason: 'undo',
            statusBefore: 'Inactive',
          },
        ],
      },
    ]);
    expect(keyLines(run)).toMatchObject([
      { accessKeyId: 'AKIABACK', userName: 'bob', outcome: 'unconfirmed', reason: 'undo' },
    ]);
  });

  it('shows the requested rows and counts the others', async () => {
    const decisions = Array.from({ length: 12 }, (_, index) =>
      decision(`AKIA${String(index).padStart(4, '0')}`),
    );
    const records = [
      runStarted(),
      accountsListed(FIRST),
      planned(FIRST, decisions),
      accountFinished(FIRST),
      finishedWith({}),
    ];
    const some = await rendered(records, 5);
    expect(some.match(/AKIA\d{4}/g)).toHaveLength(5);
    expect(some).toContain('7 more');
    const all = await rendered(records, Infinity);
    expect(all.match(/AKIA\d{4}/g)).toHaveLength(12);
    expect(all).not.toContain('more');
  });

  it('has its warnings above the accounts and keys', async () => {
    const text = await rendered([
      ...[runStarted(), accountsListed(FIRST), planned(FIRST, [decision('AKIA1')])],
      ...[accountFinished(FIRST), finishedWith({ warnings: ['an exemption is lost'] })],
    ]);
    expect(text.indexOf('Warnings\n  an exemption is lost')).toBeGreaterThan(0);
    expect(text.indexOf('an exemption is lost')).toBeLessThan(text.indexOf('Keys\n'));
  });

  it('advises by what AWS says, and not on all denied accounts alike', async () => {
    const denied = (accountId: string, reason: string): LedgerRecord =>
      accountFinished(accountId, { outcome: 'denied', reason: `iam:GetGroup: AccessDenied: ${reason}` });
    const text = await rendered([
      runStarted(),
      accountsListed(FIRST, SECOND),
      denied(FIRST, 'no, with an explicit deny in a service control policy'),
      denied(SECOND, 'no'),
    ]);
    expect(lineWith(text, 'denied (1)', 'SCP')).toBeDefined();
    expect(lineWith(text, 'denied (1)', 'lacks this permission')).toBeDefined();
  });

  it('names the unfinished accounts of an interrupted run', async () => {
    const text = await rendered([runStarted(), accountsListed(FIRST, SECOND), accountFinished(FIRST)]);
    expect(lineWith(text, 'unfinished', '1')).toBeDefined();
    expect(lineWith(text, SECOND)).toBeDefined();
    expect(text).toContain('Run again');
  });

  it('lets no name or message control the terminal', async () => {
    const evil = 'a\u001b[2J\u009b31m\r\u0007b\u2028c';
    const text = await rendered([
      runStarted(),
      {
        type: 'accounts-listed',
        at: AT,
        accounts: [FIRST, SECOND].map((id) => ({ ...account(id), name: evil })),
      },
      planned(FIRST, [decision('AKIA1', { userName: evil })]),
      accountFinished(FIRST),
      accountFinished(SECOND, { outcome: 'failed', reason: evil }),
      finishedWith({
        verdict: 'incomplete',
        problems: [`group ${evil}\n  second line`],
        warnings: [`The opt-out of ${evil}`],
      }),
    ]);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028]/);
    expect(text.match(/a \[2J 31m b c/g)?.length).toBeGreaterThanOrEqual(5);
    expect(text).toContain('\n    second line');
  });

  it('renders 10,000 accounts in less than 5 seconds', async () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => String(100_000_000_000 + index));
    const run = await foldRun([
      runStarted(),
      accountsListed(...ids),
      ...ids.flatMap((id) => [
        planned(id, [decision(`AKIA${id}`)]),
        accountFinished(id, { outcome: 'denied', reason: 'iam:GetGroup: AccessDenied: no' }),
      ]),
      finishedWith({ verdict: 'incomplete', accountsListed: ids.length, accounts: { denied: ids.length } }),
    ]);
    const began = performance.now();
    expect(renderRun(run, { style: PLAIN, rows: 25 }).body).toContain('9975 more');
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('the verdict', () => {
  it.each<[string, RunSummary | undefined, RegExp]>([
    ['ok', summary({ accountsListed: 7 }), /^OK: all 7 accounts were covered/],
    [
      'incomplete',
      summary({
        verdict: 'incomplete',
        accountsListed: 9,
        accounts: { swept: 6, denied: 2, failed: 1 },
        problems: ['a', 'b'],
      }),
      /^INCOMPLETE: 3 of 9 accounts.*2 problems/,
    ],
    [
      'incomplete by one problem',
      summary({ verdict: 'incomplete', problems: ['a'] }),
      /^INCOMPLETE: 1 problem\.$/,
    ],
    ['ok, of one account', summary({ accountsListed: 1 }), /^OK: the only account was covered\.$/],
    ['stopped', summary({ verdict: 'stopped' }), /^STOPPED.*before anything was written/],
    ['cancelled', summary({ verdict: 'cancelled' }), /^CANCELLED before anything was written/],
    ['interrupted', undefined, /^INTERRUPTED.*Run again/],
  ])('of a run that is %s', (_, of, expected) => {
    expect(verdictLine(of, PLAIN)).toMatch(expected);
  });

  it('is styled as good or bad', () => {
    const marking = { ...PLAIN, good: (text: string) => `+${text}`, bad: (text: string) => `-${text}` };
    expect(verdictLine(summary(), marking)).toMatch(/^\+/);
    for (const verdict of ['incomplete', 'stopped', 'cancelled'] as const)
      expect(verdictLine(summary({ verdict }), marking)).toMatch(/^-/);
    expect(verdictLine(undefined, marking)).toMatch(/^-/);
  });
});

describe('the last lines', () => {
  const last = async (records: readonly LedgerRecord[], style = PLAIN): Promise<string[]> =>
    renderRun(await foldRun(records), { style, rows: 0 }).end.split('\n');
  const plan = (end: Partial<RunSummary>, armed = true): LedgerRecord[] =>
    [
      runStarted(),
      accountsListed(FIRST),
      {
        ...planned(FIRST, [decision('AKIA1'), decision('AKIA2'), decision('AKIA3', { action: 'delete' })]),
        armed,
      },
      accountFinished(FIRST, { outcome: 'planned' }),
      finishedWith({ keys: keyCounts({ seen: 5, kept: 2, due: 3 }), ...end }),
    ] as LedgerRecord[];

  it('of a plan count what a sweep would do, and mark what cannot be restored', async () => {
    const marking = { ...PLAIN, bad: (text: string) => `!${text}!` };
    expect((await last(plan({ mode: 'plan' }), marking)).at(-1)).toBe(
      'Plan: !1 to delete for good!, 2 to deactivate, 2 kept, every account covered.',
    );
  });

  it('say where nothing is revoked, and how many accounts were not covered', async () => {
    const end = { mode: 'plan', verdict: 'incomplete', accounts: { denied: 2 } } as const;
    expect((await last(plan(end, false))).at(-1)).toBe(
      'Plan: 1 to delete for good, 2 to deactivate, 2 kept, 2 accounts not covered. ' +
        '3 due keys in accounts that are not armed, where nothing is revoked.',
    );
  });

  it('of a stopped sweep name the limit, the numbers and the next step', async () => {
    const message = '501 keys would be revoked; limits.maxKeys allows 500. Raise it.';
    const limitsExceeded = [{ limit: 'maxKeys', allowed: 500, found: 501, message }] as const;
    expect(await last(plan({ mode: 'sweep', verdict: 'stopped', limitsExceeded }))).toEqual([
      'STOPPED by a limit before anything was written.',
      `  maxKeys: ${message}`,
      'Plan: 1 to delete for good, 2 to deactivate, 2 kept, every account covered.',
    ]);
  });

  it('of a sweep count each result of its own', async () => {
    const results = [
      { accessKeyId: 'AKIA1', userName: 'ada', outcome: 'failed' },
      { accessKeyId: 'AKIA2', userName: 'ada', outcome: 'not-attempted' },
      { accessKeyId: 'AKIA3', userName: 'ada', outcome: 'deleted' },
    ] as const;
    const [start, listed, decided, ...end] = plan({ mode: 'sweep', verdict: 'incomplete' });
    const records = [
      start,
      listed,
      decided,
      { type: 'writes-done', at: AT, accountId: FIRST, results },
      ...end,
    ];
    expect((await last(records as LedgerRecord[])).at(-1)).toBe(
      'Sweep: 1 deleted for good, 1 failed, 1 not attempted, 2 kept, every account covered.',
    );
  });

  it('say so if nothing is due', async () => {
    expect((await last([runStarted(), finishedWith({ mode: 'plan' })])).at(-1)).toMatch(
      /^Plan: no key seen, every account/,
    );
  });
});
