import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import type { SandboxUser } from '../../sandbox/organization/entities.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { readRun } from '../../src/ledger/runs.ts';
import { diffRuns } from '../../src/report/diff.ts';
import { DAY } from '../support/clock.ts';
import { ENGINES } from '../support/engines.ts';
import {
  ADA,
  onSandbox,
  organizationOf,
  outcomes,
  renameUser,
  type SweptSandbox,
} from '../support/sweeping.ts';

const FIRST = '100000000001';

function config(mode: 'deactivate' | 'delete' = 'deactivate'): ConfigInput {
  return {
    optOutTag: false,
    limits: { maxGrowth: 100 },
    defaults: {
      armed: true,
      groups: ['Developers'],
      rules: { maxKeyAgeDays: 0, mode, users: 'with-console-access' },
      exempt: {
        userTag: 'keysweep=exempt',
        groups: [{ name: 'ServiceUsers', mayMatchNothing: true }],
        users: [{ name: 'svc-*', mayMatchNothing: true }],
      },
    },
  };
}

type Change = (user: SandboxUser, organization: SandboxOrganization) => void;

const leave: Change = (user, organization) => {
  const account = organization.account(FIRST);
  account.leave(user, account.group('Developers'));
};

describe.each(ENGINES)(
  '%s, a key that was governed by the last sweep and no longer is, though it lives',
  (_engine, runSweep) => {
    async function sweep(on: SweptSandbox) {
      const { runId } = await runSweep({ mode: 'sweep', filters: {} }, on.dependencies());
      const run = await readRun(on.store, runId);
      return { run, summary: run.summary! };
    }

    /** A sweep, what ada does, and a sweep a week later. */
    async function sweptTwice(change: Change, mode?: 'deactivate' | 'delete') {
      const organization = organizationOf(1, () => [ADA, { ...ADA, userName: 'bob' }]);
      organization.addGroup(FIRST, 'ServiceUsers');
      const on = await onSandbox({ organization, config: config(mode) });
      const before = await sweep(on);
      on.sandbox.clock.advance(6 * DAY);
      const ada = organization.user(FIRST, 'ada');
      change(ada, organization);
      on.sandbox.clock.advance(DAY);
      on.sandbox.calls.reset();
      const after = await sweep(on);
      const escaped = after.run.accounts.get(FIRST)?.plan?.escaped ?? [];
      return { on, before, after, escaped, organization };
    }

    it.each<[string, Change, string, string?]>([
      ['left the group', leave, 'not-in-groups'],
      ['was tagged exempt', (ada) => (ada.tags = new Map([['keysweep', 'exempt']])), 'exempt.userTag'],
      ['lost the password', (ada) => (ada.login = undefined), 'no-console-access'],
      [
        'joined an exempt group',
        (ada, organization) => {
          const account = organization.account(FIRST);
          account.join(ada, account.group('ServiceUsers'));
        },
        'exempt.groups',
      ],
      [
        'was renamed to an exempt name',
        (ada, organization) => renameUser(organization.account(FIRST), ada, 'svc-ada'),
        'exempt.users',
        'svc-ada',
      ],
      [
        'was renamed and left the group',
        (ada, organization) => {
          leave(ada, organization);
          renameUser(organization.account(FIRST), ada, 'eve');
        },
        'not-in-groups',
        'eve',
      ],
    ])('is found when its user %s', async (_, change, how, userName = 'ada') => {
      const { escaped, after } = await sweptTwice((ada, organization) => {
        // As people do on Monday.
        for (const key of ada.keys) key.status = 'Active';
        change(ada, organization);
      });
      expect(escaped).toMatchObject([{ userName, how }]);
      expect(after.summary).toMatchObject({ verdict: 'ok', escaped: 1 });
      expect(after.summary.warnings.join()).toContain(
        `${escaped[0]?.accessKeyId} of ${userName} in ${FIRST}`,
      );
    });

    it('is found when it was made after the last sweep, which deleted the one before', async () => {
      const { escaped } = await sweptTwice((ada, organization) => {
        organization.addKey(FIRST, ada);
        leave(ada, organization);
      }, 'delete');
      expect(escaped).toMatchObject([{ userName: 'ada', how: 'not-in-groups' }]);
    });

    it('is found once', async () => {
      const { on } = await sweptTwice(leave);
      const { run, summary } = await sweep(on);
      expect(run.accounts.get(FIRST)?.plan?.escaped).toBeUndefined();
      expect(summary.escaped).toBeUndefined();
    });

    it('that could not be looked for fails its account, and is found by the next sweep', async () => {
      const organization = organizationOf(1, () => [ADA, { ...ADA, userName: 'bob' }]);
      const on = await onSandbox({ organization, config: config() });
      await sweep(on);
      leave(organization.user(FIRST, 'ada'), organization);
      const where = { UserName: 'ada' };
      on.sandbox.faults.add({ service: 'iam', call: 'ListAccessKeys', where, kind: 'denied' });
      expect(outcomes((await sweep(on)).run)).toMatchObject({ [FIRST]: 'denied' });
      const { run } = await sweep(on);
      expect(run.accounts.get(FIRST)?.plan?.escaped).toMatchObject([
        { userName: 'ada', how: 'not-in-groups' },
      ]);
    });

    it('is no escape when it was deleted', async () => {
      const { escaped, on } = await sweptTwice((ada, organization) => {
        for (const key of [...ada.keys]) organization.account(FIRST).deleteKey(key);
      });
      expect(escaped).toEqual([]);
      expect(on.sandbox.calls.of('iam', 'GetAccessKeyLastUsed')).toHaveLength(1);
    });

    it('costs one call for each user who is gone', async () => {
      const { on } = await sweptTwice(leave);
      const listed = on.sandbox.calls.of('iam', 'ListAccessKeys').filter(({ call }) => call);
      expect(listed.length).toBeGreaterThan(0);
      expect(on.sandbox.calls.of('iam', 'GetAccessKeyLastUsed')).toEqual([]);
    });

    it('is not listed by diff as gone', async () => {
      const { before, after, escaped } = await sweptTwice(leave);
      const diff = diffRuns(before.run, after.run);
      expect(diff.keysRemoved).toEqual([]);
      expect(diff.keysEscaped).toMatchObject([{ accessKeyId: escaped[0]?.accessKeyId, userName: 'ada' }]);
    });
  },
);

describe('a key that escaped between plan and write', () => {
  it('is found by the next sweep', async () => {
    const organization = organizationOf(1, () => [ADA, { ...ADA, userName: 'bob' }]);
    const on = await onSandbox({ organization, config: config() });
    await on.run({
      approve: () => {
        organization.user(FIRST, 'ada').tags = new Map([['keysweep', 'exempt']]);
        return Promise.resolve(true);
      },
    });
    const { run } = await on.run();
    expect(run.accounts.get(FIRST)?.plan?.escaped).toMatchObject([
      { userName: 'ada', how: 'exempt.userTag' },
    ]);
  });
});
