import { describe, expect, it } from 'vitest';

import { EMPTY_MEMORY } from '../../../src/ledger/memory.ts';
import type { LedgerRecord, RunSummary } from '../../../src/ledger/record.ts';
import { NO_OBJECTS } from '../../../src/ledger/run-log.ts';
import { putSummary } from '../../../src/ledger/runs.ts';
import type { KeyDecision } from '../../../src/rules/decision.ts';
import { settingsFor } from '../../../src/targets/settings.ts';
import { checkLimits } from '../../../src/sweep/plan/check-limits.ts';
import { outlineOf, type FailedTarget, type PlanOutline } from '../../../src/sweep/plan/planned.ts';
import { configWith } from '../../support/build-config.ts';
import { account, keyCounts, RUN_ID, summary } from '../../support/records.ts';
import { memoryStore } from '../../support/memory-store.ts';

const AT = new Date('2026-12-04T22:55:00Z');
const [FIRST, SECOND, THIRD, FOURTH] = [
  '100000000001',
  '100000000002',
  '100000000003',
  '100000000004',
] as const;

interface Planned {
  readonly armed?: boolean;
  readonly maxKeyAgeDays?: number;
  readonly due?: number;
  readonly kept?: number;
}

function planned(id: string, { armed = true, maxKeyAgeDays = 0, due = 0, kept = 0 }: Planned): PlanOutline {
  const decision = (index: number): KeyDecision => {
    const about = { accessKeyId: `AKIA${index}`, userName: 'ada', status: 'Active', createDate: AT };
    return index < due
      ? {
          ...about,
          action: 'deactivate',
          reason: maxKeyAgeDays > 0 ? 'maxKeyAgeDays reached' : 'maxKeyAgeDays is 0',
        }
      : { ...about, action: 'keep', reason: 'maxKeyAgeDays not reached' };
  };
  const config = configWith({ defaults: { armed, groups: ['Developers'], rules: { maxKeyAgeDays } } });
  return outlineOf({
    target: { account: account(id), settings: settingsFor(account(id), [], config) },
    users: 1,
    missingGroups: [],
    decisions: Array.from({ length: due + kept }, (_, index) => decision(index)),
    unreadUsers: [],
    machineUsers: [],
    memory: EMPTY_MEMORY,
  });
}

function closed(id: string, kind: 'cannot-assume' | 'denied' = 'cannot-assume'): FailedTarget {
  const failure = { kind, call: 'sts:AssumeRole', code: 'AccessDenied', message: 'no' } as const;
  return { target: planned(id, {}).target, failure };
}

type Limits = NonNullable<Parameters<typeof configWith>[0]>['limits'];

const LAST = summary({
  runId: RUN_ID,
  accountsListed: 10,
  keys: keyCounts({ seen: 30, kept: 0, due: 30 }),
});

/** The limits that were exceeded, each with what was found, and what the ledger got. */
async function check(
  plans: readonly (PlanOutline | FailedTarget)[],
  limits: Limits,
  { filtered = false, last = LAST }: { readonly filtered?: boolean; readonly last?: RunSummary } = {},
) {
  const store = memoryStore();
  await putSummary(store, last);
  const records: LedgerRecord[] = [];
  const append = (some: readonly LedgerRecord[]) => Promise.resolve(void records.push(...some));
  const log = { append, prepare: () => undefined, end: () => NO_OBJECTS };
  const surveyed = { accounts: 8, targets: plans.length, undecided: 0 };
  const organization = { id: summary().organizationId, managementAccountId: '111111111111' };
  const config = configWith({ limits });
  const context = { config, organization, store, log, now: () => AT, startedAt: AT };
  const checked = await checkLimits(plans, surveyed, filtered, context);
  const { exceeded } = checked;
  return { found: exceeded.map(({ limit, found }) => `${limit} ${found}`), exceeded, checked, records };
}

describe('the check of the limits', () => {
  it('counts the keys of armed accounts as keys to revoke, and records the result', async () => {
    const plans = [
      planned(FIRST, { due: 3, kept: 4 }),
      planned(SECOND, { due: 2 }),
      planned(THIRD, { armed: false, due: 9 }),
    ];
    const { found, exceeded, records } = await check([...plans, closed(FOURTH)], {
      maxKeys: 4,
      maxAccountsDrop: 0.5,
    });
    expect(found).toEqual(['maxKeys 5']);
    expect(records).toEqual([
      {
        ...{ type: 'limits-checked', at: AT.toISOString(), exceeded },
        ...{ withheld: [], notNotified: [], warnings: [], matchedExemptions: [] },
        dueKeys: { [FIRST]: 3, [SECOND]: 2, [THIRD]: 9 },
      },
    ]);
  });

  it('compares the due keys of armed accounts, and the accounts, with the last sweep', async () => {
    const limits = { maxGrowth: 2, maxAccountsDrop: 0.1 };
    const plans = [planned(FIRST, { due: 40 }), planned(SECOND, { due: 41, kept: 50 })];
    expect((await check(plans, limits)).found).toEqual(['maxGrowth 81', 'maxAccountsDrop 2']);
    const unarmed = [planned(FIRST, { due: 60 }), planned(SECOND, { armed: false, due: 41, kept: 50 })];
    expect((await check(unarmed, limits)).found).toEqual(['maxAccountsDrop 2']);
  });

  it('compares each account with its own number, which is 0 where there is none', async () => {
    const last = { ...LAST, dueKeys: { [FIRST]: 20, [THIRD]: 80 } };
    const plans = [planned(FIRST, { due: 81 }), planned(SECOND, { due: 50 }), planned(THIRD, { due: 80 })];
    const { checked } = await check(plans, { maxGrowth: 2, maxAccountsDrop: 0.5 }, { last });
    expect(checked.withheld?.map(({ accountId }) => accountId)).toEqual([FIRST, SECOND]);
    const filtered = await check(plans, {}, { last, filtered: true });
    expect(filtered.checked.withheld).toEqual([]);
  });

  it('keeps the number before of an account that is withheld or was not read', async () => {
    const before = { [FIRST]: 20, [THIRD]: 7, [FOURTH]: 8 };
    const plans = [planned(FIRST, { due: 81 }), planned(SECOND, { due: 50 }), planned(THIRD, { due: 6 })];
    const { checked } = await check(
      [...plans, closed(FOURTH)],
      { maxAccountsDrop: 0.5 },
      { last: { ...LAST, dueKeys: before } },
    );
    expect(checked.dueKeys).toEqual({ [FIRST]: 20, [THIRD]: 6, [FOURTH]: 8 });
    const first = await check([...plans, closed(FOURTH)], { maxKeysPerAccount: 80, maxAccountsDrop: 0.5 });
    expect(first.checked.withheld).toHaveLength(1);
    expect(first.checked.dueKeys).toEqual({ [FIRST]: 81, [SECOND]: 50, [THIRD]: 6 });
  });

  it('compares nothing with the last sweep in a filtered run', async () => {
    const plans = [planned(FIRST, { due: 40 }), planned(SECOND, { due: 41 })];
    const limits = { maxGrowth: 2, maxAccountsDrop: 0.1 };
    expect((await check(plans, limits, { filtered: true })).found).toEqual([]);
  });

  it('counts keys over age only in armed accounts with an age rule', async () => {
    const plans = [
      planned(FIRST, { maxKeyAgeDays: 90, due: 30, kept: 10 }),
      planned(SECOND, { maxKeyAgeDays: 90, due: 30, kept: 30 }),
      planned(THIRD, { due: 100, kept: 7 }),
      planned(FOURTH, { maxKeyAgeDays: 90, armed: false, due: 50 }),
    ];
    const { exceeded } = await check(plans, { maxShareOfKeys: 0.5, maxAccountsDrop: 0.5, maxGrowth: 100 });
    expect(exceeded).toMatchObject([
      {
        limit: 'maxShareOfKeys',
        allowed: 50,
        found: 60,
        message: expect.stringContaining('60 of 100 keys') as string,
      },
    ]);
  });

  it('counts accounts that it cannot enter, and no other failures', async () => {
    const ids = Array.from({ length: 5 }, (_, index) => `20000000000${index}`);
    const limits = { maxCannotAssume: 0.1, maxAccountsDrop: 0.5 };
    const { found } = await check(
      [...ids.map((id) => closed(id)), closed(FIRST, 'denied'), planned(SECOND, {})],
      limits,
    );
    expect(found).toEqual(['maxCannotAssume 5']);
    expect(
      (
        await check(
          ids.map((id) => closed(id, 'denied')),
          limits,
        )
      ).found,
    ).toEqual([]);
  });
});
