import { describe, expect, it } from 'vitest';

import { storeRun } from '../support/store-run.ts';
import {
  complaints,
  deploy,
  deployable,
  doctorOn,
  newOrganization,
  REGION,
  scheduleOf,
  type Examined,
} from './deployed-organization.ts';
import { inNetwork, MORE, TWELVE, type Defect } from './defects.ts';

/** Doctor on an organization with these defects, each in an account of its own. */
async function examined(
  defects: readonly Defect[],
  healthyMembers: number,
): Promise<{
  readonly found: string[];
  readonly expected: string[];
  readonly result: Examined;
}> {
  const deployed = newOrganization(healthyMembers + defects.length);
  const accountOf = (index: number) => deployed.members[index]!;
  const config = defects.reduce(
    (before, { configure }, index) => configure?.(before, accountOf(index)) ?? before,
    deployed.config,
  );
  const changed = { ...deployed, config };
  deploy(changed);
  defects.forEach(({ spoil }, index) => spoil?.(changed, accountOf(index)));
  const result = await doctorOn(changed, {
    config: defects.reduce((before, { edit }) => edit?.(before) ?? before, config),
    dependencies: async (given) => {
      for (const { store } of defects) await store?.(given);
      return defects.reduce((all, { dependencies }) => ({ ...all, ...dependencies?.(given) }), {});
    },
  });
  const expected = defects.map(({ named }, index) =>
    named.replace('<account>', `${accountOf(index).id} (${accountOf(index).name})`),
  );
  // The sandbox's clock runs, and a busy machine takes seconds.
  const found = complaints(result.examination).map((each) =>
    each.replace(/:\d\d\.000Z at AWS$/, ':00.000Z at AWS'),
  );
  return { found, expected, result };
}

describe('doctor', () => {
  it('reports nothing when nothing is wrong', async () => {
    const { found, result } = await examined([], 3);
    expect(found).toEqual([]);
    const checks = result.examination.findings.map(({ check }) => check);
    expect([...new Set(checks)].sort()).toEqual([
      'armed',
      'caller',
      'central-account',
      'clock',
      'deployed-configuration',
      'function',
      'last-sweep',
      'ledger',
      'read-account',
      'schedule',
      'stack-set',
      'trusted-access',
    ]);
    expect(checks.filter((check) => check === 'read-account')).toHaveLength(3);
  });

  it('reports nothing in a VPC behind a proxy, as deployed', async () => {
    const { found } = await examined([{ named: '', fix: '', configure: inNetwork }], 1);
    expect(found).toEqual([]);
  });

  it('expects no notice schedule when notices are off', async () => {
    const silent: Defect = {
      named: '',
      fix: '',
      configure: (config) => ({ ...config, schedule: { ...config.schedule, noticeHours: 0 } }),
    };
    const { found, result } = await examined([silent], 1);
    expect(found).toEqual([]);
    const subjects = result.examination.findings.map(({ subject }) => subject);
    expect(subjects.filter((subject) => subject.startsWith('schedule '))).toEqual([
      'schedule keysweep/keysweep-sweep',
      'schedule keysweep/keysweep-watchdog',
    ]);
  });

  it('says that a required notice without a schedule stops the sweep', async () => {
    const config = (required: boolean): Defect => ({
      ...MORE['no schedule of the notice run']!,
      configure: (before) => ({ ...before, notices: { ...before.notices, required } }),
    });
    const impact = async (required: boolean) => {
      const { result } = await examined([config(required)], 1);
      return result.examination.findings.flatMap((finding) =>
        finding.status === 'ok' ? [] : [finding.impact],
      );
    };
    expect(await impact(false)).toEqual(['Nobody is notified before keys are revoked.']);
    expect(await impact(true)).toEqual([expect.stringContaining('the sweep revokes nothing')]);
  });

  it('reports nothing when the last sweep ran late but within its window', async () => {
    const late: Defect = {
      named: '',
      fix: '',
      spoil: ({ organization, config }) =>
        organization.putSchedule(organization.managementAccount, REGION, {
          ...scheduleOf(deployable(config)),
          createdDaysAgo: 30,
        }),
      store: async ({ store }) => {
        const runId = '20261120T234000Z-000abc';
        await storeRun(store, { runId });
      },
    };
    expect((await examined([late], 1)).found).toEqual([]);
  });

  it('reports a group that exists in none of the accounts that could be read', async () => {
    const defects = [MORE['a group that exists nowhere']!, TWELVE['a role that is missing']!];
    const { found } = await examined(defects, 2);
    expect(found).toContain(
      'problem groups, group Develpers: ' +
        'The group exists in none of the 3 accounts that could be read (1 could not)',
    );
  });

  it('reports the accounts that the StackSet did not reach, except suspended ones', async () => {
    const withInstances: Defect = {
      named: '',
      fix: '',
      spoil: ({ organization, members }) => {
        const [outdated, lost, running, suspended, ...others] = members.map(({ id }) => id);
        organization.putStackSet('keysweep-member-roles', REGION, [
          { accountId: outdated!, status: 'OUTDATED', detailedStatus: 'FAILED', reason: 'The role exists.' },
          { accountId: lost!, status: 'INOPERABLE', detailedStatus: 'INOPERABLE' },
          { accountId: running!, status: 'OUTDATED', detailedStatus: 'RUNNING' },
          { accountId: suspended!, status: 'OUTDATED', detailedStatus: 'SKIPPED_SUSPENDED_ACCOUNT' },
          ...others.map((accountId) => ({ accountId })),
        ]);
      },
    };
    const { found, result } = await examined([withInstances], 25);
    expect(found).toEqual([
      'problem stack-set, 100000000001: The StackSet did not update the account: OUTDATED, FAILED',
      'problem stack-set, 100000000002: The StackSet did not update the account: INOPERABLE, INOPERABLE',
      'unknown stack-set, 100000000003: The StackSet is still deploying to the account',
    ]);
    expect(result.examination.findings).toContainEqual(
      expect.objectContaining({ check: 'stack-set', detail: 'The role exists.' }),
    );
  });

  it('asks for no StackSet with direct', async () => {
    const direct: Defect = {
      named: '',
      fix: '',
      configure: (config) => ({ ...config, deployment: { ...config.deployment!, memberRoles: 'direct' } }),
    };
    const { result } = await examined([direct], 1);
    expect(result.examination.findings.map(({ check }) => check)).not.toContain('stack-set');
  });

  it('reports twelve defects at once, each with its fix, and nothing else', async () => {
    const defects = Object.values(TWELVE);
    const { found, expected, result } = await examined(defects, 2);
    expect(expected).toHaveLength(12);
    expect(found.toSorted()).toEqual(expected.toSorted());
    const fixes = result.examination.findings.flatMap((finding) =>
      finding.status === 'ok' ? [] : [finding.fix],
    );
    for (const { fix } of defects) expect(fixes).toContainEqual(expect.stringContaining(fix));
  });

  it.each(Object.entries({ ...TWELVE, ...MORE }))(
    'reports %s, with the fix, and nothing else',
    async (_, defect) => {
      const { found, expected, result } = await examined([defect], 2);
      expect(found).toEqual(expected);
      const [finding] = result.examination.findings.filter(({ status }) => status !== 'ok');
      expect(finding).toMatchObject({
        fix: expect.stringContaining(defect.fix) as string,
        impact: expect.stringMatching(/\.$/) as string,
      });
    },
  );
});
