import { EMPTY_MEMORY } from '../../../src/ledger/memory.ts';
import type { KeyDecision } from '../../../src/rules/decision.ts';
import { settingsFor } from '../../../src/targets/settings.ts';
import type { AccountPlan } from '../../../src/sweep/plan/plan-account.ts';
import { configWith } from '../../support/build-config.ts';
import { account } from '../../support/records.ts';

/** Plans of accounts, made up from what a test is about. */

export const FIRST = '100000000001';
export const SECOND = '100000000002';

const ABOUT = {
  accessKeyId: 'AKIA1',
  userName: 'ada',
  status: 'Active',
  createDate: new Date('2026-01-01T00:00:00Z'),
};

export function due(
  overrides: Partial<Extract<KeyDecision, { action: 'delete' | 'deactivate' }>> = {},
): KeyDecision {
  return { ...ABOUT, action: 'deactivate', reason: 'maxKeyAgeDays is 0', ...overrides };
}

export function kept(overrides: Partial<Extract<KeyDecision, { action: 'keep' }>> = {}): KeyDecision {
  return { ...ABOUT, action: 'keep', reason: 'maxKeyAgeDays not reached', ...overrides };
}

/** An armed account of which nothing is due. */
export function plan(
  id: string,
  overrides: Partial<Omit<AccountPlan, 'target'>> & { readonly armed?: boolean } = {},
): AccountPlan {
  const { armed = true, ...read } = overrides;
  const config = configWith({ defaults: { armed, groups: ['Developers'] } });
  return {
    target: { account: account(id), settings: settingsFor(account(id), [], config) },
    users: 1,
    missingGroups: [],
    decisions: [],
    unreadUsers: [],
    machineUsers: [],
    memory: EMPTY_MEMORY,
    ...read,
  };
}
