import { describe, expect, it } from 'vitest';

import { ADA, EVERY_KEY, keysOf, onSandbox, organizationOf } from '../../support/sweeping.ts';
import { machineUserLines } from '../../support/report-lines.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;
const USERS = [
  ADA,
  { ...ADA, userName: 'zoe', console: false, keys: [{}, {}] },
  { ...ADA, userName: 'svc-backup' },
  { ...ADA, userName: 'idle-robot', console: false, keys: [] },
];
const ONE_ARMED = { ...EVERY_KEY, overrides: [{ accounts: [SECOND], armed: false }] };

describe('users who may be machines', () => {
  it('are named by a plan, with the sign, when rules.users is all', async () => {
    const { run } = await onSandbox({ organization: organizationOf(2, () => USERS), config: ONE_ARMED });
    const { run: plan, summary } = await run({ mode: 'plan' });
    expect(
      machineUserLines(plan).map(({ account, userName, sign, armed, dueKeys }) =>
        [account.id, userName, sign, armed, dueKeys].join(' '),
      ),
    ).toEqual([
      `${FIRST} zoe no-console-access true 2`,
      `${SECOND} zoe no-console-access false 2`,
      `${FIRST} svc-backup name true 1`,
      `${SECOND} svc-backup name false 1`,
    ]);
    expect(summary).toMatchObject({
      verdict: 'ok',
      warnings: [
        expect.stringMatching(
          /^Users without a console password whose keys are due: 2, of them in armed accounts: 1\. They/,
        ) as unknown,
      ],
    });
  });

  it('are named by a sweep only if no call is needed', async () => {
    const organization = organizationOf(1, () => USERS);
    const { run, sandbox } = await onSandbox({ organization });
    const { run: swept, summary } = await run();
    expect(machineUserLines(swept).map(({ userName, sign }) => [userName, sign])).toEqual([
      ['svc-backup', 'name'],
    ]);
    expect(sandbox.calls.of('iam', 'GetLoginProfile')).toEqual([]);
    expect(summary.warnings).toEqual([]);
  });

  it('are not read again by a plan when a rule has read them', async () => {
    const organization = organizationOf(1, () => [ADA, { ...ADA, userName: 'svc-backup' }]);
    const rules = { users: 'with-console-access' } as const;
    const config = { ...EVERY_KEY, defaults: { ...EVERY_KEY.defaults, rules } };
    const { run, sandbox } = await onSandbox({ organization, config });
    const { run: plan } = await run({ mode: 'plan' });
    expect(sandbox.calls.of('iam', 'GetLoginProfile')).toHaveLength(2);
    expect(machineUserLines(plan).map(({ userName, sign }) => `${userName} ${sign}`)).toEqual([
      'svc-backup name',
    ]);
  });

  it('are only a hint: when it cannot be read, the plan is the same', async () => {
    const organization = organizationOf(1, () => USERS);
    const { run, sandbox } = await onSandbox({ organization });
    sandbox.faults.add({ service: 'iam', call: 'GetLoginProfile', occurrence: 'every', kind: 'denied' });
    const { run: plan, summary } = await run({ mode: 'plan' });
    expect(summary).toMatchObject({ verdict: 'ok', keys: { due: 4 }, warnings: [] });
    expect(new Set(machineUserLines(plan).map(({ sign }) => sign))).toEqual(
      new Set(['console-access-unknown']),
    );
    expect(keysOf(organization, FIRST)).toHaveLength(4);
  });
});
