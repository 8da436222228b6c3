import { describe, expect, it } from 'vitest';

import { renderDiff } from '../../src/report/diff-text.ts';
import { diffRuns, type RunDiff } from '../../src/report/diff.ts';
import { PLAIN } from '../../src/report/style.ts';
import { key, buildRun, type AccountSetup } from '../support/build-run.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;
const kept = { action: 'keep', reason: 'maxKeyAgeDays not reached' } as const;
const denied = { kind: 'denied', call: 'iam:ListAccessKeys', code: 'AccessDenied', message: 'no' } as const;
const withKeys = (...decisions: ReturnType<typeof key>[]): AccountSetup => ({
  id: FIRST,
  plan: { decisions },
});

async function diffOf(before: readonly AccountSetup[], after: readonly AccountSetup[]): Promise<RunDiff> {
  return diffRuns(
    await buildRun({ accounts: before, started: { runId: '20261120T225500Z-000001' } }),
    await buildRun({ accounts: after, started: { runId: '20261127T225500Z-000001' } }),
  );
}

/** Names of what the lists of a difference hold; empty lists left out. */
function idsOf({
  beforeRunId: _before,
  afterRunId: _after,
  inventory: _,
  ...lists
}: RunDiff): Record<string, string[]> {
  const named = Object.entries(lists).map(([list, items]) => [
    list,
    items.map((item: object) =>
      'accessKeyId' in item
        ? item.accessKeyId
        : 'userName' in item
          ? item.userName
          : 'accountId' in item
            ? item.accountId
            : '',
    ),
  ]);
  return Object.fromEntries(named.filter(([, items]) => (items?.length ?? 0) > 0)) as Record<
    string,
    string[]
  >;
}

describe('the difference of two runs', () => {
  it('is empty between equal ones', async () => {
    const accounts = [withKeys(key('A', kept))];
    expect(idsOf(await diffOf(accounts, accounts))).toEqual({});
  });

  it('has accounts that were added, removed, or ended with another outcome', async () => {
    const diff = await diffOf(
      [{ id: FIRST }, { id: SECOND, end: { outcome: 'swept' } }, { id: '3' }],
      [{ id: FIRST }, { id: SECOND, end: { outcome: 'denied', reason: 'no' } }, { id: '4', end: null }],
    );
    expect(idsOf(diff)).toEqual({ accountsAdded: ['4'], accountsRemoved: ['3'], accountsChanged: [SECOND] });
    expect(diff.accountsChanged[0]).toMatchObject({
      before: 'swept',
      after: 'denied',
      coverageLost: true,
      reason: 'no',
    });
    expect(diff.accountsAdded[0]?.outcome).toBe('unfinished');
  });

  it.each<[string, AccountSetup, AccountSetup, Record<string, string[]>]>([
    ['a key that is due now', withKeys(key('A', kept)), withKeys(key('A')), { keysNewlyDue: ['A'] }],
    [
      'a new key that is due',
      withKeys(key('A', kept)),
      withKeys(key('A', kept), key('B')),
      { keysNewlyDue: ['B'] },
    ],
    [
      'a key that is due both times',
      withKeys(key('A')),
      withKeys(key('A', { action: 'delete' })),
      { keysStillDue: ['A'] },
    ],
    [
      'a key that is gone',
      withKeys(key('A'), key('B', kept)),
      withKeys(key('B', kept)),
      { keysRemoved: ['A'] },
    ],
    ['a user who is gone', withKeys(key('A')), withKeys(), { keysRemoved: ['A'], usersRemoved: ['ada'] }],
    [
      'a user who left the groups with a key',
      withKeys(key('A')),
      {
        id: FIRST,
        plan: { decisions: [], escaped: [{ accessKeyId: 'A', userName: 'ada', how: 'not-in-groups' }] },
      },
      { keysEscaped: ['A'] },
    ],
    ['a user who came', withKeys(), withKeys(key('A', kept)), { usersAdded: ['ada'] }],
    [
      'a key that was activated again',
      withKeys(key('A', { ...kept, status: 'Inactive' })),
      withKeys(key('A', kept)),
      { keysReactivated: ['A'] },
    ],
    [
      'a user who could not be read',
      withKeys(key('A', kept)),
      { id: FIRST, plan: { unreadUsers: [{ userName: 'ada', failure: denied }] } },
      {},
    ],
    [
      'an account that could not be read',
      withKeys(key('A', kept)),
      { id: FIRST, end: { outcome: 'swept' } },
      {},
    ],
    [
      'keys of an account that came',
      { id: SECOND },
      withKeys(key('A'), key('B', kept)),
      { accountsAdded: [FIRST], accountsRemoved: [SECOND], keysNewlyDue: ['A'] },
    ],
  ])('has %s', async (_, before, after, expected) => {
    expect(idsOf(await diffOf([before], [after]))).toEqual(expected);
  });

  it('is rendered with what got worse first', async () => {
    const diff = await diffOf(
      [
        { ...withKeys(key('A'), key('B', kept)), results: [{ accessKeyId: 'A', outcome: 'deactivated' }] },
        { id: SECOND },
      ],
      [withKeys(key('B')), { id: SECOND, end: { outcome: 'throttled', reason: 'Rate exceeded' } }],
    );
    const text = renderDiff(diff, { style: PLAIN, rows: 25 });
    expect(text.replaceAll(/ +/g, ' ')).toBe(
      [
        '20261120T225500Z-000001 → 20261127T225500Z-000001',
        '',
        'Accounts no longer covered (1)',
        ' account name before after reason',
        ' 100000000002 account 100000000002 nothing-due throttled Rate exceeded',
        '',
        'Keys newly due (1)',
        ' account name user key before after',
        ' 100000000001 account 100000000001 ada B ' +
          'keep (maxKeyAgeDays not reached) deactivate (maxKeyAgeDays reached)',
        '',
        'Keys no longer seen (1)',
        ' account name user key before after',
        ' 100000000001 account 100000000001 ada A deactivate (maxKeyAgeDays reached): deactivated none',
        '',
        '1 account changed, 1 key newly due, 0 due in both, 1 no longer seen, 0 escaped.',
      ].join('\n'),
    );
  });

  it('counts the omitted rows', async () => {
    const diff = await diffOf([withKeys()], [withKeys(key('A'), key('B'), key('C'))]);
    expect(renderDiff(diff, { style: PLAIN, rows: 1 })).toContain('… and 2 more; --all shows them');
  });
});
