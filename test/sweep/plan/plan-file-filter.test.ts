import { describe, expect, it } from 'vitest';

import type { PlanFile, PlannedKey } from '../../../src/ledger/plan-file.ts';
import type { KeyDecision } from '../../../src/rules/decision.ts';
import { checkPlan, planFileFilter } from '../../../src/sweep/plan/plan-file-filter.ts';
import { StalePlanError } from '../../../src/sweep/errors.ts';
import { due, FIRST, kept, plan, SECOND } from './plans.ts';

const PLANNED_AT = '2026-11-27T22:55:00.000Z';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RUN = '20261127T225500Z-1a2b3c';

const key = (overrides: Partial<PlannedKey> = {}): PlannedKey => ({
  accountId: FIRST,
  userName: 'ada',
  accessKeyId: 'AKIA1',
  status: 'Active',
  action: 'deactivate',
  ...overrides,
});

const planFile = (...keys: PlannedKey[]): PlanFile => ({
  version: 1,
  runId: RUN,
  organizationId: 'o-a1b2c3d4e5',
  configSha256: 'c0ffee',
  plannedAt: PLANNED_AT,
  keys,
});

describe('a plan file', () => {
  const check = (change: Partial<Parameters<typeof checkPlan>[1]>) => (): void => {
    const now = new Date(PLANNED_AT);
    checkPlan(planFile(), { configSha256: 'c0ffee', now, ...change });
  };
  const later = (milliseconds: number): Date => new Date(Date.parse(PLANNED_AT) + milliseconds);

  it.each([-HOUR, 0, 24 * HOUR])('is accepted %i ms after it was made', (milliseconds) => {
    expect(check({ now: later(milliseconds) })).not.toThrow();
  });

  it.each([-HOUR - 1, 24 * HOUR + 1])('is refused %i ms after it was made', (milliseconds) => {
    expect(check({ now: later(milliseconds) })).toThrow(
      new StalePlanError(
        `Plan ${RUN} was made at ${PLANNED_AT} and is valid for 24 hours from then. Nothing was done. Make a new plan: keysweep plan --out FILE`,
      ),
    );
  });

  it('is refused with another configuration', () => {
    expect(check({ configSha256: '0' })).toThrow(
      `The configuration has changed since plan ${RUN} was made. Nothing was done. Make a new plan: keysweep plan --out FILE`,
    );
  });

  it('is refused by an error that says so by its name', () => {
    expect(new StalePlanError('x').name).toBe('StalePlanError');
  });
});

describe('an account held to a plan file', () => {
  const LEFT_ALONE = { action: 'keep', reason: 'not-in-plan' };
  const heldTo = (only: PlanFile, decisions: readonly KeyDecision[], id = FIRST) =>
    planFileFilter(only).of(plan(id, { decisions })).decisions;

  it.each<[string, PlannedKey, boolean]>([
    ['as it was planned', key(), true],
    ['planned in another account', key({ accountId: SECOND }), false],
    ['planned with another action', key({ action: 'delete' }), false],
    ['planned with another status', key({ status: 'Inactive' }), false],
    ['planned of another user', key({ userName: 'bob' }), false],
    ['not planned', key({ accessKeyId: 'AKIA2' }), false],
  ])('takes a key that is due and was %s: %s', (_, planned, taken) => {
    expect(heldTo(planFile(planned), [due()])).toEqual([taken ? due() : { ...due(), ...LEFT_ALONE }]);
  });

  it('keeps what the rules keep, for their reason', () => {
    expect(heldTo(planFile(key()), [kept({ reason: 'on-hold' })])).toEqual([kept({ reason: 'on-hold' })]);
  });

  it('leaves everything else of the plan as it is', () => {
    const whole = plan(FIRST, { decisions: [due()], users: 7, missingGroups: ['Admins'] });
    expect(planFileFilter(planFile(key())).of(whole)).toEqual(whole);
  });

  it('is not held to anything without one', () => {
    const whole = plan(FIRST, { decisions: [due(), kept()] });
    const { of, changes } = planFileFilter(undefined);
    expect(of(whole)).toBe(whole);
    expect(changes()).toEqual([]);
  });
});

describe('what has changed since the plan', () => {
  const changes = (only: PlanFile, ...accounts: readonly (readonly [string, readonly KeyDecision[]])[]) => {
    const restriction = planFileFilter(only);
    for (const [id, decisions] of accounts) restriction.of(plan(id, { decisions }));
    return restriction.changes();
  };

  it('is nothing where every key is due as planned', () => {
    expect(changes(planFile(key()), [FIRST, [due(), kept({ accessKeyId: 'AKIA9' })]])).toEqual([]);
  });

  it('is a key that is kept now, with its status and the reason', () => {
    const now = kept({ status: 'Inactive', reason: 'mode is deactivate' });
    expect(changes(planFile(key()), [FIRST, [now]])).toEqual([
      `key AKIA1 of ada in ${FIRST}, planned to deactivate, is Inactive and kept: mode is deactivate`,
    ]);
  });

  it('is a key that was not found', () => {
    expect(changes(planFile(key({ action: 'delete' })), [FIRST, []])).toEqual([
      `key AKIA1 of ada in ${FIRST}, planned to delete, is gone, or could not be read`,
    ]);
  });

  it('is the number of keys, of all accounts, that are due and were not planned', () => {
    const others = [
      due({ accessKeyId: 'AKIA2' }),
      due({ accessKeyId: 'AKIA3' }),
      kept({ accessKeyId: 'AKIA4' }),
    ];
    expect(
      changes(planFile(key()), [FIRST, [due(), ...others]], [SECOND, [due({ accessKeyId: 'AKIA5' })]]),
    ).toEqual(['due now and not in the plan: 3 more; left alone']);
  });

  it('counts no planned key that is due otherwise as one that was not planned', () => {
    expect(changes(planFile(key()), [FIRST, [due({ action: 'delete' })]])).toEqual([
      `key AKIA1 of ada in ${FIRST}, planned to deactivate, is Active and kept: not-in-plan`,
    ]);
  });
});
