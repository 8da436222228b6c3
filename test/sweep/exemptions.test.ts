import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { memoryStore } from '../support/memory-store.ts';
import { ENGINES } from '../support/engines.ts';
import { dateFromNow } from '../support/clock.ts';
import {
  ADA,
  addRotationRole,
  EVERY_KEY,
  keysOf,
  onSandbox,
  organizationOf,
  removeRotationRole,
} from '../support/sweeping.ts';

const [FIRST, SECOND, THIRD] = ['100000000001', '100000000002', '100000000003'] as const;

type Exempt = NonNullable<ConfigInput['defaults']['exempt']>;

const exempting = (exempt: Exempt, more: Partial<ConfigInput> = {}): ConfigInput => ({
  ...EVERY_KEY,
  ...more,
  defaults: { ...EVERY_KEY.defaults, exempt: { userTag: false, ...exempt } },
});

/** In every account ada, and in the first one a user who must keep her key. */
const withBreakGlass = () =>
  organizationOf(3, (index) => [
    ADA,
    ...(index === 0
      ? [{ ...ADA, userName: 'break-glass-1', groups: ['Developers', 'ServiceUsers'] }]
      : [{ ...ADA, userName: 'bob' }]),
  ]);

const stops = ({ limitsExceeded }: RunSummary): string[] => limitsExceeded.map(({ message }) => message);

describe.each(ENGINES)('an exemption, %s,', (_, runSweep) => {
  async function start(config: ConfigInput, organization = withBreakGlass(), store = memoryStore()) {
    const { dependencies, sandbox, run } = await onSandbox({ organization, config, store });
    return {
      organization,
      store,
      sandbox,
      read: run,
      sweep: (request: Partial<Parameters<typeof runSweep>[0]> = {}) =>
        runSweep({ mode: 'sweep', filters: {}, ...request }, dependencies()),
    };
  }
  const active = (organization: ReturnType<typeof withBreakGlass>) =>
    [FIRST, SECOND, THIRD].flatMap((id) => keysOf(organization, id)).filter((key) => key.endsWith(' Active'));

  it.each<[string, Exempt, string]>([
    [
      'a user pattern',
      { users: ['brake-glass-*'] },
      'exempt.users "brake-glass-*" matches no member in the 3 accounts that were read, and never did: ' +
        'it protects nobody. Did you mean "break-glass-1"? Correct it or, if it is meant for later, ' +
        'write { "name": "brake-glass-*", "mayMatchNothing": true }. Until then nothing is revoked.',
    ],
    [
      'a group',
      { groups: ['ServceUsers'] },
      'exempt.groups "ServceUsers" does not exist in the 3 accounts that were read, and never did: ' +
        'it protects nobody. Correct it or, if it is meant for later, ' +
        'write { "name": "ServceUsers", "mayMatchNothing": true }. Until then nothing is revoked.',
    ],
  ])('that never matched stops every write: %s', async (_what, exempt, message) => {
    const { organization, sweep } = await start(exempting(exempt));
    const summary = await sweep();
    expect(summary.verdict).toBe('stopped');
    expect(stops(summary)).toEqual([message]);
    expect(active(organization)).toHaveLength(6);
  });

  it('that never matched stops again at the next sweep, and is a warning of a plan', async () => {
    const { organization, sweep } = await start(exempting({ groups: ['ServceUsers'] }));
    const plan = await sweep({ mode: 'plan' });
    expect(plan.verdict).toBe('ok');
    expect(plan.warnings).toEqual([expect.stringContaining('exempt.groups "ServceUsers"')]);
    await sweep();
    expect((await sweep()).verdict).toBe('stopped');
    expect(active(organization)).toHaveLength(6);
  });

  it('that may match nothing stops nothing, and says nothing', async () => {
    const later = { mayMatchNothing: true };
    const exempt = { users: [{ name: 'later-*', ...later }], groups: [{ name: 'LaterUsers', ...later }] };
    const { sweep } = await start(exempting(exempt));
    expect(await sweep()).toMatchObject({ verdict: 'ok', warnings: [], keys: { deactivated: 6 } });
  });

  it.each<[string, 'sweep' | 'plan']>([
    ['sweep', 'sweep'],
    ['plan', 'plan'],
  ])('that matched at an earlier %s and no longer does is named, and stops nothing', async (_what, mode) => {
    const exempt = { users: ['break-glass-*'], groups: ['ServiceUsers'] };
    const { organization, sweep } = await start(exempting(exempt));
    await sweep({ mode });
    const { users, groups } = organization.account(FIRST);
    const user = users.get('break-glass-1')!;
    groups.remove(groups.get('ServiceUsers')!);
    for (const group of user.groups) group.members.remove(user);
    users.remove(user);
    const expected = [
      'exempt.users "break-glass-*" matches no member in the 3 accounts that were read. ' +
        'It matched at an earlier run: it protects nobody any more.',
      'exempt.groups "ServiceUsers" does not exist in the 3 accounts that were read. ' +
        'It matched at an earlier run: it protects nobody any more.',
    ];
    for (const again of [1, 2]) {
      const summary = await sweep();
      // A group that was there at the last sweep is a problem of this one.
      const verdict = again === 1 && mode === 'sweep' ? 'incomplete' : 'ok';
      expect([again, summary.verdict, summary.warnings]).toEqual([again, verdict, expected]);
    }
  });

  it('that never matched is only named by a run of some accounts', async () => {
    const { organization, sweep } = await start(exempting({ users: ['brake-glass-*'] }));
    const summary = await sweep({ filters: { accounts: [SECOND] } });
    expect(summary.verdict).toBe('ok');
    expect(summary.warnings).toEqual([
      'exempt.users "brake-glass-*" matches no member in the only account that was read, and never did. ' +
        'This run covers part of the organization, so it cannot tell whether the name is misspelled.',
    ]);
    expect(keysOf(organization, SECOND)).toEqual(['ada Inactive', 'bob Inactive']);
  });

  it('that matched elsewhere is not mentioned by a run of some accounts', async () => {
    const { sweep } = await start(exempting({ users: ['break-glass-*'] }));
    await sweep({ mode: 'plan' });
    expect((await sweep({ filters: { accounts: [SECOND] } })).warnings).toEqual([]);
  });

  it('that never matched stops although one account cannot be read', async () => {
    const organization = withBreakGlass();
    removeRotationRole(organization, THIRD);
    const { sweep } = await start(exempting({ users: ['brake-glass-*'] }), organization);
    const summary = await sweep();
    expect(summary.verdict).toBe('stopped');
    expect(stops(summary)).toEqual([
      expect.stringContaining('no member in the 2 accounts that were read (1 could not)'),
    ]);
  });

  it('that matched before does not stop although its account cannot be read now', async () => {
    const organization = withBreakGlass();
    const { sweep } = await start(exempting({ users: ['break-glass-*'] }), organization);
    await sweep({ mode: 'plan' });
    removeRotationRole(organization, FIRST);
    const summary = await sweep();
    expect(summary).toMatchObject({ verdict: 'incomplete', keys: { deactivated: 4 } });
    addRotationRole(organization, FIRST);
    await sweep();
    expect(active(organization)).toEqual(['break-glass-1 Active']);
  });

  it('of one account that never matched withholds that account only', async () => {
    const overrides = [{ accounts: [SECOND], exempt: { users: ['bobb'] } }];
    const { organization, sweep } = await start(exempting({}, { overrides }));
    const summary = await sweep();
    expect(summary).toMatchObject({ verdict: 'incomplete', accounts: { withheld: 1, swept: 2 } });
    expect(active(organization)).toEqual(['ada Active', 'bob Active']);
  });

  it('of an account that cannot be read, or is not armed, stops nothing', async () => {
    const organization = withBreakGlass();
    removeRotationRole(organization, SECOND);
    const overrides = [
      { accounts: [SECOND], exempt: { users: ['bobb'] } },
      { accounts: [THIRD], armed: false, exempt: { users: ['bobbi'] } },
    ];
    const { sweep } = await start(exempting({}, { overrides }), organization);
    const summary = await sweep();
    expect(summary).toMatchObject({
      verdict: 'incomplete',
      accounts: { 'cannot-assume': 1, planned: 1, swept: 1 },
    });
    expect(summary.warnings).toEqual([expect.stringContaining('exempt.users "bobbi"')]);
  });

  it('with an end is no longer in force after its last day, and says so', async () => {
    const ending = { owner: 'ops@example.com', reason: 'break glass', until: dateFromNow(3) };
    const exempt = { users: [{ name: 'break-glass-*', ...ending }] };
    const { organization, sweep } = await start(exempting(exempt));
    const about =
      'The exemption of exempt.users "break-glass-*", owner ops@example.com, reason "break glass",';
    expect((await sweep()).warnings).toEqual([
      `${about} ends in 3 days, on ${ending.until}; after that day it protects nobody.`,
    ]);
    expect(active(organization)).toEqual(['break-glass-1 Active']);
    organization.clock.advance(4 * 86_400_000);
    const summary = await sweep();
    expect(summary.warnings).toEqual([
      `${about} ended on ${ending.until}. Remove it, or agree on a new date.`,
    ]);
    expect(summary.verdict).toBe('ok');
    expect(active(organization)).toEqual([]);
  });

  it('of a group with an end is no longer in force after its last day', async () => {
    const until = dateFromNow(3);
    const { organization, sweep } = await start(exempting({ groups: [{ name: 'ServiceUsers', until }] }));
    await sweep();
    expect(active(organization)).toEqual(['break-glass-1 Active']);
    organization.clock.advance(4 * 86_400_000);
    await sweep();
    expect(active(organization)).toEqual([]);
  });

  it.each<[string, Exempt, object]>([
    ['a pattern', { users: ['break-glass-*'] }, { name: 'break-glass-*' }],
    [
      'a group, and until when',
      { groups: [{ name: 'ServiceUsers', until: '2099-01-31' }] },
      { name: 'ServiceUsers', until: '2099-01-31' },
    ],
  ])('is recorded with the key that it keeps: %s', async (_what, exempt, exemption) => {
    const { store, sweep } = await start(exempting(exempt));
    const { runId } = await sweep();
    const { readRun } = await import('../../src/ledger/runs.ts');
    const decisions = (await readRun(store, runId)).accounts.get(FIRST)?.plan?.decisions ?? [];
    expect(decisions.filter(({ action }) => action === 'keep')).toEqual([
      expect.objectContaining({ userName: 'break-glass-1', exemption }),
    ]);
  });
});
