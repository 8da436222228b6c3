import { describe, expect, it } from 'vitest';

import { ConfigError } from '../../src/config/errors.ts';
import { parsePlanFile, planFileOf, type PlanFile } from '../../src/ledger/plan-file.ts';
import type { LedgerRecord } from '../../src/ledger/record.ts';
import { foldRun } from '../../src/ledger/stored-run.ts';
import { accountsListed, AT, EVERY_RECORD, RUN_ID, runStarted } from '../support/records.ts';

const [FIRST, SECOND] = ['222222222222', '333333333333'] as const;

const PLAN: PlanFile = {
  version: 1,
  runId: RUN_ID,
  organizationId: 'o-a1b2c3d4e5',
  configSha256: 'c0ffee',
  plannedAt: AT,
  keys: [
    { accountId: FIRST, userName: 'ada', accessKeyId: 'AKIA1', status: 'Active', action: 'deactivate' },
    { accountId: FIRST, userName: 'bob', accessKeyId: 'AKIA2', status: 'Inactive', action: 'delete' },
  ],
};

/** A plan of an account, of the kind that the ledger has an example of. */
function planned(
  accountId: string,
  armed: boolean,
  actions: readonly ('keep' | 'deactivate' | 'delete')[],
): LedgerRecord {
  const example = EVERY_RECORD.find((record) => record.type === 'account-planned');
  if (example?.type !== 'account-planned') throw new Error('the examples hold no plan');
  const about = { userName: 'ada', status: 'Active', createDate: new Date(AT) };
  return {
    ...example,
    accountId,
    armed,
    decisions: actions.map((action, index) => ({
      ...about,
      accessKeyId: `AKIA${index}`,
      ...(action === 'keep'
        ? { action, reason: 'maxKeyAgeDays not reached' as const }
        : { action, reason: 'maxKeyAgeDays is 0' as const }),
    })),
  };
}

describe('the plan file of a run', () => {
  it('has the due keys of armed accounts, and no others', async () => {
    const run = await foldRun([
      runStarted(),
      accountsListed(FIRST, SECOND, '444444444444'),
      planned(FIRST, true, ['deactivate', 'keep', 'delete']),
      planned(SECOND, false, ['deactivate']),
    ]);
    const about = { accountId: FIRST, userName: 'ada', status: 'Active' };
    expect(planFileOf(run)).toEqual({
      ...PLAN,
      keys: [
        { ...about, accessKeyId: 'AKIA0', action: 'deactivate' },
        { ...about, accessKeyId: 'AKIA2', action: 'delete' },
      ],
    });
  });
});

describe('reading a plan file', () => {
  it('returns what was written', () => {
    expect(parsePlanFile(JSON.stringify(PLAN), 'plan.json')).toEqual(PLAN);
  });

  const [key] = PLAN.keys;
  it.each<[string, unknown, string]>([
    ['another version', { ...PLAN, version: 2 }, 'version'],
    ['no run ID', { ...PLAN, runId: 7 }, 'runId'],
    ['no organization', { ...PLAN, organizationId: null }, 'organizationId'],
    ['no configuration', { ...PLAN, configSha256: undefined }, 'configSha256'],
    ['an invalid time', { ...PLAN, plannedAt: 'yesterday' }, 'plannedAt'],
    ['an unknown field of a plan', { ...PLAN, force: true }, 'force'],
    ['an unknown field of a key', { ...PLAN, keys: [{ ...key, force: true }] }, 'force'],
    [
      'an account id that is too long',
      { ...PLAN, keys: [{ ...key, accountId: '2222222222222' }] },
      'accountId',
    ],
    ['an account ID of letters', { ...PLAN, keys: [{ ...key, accountId: 'aaaaaaaaaaaa' }] }, 'accountId'],
    [
      'an account id after something',
      { ...PLAN, keys: [{ ...key, accountId: 'x222222222222' }] },
      'accountId',
    ],
    ['no user', { ...PLAN, keys: [{ ...key, userName: '' }] }, 'userName'],
    ['no key', { ...PLAN, keys: [{ ...key, accessKeyId: '' }] }, 'accessKeyId'],
    ['no status', { ...PLAN, keys: [{ ...key, status: undefined }] }, 'status'],
    ['an action that does not revoke', { ...PLAN, keys: [{ ...key, action: 'reactivate' }] }, 'action'],
  ])('refuses %s, and names the place', (_, content, place) => {
    const read = (): PlanFile => parsePlanFile(JSON.stringify(content), 'plan.json');
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(place);
    expect(read).toThrow('plan.json');
  });

  it.each<[string, unknown, string]>([
    ['is no plan at all', [], 'expected  a plan as `keysweep plan --out` writes it'],
    [
      'has a wrong account',
      { ...PLAN, keys: [{ ...key, accountId: 'x' }] },
      'expected  an AWS account ID: 12 digits in quotes',
    ],
  ])('says what was expected where it %s', (_, content, expected) => {
    expect(() => parsePlanFile(JSON.stringify(content), 'plan.json')).toThrow(expected);
  });
});
