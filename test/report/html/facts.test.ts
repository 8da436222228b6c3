import { describe, expect, it } from 'vitest';

import { agesOf } from '../../../src/report/html/ages.ts';
import { upcomingOf } from '../../../src/report/html/upcoming.ts';
import { unitsOf } from '../../../src/report/accounts-by-unit.ts';
import { sweepsOf } from '../../../src/report/html/history-chart.ts';
import { keyCounts, summary } from '../../support/records.ts';
import { daysAgo, key, buildRun } from '../../support/build-run.ts';

const [FIRST, SECOND, THIRD] = ['100000000001', '100000000002', '100000000003'] as const;
const day = (date: Date): string => date.toISOString().slice(0, 10);

describe('the OUs of a run', () => {
  const accounts = [{ id: FIRST }, { id: SECOND }, { id: THIRD }];
  const named = (units: ReturnType<typeof unitsOf>) =>
    units.map(({ name, accounts: own }) => [name, own.map(({ account }) => account.id)]);

  it('are in the order of the tree, with their path, without empty ones', async () => {
    const run = await buildRun({
      accounts,
      units: [
        { id: 'r-1', name: 'Root', accounts: [FIRST] },
        { id: 'ou-w', name: 'Workloads', parent: 'r-1', accounts: [] },
        { id: 'ou-a', name: 'Audit', parent: 'r-1', accounts: [THIRD] },
        { id: 'ou-p', name: 'Prod', parent: 'ou-w', accounts: [SECOND, '999999999999'] },
      ],
    });
    expect(named(unitsOf(run, 'unknown'))).toEqual([
      ['Root', [FIRST]],
      ['Audit', [THIRD]],
      ['Workloads / Prod', [SECOND]],
    ]);
  });

  it('have every account once, whatever the tree says', async () => {
    const run = await buildRun({
      accounts,
      units: [
        { id: 'ou-a', name: 'A', parent: 'ou-gone', accounts: [FIRST, SECOND] },
        { id: 'ou-b', name: 'B', accounts: [SECOND] },
      ],
    });
    expect(named(unitsOf(run, 'unknown'))).toEqual([
      ['A', [FIRST, SECOND]],
      ['unknown', [THIRD]],
    ]);
    expect(named(unitsOf(await buildRun({ accounts }), 'all'))).toEqual([['all', [FIRST, SECOND, THIRD]]]);
  });
});

describe('the ages of keys', () => {
  const decisions = [
    key('A1'),
    key('A2', { createDate: daysAgo(7) }),
    key('A3', { createDate: daysAgo(6.9) }),
    key('A4', { createDate: daysAgo(800) }),
    key('A5', { createDate: daysAgo(800), status: 'Inactive', action: 'keep', reason: 'mode is deactivate' }),
    key('A6', { createDate: daysAgo(-0.001), action: 'keep', reason: 'maxKeyAgeDays not reached' }),
  ];
  const found = async (mode: 'plan' | 'sweep', armed = true) =>
    agesOf(
      await buildRun({
        started: { mode },
        accounts: [
          {
            id: FIRST,
            plan: { armed, decisions },
            results: [
              { accessKeyId: 'A1', outcome: 'deactivated' },
              { accessKeyId: 'A2', outcome: 'failed' },
              { accessKeyId: 'A4', outcome: 'deleted' },
            ],
          },
        ],
      }),
    )
      .filter(({ before }) => before > 0)
      .map(({ age, before, after }) => `${age}: ${before} → ${after}`);

  it('count active keys before and after a sweep', async () => {
    expect(await found('sweep')).toEqual([
      'up to 7 days: 2 → 2',
      '7 to 30 days: 1 → 1',
      '90 to 180 days: 1 → 0',
      'over 2 years: 1 → 0',
    ]);
  });

  it('show after a plan what a sweep would leave, in armed accounts', async () => {
    expect(await found('plan')).toEqual([
      'up to 7 days: 2 → 1',
      '7 to 30 days: 1 → 0',
      '90 to 180 days: 1 → 0',
      'over 2 years: 1 → 0',
    ]);
    expect((await found('plan', false)).every((line) => /(\d) → \1$/.test(line))).toBe(true);
  });
});

describe('what comes next', () => {
  const rules = { maxKeyAgeDays: 30, mode: 'deactivate-then-delete', deleteAfterDays: 7 } as const;
  const waiting = key('WAITS', { status: 'Inactive', action: 'keep', reason: 'deleteAfterDays not reached' });
  const account = {
    id: FIRST,
    plan: {
      rules,
      decisions: [key('TAKEN'), waiting, key('NEW', { ...waiting, accessKeyId: 'NEW' }), key('FAILED')],
      remembered: [{ accessKeyId: 'WAITS', inactiveSince: daysAgo(5) }],
    },
    results: [
      { accessKeyId: 'TAKEN', outcome: 'deactivated' },
      { accessKeyId: 'FAILED', outcome: 'failed' },
    ],
  } as const;
  const deletions = async (run: Parameters<typeof buildRun>[0]) =>
    upcomingOf(await buildRun(run)).deletions.shown.map(({ accessKeyId, at }) => `${accessKeyId} ${day(at)}`);

  it('has the keys that a later sweep deletes, soonest first', async () => {
    expect(await deletions({ accounts: [account] })).toEqual([
      `WAITS ${day(daysAgo(-2))}`,
      `TAKEN ${day(daysAgo(-7))}`,
      `NEW ${day(daysAgo(-7))}`,
    ]);
  });

  it.each([
    ['where nothing is written', { ...account, plan: { ...account.plan, armed: false } }],
    [
      'where nothing is deleted',
      { ...account, plan: { ...account.plan, rules: { ...rules, mode: 'deactivate' as const } } },
    ],
  ])('has no deletions %s', async (_, setup) => {
    expect(await deletions({ accounts: [setup] })).toEqual([]);
  });

  it('has only deletions with a known date when the run wrote nothing', async () => {
    const planned = { ...account, results: [] };
    expect(await deletions({ accounts: [planned], started: { mode: 'plan' } })).toHaveLength(1);
    for (const verdict of ['stopped', 'cancelled'] as const)
      expect(await deletions({ accounts: [planned], summary: { verdict } })).toHaveLength(1);
  });

  it('has opt-outs and holds that end, and unarmed accounts', async () => {
    const optOut = { owner: 'ada', reason: 'freeze', until: '2027-01-31' };
    const { optOuts, holds, unarmed } = upcomingOf(
      await buildRun({
        accounts: [
          { id: FIRST, end: { outcome: 'opted-out', optOut } },
          { id: SECOND, end: { outcome: 'opted-out', optOut: { ...optOut, until: '2026-12-01' } } },
          {
            id: THIRD,
            plan: {
              armed: false,
              decisions: [key('HELD', { action: 'keep', reason: 'on-hold' }), key('DUE')],
              remembered: [
                { accessKeyId: 'HELD', holdUntil: daysAgo(-3) },
                { accessKeyId: 'DUE', holdUntil: daysAgo(3) },
              ],
            },
          },
        ],
      }),
    );
    expect(optOuts.shown.map(({ account: { id }, until }) => `${id} ${day(until)}`)).toEqual([
      `${SECOND} 2026-12-01`,
      `${FIRST} 2027-01-31`,
    ]);
    expect(holds.shown.map(({ accessKeyId }) => accessKeyId)).toEqual(['HELD']);
    expect(unarmed.shown.map(({ account: { id }, due }) => `${id} ${due}`)).toEqual([`${THIRD} 1`]);
  });
});

describe('the history of sweeps', () => {
  it('has the sweeps of the whole organization, oldest first, with every key once', () => {
    const keys = keyCounts({ seen: 10, kept: 4, due: 6, deactivated: 3, deleted: 1, failed: 2 });
    const at = (startedAt: string, overrides = {}) =>
      summary({ runId: startedAt, startedAt, keys, ...overrides });
    const sweeps = sweepsOf([
      at('2026-11-20T22:55:00.000Z', { verdict: 'incomplete' }),
      at('2026-11-13T22:55:00.000Z'),
      at('2026-11-12T22:55:00.000Z', { filtered: true }),
      at('2026-11-11T22:55:00.000Z', { mode: 'plan' }),
      at('2026-11-10T22:55:00.000Z', { accountsListed: 0 }),
    ]);
    expect(sweeps.map(({ startedAt, ok }) => [day(startedAt), ok])).toEqual([
      ['2026-11-13', true],
      ['2026-11-20', false],
    ]);
    expect(sweeps[0]).toMatchObject({ kept: 4, left: 2, deactivated: 3, deleted: 1 });
  });
});
