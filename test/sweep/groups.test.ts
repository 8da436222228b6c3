import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import { memoryStore } from '../support/memory-store.ts';
import { ENGINES } from '../support/engines.ts';
import { ADA, EVERY_KEY, onSandbox, organizationOf, removeRotationRole } from '../support/sweeping.ts';

const [FIRST, SECOND, THIRD] = ['100000000001', '100000000002', '100000000003'] as const;

const inGroups = (groups: string[], more: Partial<ConfigInput['defaults']> = {}): ConfigInput => ({
  ...EVERY_KEY,
  defaults: { ...EVERY_KEY.defaults, ...more, groups },
});

describe.each(ENGINES)('groups, %s,', (_, runSweep) => {
  async function start(config: ConfigInput, groupsOf: (account: number) => string[] = () => ['Developers']) {
    const organization = organizationOf(3, (index) => [{ ...ADA, groups: groupsOf(index) }]);
    const { dependencies } = await onSandbox({ organization, config, store: memoryStore() });
    const remove = (accountId: string, name: string): void => {
      const { groups } = organization.account(accountId);
      const group = groups.get(name);
      if (!group) throw new Error(`${accountId} has no ${name}`);
      for (const user of [...group.members.list()])
        Object.assign(user, { groups: user.groups.filter((one) => one !== group) });
      groups.remove(group);
    };
    return {
      organization,
      remove,
      run: (request: Partial<Parameters<typeof runSweep>[0]> = {}) =>
        runSweep({ mode: 'sweep', filters: {}, ...request }, dependencies()),
    };
  }

  it.each(['sweep', 'plan'] as const)('of the defaults that nobody has are misspelled: %s', async (mode) => {
    const { run } = await start(inGroups(['Developers', 'Develpers']));
    expect(await run({ mode })).toMatchObject({
      verdict: 'incomplete',
      problems: [
        'Group Develpers exists in none of the 3 accounts that it is configured for. Is it misspelled?',
      ],
    });
  });

  it('are no problem of a run that is restricted to one account', async () => {
    const { run } = await start(EVERY_KEY, (index) => (index === 2 ? ['Others'] : ['Developers']));
    const filters = { accounts: [THIRD] };
    expect(await run({ filters })).toMatchObject({ verdict: 'ok', problems: [], warnings: [] });
    expect(await run()).toMatchObject({ verdict: 'ok', problems: [], warnings: [] });
  });

  it('of an override for one account that lacks them are named, and the run is ok', async () => {
    const overrides = [{ accounts: [THIRD], groups: ['Developers', 'Engineers'] }];
    const { run } = await start({ ...EVERY_KEY, overrides });
    expect(await run()).toMatchObject({
      verdict: 'ok',
      problems: [],
      warnings: [
        'Group Engineers does not exist in the only account that it is configured for, ' +
          'so no key is revoked there because of it.',
      ],
    });
  });

  it('of an override for three accounts that nobody has are misspelled', async () => {
    const overrides = [{ accounts: [FIRST, SECOND, THIRD], groups: ['Enginers', 'Developers'] }];
    const { run } = await start({ ...EVERY_KEY, overrides });
    const { verdict, problems } = await run();
    expect(verdict).toBe('incomplete');
    expect(problems).toEqual([expect.stringContaining('Group Enginers exists in none of the 3 accounts')]);
  });

  describe('that were there at the last sweep', () => {
    it('and are gone everywhere make the run incomplete', async () => {
      const { run, remove } = await start(inGroups(['Developers', 'Admins']), (index) =>
        index === 1 ? ['Developers', 'Admins'] : ['Developers'],
      );
      const before = await run();
      expect(before.verdict).toBe('ok');
      remove(SECOND, 'Admins');
      const gone =
        `Group Admins existed in 1 account at sweep ${before.runId} and exists in none now, ` +
        'so no key is revoked because of it any more. Was it deleted or renamed?';
      for (const mode of ['plan', 'sweep'] as const)
        expect(await run({ mode })).toMatchObject({ verdict: 'incomplete', problems: [gone] });
    });

    it('and exempted users are, too', async () => {
      const config = inGroups(['Developers'], { exempt: { userTag: false, groups: ['Robots'] } });
      const { run, remove } = await start(config, (index) =>
        index === 0 ? ['Developers', 'Robots'] : ['Developers'],
      );
      const before = await run();
      expect(before.verdict).toBe('ok');
      remove(FIRST, 'Robots');
      const { verdict, problems } = await run();
      expect(verdict).toBe('incomplete');
      expect(problems).toEqual([
        `Exempt group Robots existed in 1 account at sweep ${before.runId} and exists in none now, ` +
          'so it exempts nobody any more. Was it deleted or renamed?',
      ]);
    });

    it('and are gone in one account are named with it, once', async () => {
      const { run, remove } = await start(EVERY_KEY);
      const before = await run();
      remove(SECOND, 'Developers');
      const { runId, verdict, problems, warnings } = await run();
      expect({ verdict, problems }).toEqual({ verdict: 'ok', problems: [] });
      expect(warnings).toContain(
        `Group Developers existed at sweep ${before.runId} and is gone in account ${SECOND}. ` +
          'Was it deleted or renamed?',
      );
      expect(runId).not.toBe(before.runId);
      expect((await run()).warnings.join()).not.toContain('is gone in account');
    });

    it('and in an account that could not be read meanwhile', async () => {
      const { run, remove, organization } = await start(EVERY_KEY);
      await run();
      const role = organization.account(SECOND).roles.get('KeysweepRotation');
      removeRotationRole(organization, SECOND);
      const failed = await run();
      expect(failed).toMatchObject({ verdict: 'incomplete', problems: [] });
      if (role) organization.account(SECOND).roles.add(role);
      remove(SECOND, 'Developers');
      expect((await run()).warnings.join()).toContain(
        `existed at sweep ${failed.runId} and is gone in account ${SECOND}`,
      );
    });

    it('and are not configured any more are not missed', async () => {
      const { run, remove } = await start({
        ...inGroups(['Developers']),
        overrides: [{ accounts: [THIRD], groups: ['Developers'] }],
      });
      await run();
      expect((await run({ filters: { accounts: [FIRST] } })).warnings).toEqual([]);
      remove(FIRST, 'Developers');
      expect((await run({ filters: { accounts: [FIRST] } })).warnings.join()).not.toContain('is gone');
    });
  });

  it('do not matter if every account is opted out: there is nothing to do', async () => {
    const optOuts = [FIRST, SECOND, THIRD].map((account) => ({
      account,
      owner: 'a@b.example',
      reason: 'r',
      until: '2150-01-31',
    }));
    const { run } = await start({ ...EVERY_KEY, optOuts });
    expect(await run()).toMatchObject({
      verdict: 'ok',
      problems: [],
      warnings: [
        'None of the 4 accounts is a target: all are opted out, out of scope or not active, ' +
          'so there was nothing to do. keysweep accounts shows why.',
      ],
    });
  });
});
