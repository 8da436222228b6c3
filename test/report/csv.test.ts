import { describe, expect, it } from 'vitest';

import { CSV_COLUMNS, renderCsv } from '../../src/report/csv.ts';
import type { MatchedExemption } from '../../src/rules/decision.ts';
import { RUN_ID } from '../support/records.ts';
import { daysAgo, key, buildRun, type RunSetup } from '../support/build-run.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;
const denied = { kind: 'denied', call: 'iam:UpdateAccessKey', code: 'AccessDenied', message: 'no' } as const;

/** Rows as objects; cells of these tests hold neither quotes nor line ends. */
async function rowsOf(setup: RunSetup, units = new Map<string, string>()): Promise<Record<string, string>[]> {
  const [head = '', ...lines] = renderCsv(await buildRun(setup), units)
    .trimEnd()
    .split('\r\n');
  const cells = (line: string): string[] => line.slice(1, -1).split('","');
  expect(cells(head)).toEqual(CSV_COLUMNS);
  return lines.map((line) =>
    Object.fromEntries(cells(line).map((cell, index) => [CSV_COLUMNS[index] ?? '', cell] as const)),
  );
}

describe('a run as CSV', () => {
  it('has a row for each key, with its account and outcome', async () => {
    const setup: RunSetup = {
      accounts: [
        {
          id: FIRST,
          name: 'web',
          plan: {
            decisions: [key('AKIA1'), key('AKIA2', { action: 'keep', reason: 'maxKeyAgeDays not reached' })],
          },
          results: [{ accessKeyId: 'AKIA1', outcome: 'failed', failure: denied }],
          end: { outcome: 'denied', reason: 'AKIA1: no' },
        },
      ],
    };
    const [first, second, ...more] = await rowsOf(setup, new Map([[FIRST, 'Workloads / Prod']]));
    expect(first).toEqual({
      run_id: RUN_ID,
      account_id: FIRST,
      account_name: 'web',
      organizational_unit: 'Workloads / Prod',
      account_outcome: 'denied',
      account_reason: 'AKIA1: no',
      armed: 'true',
      user_name: 'ada',
      access_key_id: 'AKIA1',
      status_before: 'Active',
      create_date: daysAgo(100).toISOString(),
      action: 'deactivate',
      reason: 'maxKeyAgeDays reached',
      outcome: 'failed',
      failure: 'iam:UpdateAccessKey: AccessDenied: no',
      exemption: '',
      exempt_until: '',
      escaped: '',
      run_verdict: 'ok',
      age_days: '100',
      last_used: '',
      governance: '',
      credential: '',
    });
    expect(second).toMatchObject({
      access_key_id: 'AKIA2',
      action: 'keep',
      reason: 'maxKeyAgeDays not reached',
      outcome: '',
    });
    expect(more).toEqual([]);
  });

  it('says when a key was last used, where that is known', async () => {
    const lastUsed = daysAgo(9);
    const decisions = [key('AKIA1', { lastUsed }), key('AKIA2', { lastUsed: null }), key('AKIA3')];
    const rows = await rowsOf({ accounts: [{ id: FIRST, plan: { decisions } }] });
    expect(rows.map((row) => row['last_used'])).toEqual([lastUsed.toISOString(), 'never', '']);
  });

  it('says what exempts a key, and until when', async () => {
    const exempt = (accessKeyId: string, exemption: MatchedExemption) =>
      key(accessKeyId, { action: 'keep', reason: 'exempt.users', exemption });
    const decisions = [
      exempt('AKIA1', { name: 'break-glass-*', until: '2027-01-31' }),
      exempt('AKIA2', { name: 'ada' }),
    ];
    const rows = await rowsOf({ accounts: [{ id: FIRST, plan: { decisions } }] });
    expect(rows.map((row) => [row['exemption'], row['exempt_until']])).toEqual([
      ['break-glass-*', '2027-01-31'],
      ['ada', ''],
    ]);
  });

  it('has a row for every account without keys, every unread user, and every key of an undo', async () => {
    const rows = await rowsOf({
      accounts: [
        { id: FIRST, plan: { unreadUsers: [{ userName: 'bob', failure: denied }] } },
        { id: SECOND, results: [{ accessKeyId: 'AKIA9', outcome: 'reactivated' }] },
        { id: '100000000003' },
        { id: '100000000004', end: null },
      ],
      summary: null,
    });
    expect(
      rows.map((row) => [
        row['account_id'],
        row['account_outcome'],
        row['user_name'],
        row['access_key_id'],
        row['action'],
        row['outcome'],
      ]),
    ).toEqual([
      [FIRST, 'swept', 'bob', '', '', 'not-read'],
      [SECOND, 'nothing-due', 'ada', 'AKIA9', '', 'reactivated'],
      ['100000000003', 'nothing-due', '', '', '', ''],
      ['100000000004', '', '', '', '', ''],
    ]);
  });

  const cellFor = async (name: string): Promise<string> => {
    const csv = renderCsv(await buildRun({ accounts: [{ id: FIRST, name }] }), new Map());
    return csv.slice(csv.indexOf('\r\n') + 2);
  };

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '＝1'])(
    'keeps a spreadsheet from calculating %j',
    async (name) => {
      expect(await cellFor(name)).toContain(`"'${name}"`);
    },
  );

  // A spreadsheet that separates cells by ; reads "a","b;=1","c" as two cells: the second begins with =.
  it.each([
    [`;=cmd|'/C calc'!A0;x`, `;'=cmd|'/C calc'!A0;x`],
    ['a; =1', "a;' =1"],
    ['a;"=1"', `a;'""=1""`],
    ['a\n=1', "a\n'=1"],
    ['a|=1', "a|'=1"],
    ['a,+1', "a,'+1"],
    ['\t=1', "' =1"],
    ['\r=1', "' =1"],
    ['a;\u200F=1', "a;' =1"],
    ['a\t=1', 'a =1'],
    ['over-age, one=two', 'over-age, one=two'],
  ])('keeps it from calculating a part of %j', async (name, cell) => {
    expect(await cellFor(name)).toContain(`"${cell}"`);
  });

  it('holds nothing that controls a terminal or turns the direction of text', async () => {
    const csv = await cellFor('a\u001B[2Jb\u009Bc\u202Ed\u2028e');
    expect(csv).toContain('"a [2Jb c d e"');
  });

  it('keeps quotes, commas and line breaks within a cell', async () => {
    const csv = renderCsv(await buildRun({ accounts: [{ id: FIRST, name: 'a "b", c\nd' }] }), new Map());
    expect(csv).toContain('"a ""b"", c\nd"');
  });

  it('says how keys escaped, in a row of their own when nothing was decided about them', async () => {
    const escaped = [
      { accessKeyId: 'AKIA1', userName: 'ada', how: 'exempt.userTag' },
      { accessKeyId: 'AKIA2', userName: 'bob', how: 'not-in-groups' },
    ] as const;
    const decisions = [key('AKIA1', { action: 'keep', reason: 'exempt.userTag' }), key('AKIA3')];
    const rows = await rowsOf({ accounts: [{ id: FIRST, plan: { decisions, escaped } }] });
    expect(
      rows.map((row) => [row['access_key_id'], row['user_name'], row['action'], row['escaped']]),
    ).toEqual([
      ['AKIA1', 'ada', 'keep', 'exempt.userTag'],
      ['AKIA3', 'ada', 'deactivate', ''],
      ['AKIA2', 'bob', '', 'not-in-groups'],
    ]);
  });
});
