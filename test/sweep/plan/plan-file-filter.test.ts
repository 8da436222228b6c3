import { describe, expect, it } from 'vitest';

import type { PlanFile, PlannedKey } from '../../../src/ledger/plan-file.ts';
import type { KeepReason, KeyDecision } from '../../../src/rules/decision.ts';
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
        `Plan ${RUN} was made at ${PLANNED_AT} and is valid for 24 hours from then. ` +
          'Nothing was done. Make a new plan: keysweep plan --out FILE',
      ),
    );
  });

  it('is refused with another configuration', () => {
    expect(check({ configSha256: '0' })).toThrow(
      `The configuration has changed since plan ${RUN} was made. ` +
        'Nothing was done. Make a new plan: keysweep plan --out FILE',
    );
  });

  it('is refused with the error StalePlanError', () => {
    expect(new StalePlanError('x').name).toBe('StalePlanError');
  });
});

describe('a plan file filter', () => {
  const restrict = (only: PlanFile, decisions: readonly KeyDecision[], id = FIRST) =>
    planFileFilter(only).restrict(plan(id, { decisions })).decisions;

  it.each<[string, PlannedKey, KeepReason | undefined]>([
    ['as it was planned', key(), undefined],
    ['planned in another account', key({ accountId: SECOND }), 'changed-since-plan'],
    ['planned with another action', key({ action: 'delete' }), 'changed-since-plan'],
    ['planned with another status', key({ status: 'Inactive' }), 'changed-since-plan'],
    ['planned for another user', key({ userName: 'bob' }), 'changed-since-plan'],
    ['not planned', key({ accessKeyId: 'AKIA2' }), 'not-in-plan'],
  ])('of a due key that was %s has the reason to keep it: %s', (_, planned, reason) => {
    const now = reason === undefined ? due() : { ...due(), action: 'keep', reason };
    expect(restrict(planFile(planned), [due()])).toEqual([now]);
  });

  it('keeps what the rules keep, for the same reason', () => {
    expect(restrict(planFile(key()), [kept({ reason: 'on-hold' })])).toEqual([kept({ reason: 'on-hold' })]);
  });

  it('does not change the rest of the plan', () => {
    const whole = plan(FIRST, { decisions: [due()], users: 7, missingGroups: ['Admins'] });
    expect(planFileFilter(planFile(key())).restrict(whole)).toEqual(whole);
  });

  it('restricts nothing without a file', () => {
    const whole = plan(FIRST, { decisions: [due(), kept()] });
    const filter = planFileFilter(undefined);
    expect(filter.restrict(whole)).toBe(whole);
    expect(filter.changes()).toEqual([]);
  });
});

describe('the changes since the plan', () => {
  const changes = (only: PlanFile, ...accounts: readonly (readonly [string, readonly KeyDecision[]])[]) => {
    const filter = planFileFilter(only);
    for (const [id, decisions] of accounts) filter.restrict(plan(id, { decisions }));
    return filter.changes();
  };

  it('are none when every key is due as planned', () => {
    expect(changes(planFile(key()), [FIRST, [due(), kept({ accessKeyId: 'AKIA9' })]])).toEqual([]);
  });

  it('include a key that is kept now, with its status and the reason', () => {
    const now = kept({ status: 'Inactive', reason: 'mode is deactivate' });
    expect(changes(planFile(key()), [FIRST, [now]])).toEqual([
      `Key AKIA1 of ada in ${FIRST} was planned to deactivate, ` +
        'but is Inactive now and was kept: mode is deactivate',
    ]);
  });

  it('include a key that was not found', () => {
    expect(changes(planFile(key({ action: 'delete' })), [FIRST, []])).toEqual([
      `Key AKIA1 of ada in ${FIRST} was planned to delete, but is gone or could not be read`,
    ]);
  });

  it('include the number of keys in all accounts that are due but were not planned', () => {
    const others = [
      due({ accessKeyId: 'AKIA2' }),
      due({ accessKeyId: 'AKIA3' }),
      kept({ accessKeyId: 'AKIA4' }),
    ];
    expect(
      changes(planFile(key()), [FIRST, [due(), ...others]], [SECOND, [due({ accessKeyId: 'AKIA5' })]]),
    ).toEqual(['Keys that are due now but not in the plan: 3. They were kept.']);
  });

  it('do not count a planned key with another action as not planned', () => {
    expect(changes(planFile(key()), [FIRST, [due({ action: 'delete' })]])).toEqual([
      `Key AKIA1 of ada in ${FIRST} was planned to deactivate, ` +
        'but is Active now and due to delete, so it was kept',
    ]);
  });

  it('name the new owner of a planned key, and its new account', () => {
    const ofBob = due({ userName: 'bob' });
    expect(changes(planFile(key()), [FIRST, [ofBob]], [SECOND, []])).toEqual([
      `Key AKIA1 of ada in ${FIRST} was planned to deactivate, ` +
        `but is Active now, of bob in ${FIRST}, so it was kept`,
    ]);
    expect(changes(planFile(key()), [SECOND, [due()]])).toEqual([
      `Key AKIA1 of ada in ${FIRST} was planned to deactivate, ` +
        `but is Active now, of ada in ${SECOND}, so it was kept`,
    ]);
  });
});
