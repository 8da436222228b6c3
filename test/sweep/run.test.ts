import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { ConfigError } from '../../src/config/errors.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import type { StoredRun } from '../../src/ledger/stored-run.ts';
import { keyLines } from '../support/report-lines.ts';
import { dateFromNow, DAY } from '../support/clock.ts';
import {
  ADA,
  EVERY_KEY,
  keysOf,
  onSandbox,
  organizationOf,
  outcomes,
  removeRotationRole,
} from '../support/sweeping.ts';

const [FIRST, SECOND, THIRD] = ['100000000001', '100000000002', '100000000003'] as const;
const MANAGEMENT = '999999999999';

const withRules = (rules: NonNullable<ConfigInput['defaults']['rules']>): ConfigInput => ({
  ...EVERY_KEY,
  defaults: { ...EVERY_KEY.defaults, rules: { users: 'all', ...rules } },
});

describe('a sweep', () => {
  it('deactivates the keys of members only, and gives every account an outcome', async () => {
    const organization = organizationOf(2, () => [ADA, { userName: 'bob', groups: ['Others'], keys: [{}] }]);
    const { run } = await onSandbox({ organization });
    const { summary, run: stored } = await run();
    expect(outcomes(stored)).toEqual({ [MANAGEMENT]: 'out-of-scope', [FIRST]: 'swept', [SECOND]: 'swept' });
    expect(summary).toMatchObject({
      verdict: 'ok',
      accountsListed: 3,
      accounts: { swept: 2, 'out-of-scope': 1 },
    });
    expect(summary.keys).toMatchObject({ seen: 2, due: 2, kept: 0, deactivated: 2, failed: 0 });
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive', 'bob Active']);
    expect(keysOf(organization, SECOND)).toEqual(['ada Inactive', 'bob Active']);
  });

  it('has nothing to do when it is run again', async () => {
    const { run } = await onSandbox({ organization: organizationOf(1) });
    await run();
    const { summary } = await run();
    expect(summary).toMatchObject({
      verdict: 'ok',
      accounts: { 'nothing-due': 1 },
      keys: { due: 0, kept: 1 },
    });
  });

  it('reads every page of a group of 250, every key of a user, and users again to write', async () => {
    const users = Array.from({ length: 250 }, (_, index) => ({
      userName: `user-${index}`,
      groups: index % 2 === 0 ? ['Developers', 'Administrators'] : ['Developers'],
      keys: index === 0 ? [{}, {}, {}, {}] : [{}],
    }));
    const organization = organizationOf(1, () => users);
    const config = {
      ...EVERY_KEY,
      defaults: { ...EVERY_KEY.defaults, groups: ['Developers', 'Administrators'] },
    };
    const { run, sandbox } = await onSandbox({
      organization,
      config,
      sandbox: { pages: { maximumSize: 40 } },
    });
    const { summary } = await run();
    expect(summary.keys).toMatchObject({ seen: 253, due: 253, deactivated: 253 });
    expect(organization.keysOf(FIRST).filter(({ status }) => status === 'Active')).toEqual([]);
    expect(sandbox.calls.all.filter(({ call }) => call === 'ListAccessKeys').length).toBe(250 * 2);
  });

  it('makes no call after it has failed because the accounts cannot be listed', async () => {
    const { run, dependencies } = await onSandbox({
      organization: organizationOf(3),
      sandbox: {
        pages: { maximumSize: 1 },
        faults: [
          { service: 'organizations', call: 'ListAccounts', occurrence: 3, kind: 'denied' },
          { service: 'iam', call: 'GetGroup', occurrence: 'every', kind: 'slow', milliseconds: 50 },
        ],
      },
    });
    await expect(run()).rejects.toThrow('ListAccounts');
    const { requests } = dependencies().clients;
    const { calls } = requests.total();
    await sleep(150);
    expect(requests.total().calls).toBe(calls);
  });

  it('skips accounts that it cannot enter, names them and is incomplete', async () => {
    const organization = organizationOf(3);
    removeRotationRole(organization, SECOND);
    const { run } = await onSandbox({ organization });
    const { summary, run: stored } = await run();
    expect(outcomes(stored)).toMatchObject({ [FIRST]: 'swept', [SECOND]: 'cannot-assume', [THIRD]: 'swept' });
    expect(stored.accounts.get(SECOND)?.finished?.reason).toMatch(
      /^sts:AssumeRole: AccessDenied: .*KeysweepRotation/,
    );
    expect(summary.verdict).toBe('incomplete');
  });

  it('writes to no key of a user when a read failed, but to the others', async () => {
    const organization = organizationOf(1, () => [ADA, { ...ADA, userName: 'bob' }]);
    const { run, sandbox } = await onSandbox({ organization });
    sandbox.faults.add({
      service: 'iam',
      call: 'ListAccessKeys',
      where: { UserName: 'ada' },
      occurrence: 'every',
      kind: 'denied',
    });
    const { summary, run: stored } = await run();
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'bob Inactive']);
    expect(outcomes(stored)[FIRST]).toBe('denied');
    expect(stored.accounts.get(FIRST)?.plan?.unreadUsers.map(({ userName }) => userName)).toEqual(['ada']);
    expect(summary.verdict).toBe('incomplete');
  });

  it('skips an account when its group cannot be read', async () => {
    const organization = organizationOf(1);
    const { run, sandbox } = await onSandbox({ organization });
    sandbox.faults.add({ service: 'iam', call: 'GetGroup', occurrence: 'every', kind: 'denied' });
    const { run: stored } = await run();
    expect(outcomes(stored)[FIRST]).toBe('denied');
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
  });

  it('plans accounts that are not armed and writes nothing there', async () => {
    const organization = organizationOf(2);
    const config: ConfigInput = { ...EVERY_KEY, overrides: [{ accounts: [SECOND], armed: false }] };
    const { run } = await onSandbox({ organization, config });
    const { run: stored } = await run();
    expect(outcomes(stored)).toMatchObject({ [FIRST]: 'swept', [SECOND]: 'planned' });
    expect(keysOf(organization, SECOND)).toEqual(['ada Active']);
  });

  it('reports a configured group that exists nowhere', async () => {
    const config = { ...EVERY_KEY, defaults: { ...EVERY_KEY.defaults, groups: ['Developers', 'Developrs'] } };
    const { run } = await onSandbox({ organization: organizationOf(2), config });
    const { summary } = await run();
    expect(summary.problems).toEqual([
      'Group Developrs exists in none of the 2 accounts that it is configured for. Is it misspelled?',
    ]);
    expect(summary.verdict).toBe('incomplete');
  });

  it('reports that no account is a target', async () => {
    const { run } = await onSandbox({ organization: organizationOf(0) });
    const { summary } = await run();
    expect(summary).toMatchObject({ verdict: 'ok', problems: [], accounts: { 'out-of-scope': 1 } });
    expect(summary.warnings[0]).toMatch(/None of the 1 accounts is a target/);
  });

  it('refuses a configuration that names an unknown account, and writes nothing', async () => {
    const organization = organizationOf(1);
    const until = dateFromNow(400);
    const config: ConfigInput = {
      ...EVERY_KEY,
      optOuts: [{ account: '100000000009', owner: 'x', reason: 'y', until }],
    };
    const { run } = await onSandbox({ organization, config });
    await expect(run()).rejects.toThrow(ConfigError);
    await expect(run()).rejects.toThrow(/optOuts\[0\]\.account[\s\S]*did you mean "100000000001"/);
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
  });

  it('is stopped by a limit before it writes', async () => {
    const organization = organizationOf(3);
    const { run } = await onSandbox({ organization, config: { ...EVERY_KEY, limits: { maxKeys: 2 } } });
    const { summary, run: stored } = await run();
    expect(summary.verdict).toBe('stopped');
    expect(summary.limitsExceeded).toMatchObject([{ limit: 'maxKeys', allowed: 2, found: 3 }]);
    expect(summary.warnings).toEqual([]);
    expect(Object.values(outcomes(stored))).not.toContain('swept');
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
  });

  it('writes nothing without approval, and the ledger says so', async () => {
    const organization = organizationOf(1);
    const { run } = await onSandbox({ organization });
    const { summary, run: stored } = await run({ approve: () => Promise.resolve(false) });
    expect(summary.verdict).toBe('cancelled');
    expect(summary.accounts).toEqual({ planned: 1, 'out-of-scope': 1 });
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
    expect(stored.summary?.warnings).toEqual(['You did not confirm, so nothing was revoked.']);
  });

  it('has no such warning after approval, or without a question', async () => {
    const { run } = await onSandbox({ organization: organizationOf(1) });
    const approved = await run({ approve: () => Promise.resolve(true) });
    expect(approved.summary).toMatchObject({ verdict: 'ok', accounts: { swept: 1 }, warnings: [] });
    let asked = false;
    const approve = () => Promise.resolve((asked = true));
    expect((await run({ mode: 'plan', approve })).summary.warnings).toEqual([]);
    const withheld = await run({ approve, withheld: ['It starts too late.'] });
    expect(withheld.summary.warnings).toEqual([]);
    expect(asked).toBe(false);
  });

  it('counts accounts beyond the deadline as not reached', async () => {
    const organization = organizationOf(2);
    const { run, dependencies } = await onSandbox({ organization });
    const over = new AbortController();
    const { deadline } = dependencies();
    const { summary } = await run(
      {},
      {
        deadline: { ...deadline, reading: over.signal },
        progress: (step) => {
          if (step.step === 'planning') over.abort();
        },
      },
    );
    expect(summary).toMatchObject({
      verdict: 'incomplete',
      accounts: { 'not-reached': 2, 'out-of-scope': 1 },
    });
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
  });

  it('skips planned keys after the writing deadline, and says so', async () => {
    const organization = organizationOf(1);
    const { run, dependencies } = await onSandbox({ organization });
    const { deadline } = dependencies();
    const { run: stored } = await run({}, { deadline: { ...deadline, writing: AbortSignal.abort() } });
    expect(outcomes(stored)[FIRST]).toBe('not-reached');
    expect(keyLines(stored).map(({ outcome }) => outcome)).toEqual(['not-attempted']);
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
  });

  it.each<[string, ConfigInput, string]>([
    ['well', EVERY_KEY, 'ok'],
    ['badly', { ...EVERY_KEY, overrides: [{ accounts: ['100000000009'], armed: false }] }, 'ConfigError'],
  ])('that ended %s leaves no timer', async (_, config, end) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const { run } = await onSandbox({ organization: organizationOf(1), config });
    const told = run().then(({ summary }) => summary.verdict, String);
    expect(await told).toContain(end);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('filtered to one account has the others out of scope', async () => {
    const organization = organizationOf(2);
    const { run } = await onSandbox({ organization });
    const { summary, run: stored } = await run({ filters: { accounts: [SECOND] } });
    expect(outcomes(stored)).toMatchObject({ [FIRST]: 'out-of-scope', [SECOND]: 'swept' });
    expect(summary).toMatchObject({ filtered: true, verdict: 'ok' });
  });
});

describe('a plan', () => {
  it('makes the same decisions as the sweep, and writes nothing', async () => {
    const organization = organizationOf(2);
    const { run, sandbox } = await onSandbox({ organization });
    const planned = await run({ mode: 'plan' });
    expect(sandbox.calls.all.filter(({ wrote }) => wrote)).toEqual([]);
    expect(planned.summary.accounts).toEqual({ planned: 2, 'out-of-scope': 1 });
    const swept = await run();
    const due = (run: StoredRun) => keyLines(run).map((line) => `${line.account.id} ${line.accessKeyId}`);
    expect(due(planned.run)).toEqual(due(swept.run));
  });

  it('warns of a limit that a sweep would exceed, and does not fail', async () => {
    const { run } = await onSandbox({
      organization: organizationOf(3),
      config: { ...EVERY_KEY, limits: { maxKeys: 2 } },
    });
    const { summary } = await run({ mode: 'plan' });
    expect(summary.verdict).toBe('ok');
    expect(summary.warnings.join()).toMatch(/This sweep would revoke 3 keys; limits\.maxKeys allows 2/);
  });
});

describe('deletion after deactivation', () => {
  it('deletes a key a week after the sweep that deactivated it, by a weekly schedule', async () => {
    const organization = organizationOf(1);
    const { run, sandbox } = await onSandbox({
      organization,
      config: withRules({ mode: 'deactivate-then-delete', deleteAfterDays: 7 }),
    });
    await run();
    sandbox.clock.advance(3 * DAY);
    expect((await run()).summary.keys).toMatchObject({ due: 0, kept: 1 });
    sandbox.clock.advance(4 * DAY - 60_000);
    expect((await run()).summary.keys).toMatchObject({ due: 1, deleted: 1 });
    expect(keysOf(organization, FIRST)).toEqual([]);
  });

  it('starts again for a key that was activated in between', async () => {
    const organization = organizationOf(1);
    const { run, sandbox } = await onSandbox({
      organization,
      config: withRules({ mode: 'deactivate-then-delete', deleteAfterDays: 7 }),
    });
    await run();
    sandbox.clock.advance(6 * DAY);
    const [key] = organization.keysOf(FIRST);
    if (!key) throw new Error('the key is gone');
    key.lastUsed = { at: sandbox.clock.milliseconds(), service: 's3', region: 'us-east-1' };
    sandbox.clock.advance(2 * DAY);
    expect((await run()).summary.keys).toMatchObject({ deleted: 0, kept: 1 });
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive']);
  });

  it('waits as long for a key that was already inactive', async () => {
    const organization = organizationOf(1, () => [{ ...ADA, keys: [{ status: 'Inactive' }] }]);
    const { run, sandbox } = await onSandbox({
      organization,
      config: withRules({ mode: 'deactivate-then-delete', deleteAfterDays: 7 }),
    });
    expect((await run()).summary.keys).toMatchObject({ kept: 1, deleted: 0 });
    sandbox.clock.advance(7 * DAY);
    expect((await run()).summary.keys).toMatchObject({ deleted: 1 });
  });
});

describe('two runs at once', () => {
  it('do not both write; the second names the first', async () => {
    const organization = organizationOf(1);
    const { run } = await onSandbox({ organization });
    const second: Promise<unknown>[] = [];
    await run({
      approve: async () => {
        second.push(run().catch((error: unknown) => error));
        await second[0];
        return true;
      },
    });
    expect(await second[0]).toMatchObject({ name: 'LockHeldError' });
    expect((await run()).summary.verdict).toBe('ok');
  });

  it('may plan at the same time', async () => {
    const { run } = await onSandbox({ organization: organizationOf(1) });
    let planned: Promise<{ summary: RunSummary }> | undefined;
    await run({
      approve: async () => {
        planned = run({ mode: 'plan' });
        await planned;
        return true;
      },
    });
    expect((await planned)?.summary.verdict).toBe('ok');
  });
});
