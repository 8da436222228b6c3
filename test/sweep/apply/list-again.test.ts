import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it, onTestFinished, vi } from 'vitest';

import type { Fault } from '../../../sandbox/faults/faults.ts';
import type { SandboxOrganization } from '../../../sandbox/organization/organization.ts';
import { listAccountPages } from '../../../src/organization/list-accounts.ts';
import { recheckTargets, type TargetRecheck } from '../../../src/sweep/apply/recheck-target.ts';
import type { RunContext } from '../../../src/sweep/run-context.ts';
import { organizationsAnswering } from '../../support/answering.ts';
import { MINUTE } from '../../support/clock.ts';
import { EVERY_KEY, onSandbox, organizationOf } from '../../support/sweeping.ts';
import { begun, targetOf } from '../beginning.ts';

const [FIRST, SECOND, THIRD, FIFTH] = [1, 2, 3, 5].map((number) => `10000000000${number}`) as [
  string,
  string,
  string,
  string,
];
const ALL = ['1', '2', '3', '4', '5', '6'].map((number) => `10000000000${number}`);
const LIST = { service: 'organizations', call: 'ListAccounts' } as const;

interface Setting {
  readonly organization?: SandboxOrganization;
  readonly config?: object;
  readonly faults?: readonly Fault[];
  /** Accounts that are described before the list is read. */
  readonly atFirst?: number;
  readonly answers?: readonly object[];
}

/** Pages of two; the seventh account, on the fourth page, is the management account. */
async function open({
  organization = organizationOf(6),
  config = {},
  faults = [],
  atFirst = 0,
  answers,
}: Setting = {}) {
  const pages = { maximumSize: 2 };
  const on = await onSandbox({ organization, config: { ...EVERY_KEY, ...config }, sandbox: { pages } });
  const begin = await begun(on);
  let minutes = 0;
  const now = (): Date => new Date(begin.now().getTime() + minutes * MINUTE);
  const clients = answers
    ? { ...begin.clients, organizations: organizationsAnswering(...answers) }
    : begin.clients;
  const context: RunContext = { ...begin, now, clients };
  const recheck = recheckTargets({}, context, atFirst);
  on.sandbox.faults.add(...faults);
  on.sandbox.calls.reset();
  const { calls } = on.sandbox;
  return {
    ...{ organization, context, recheck, calls },
    wait: (more: number): void => void (minutes += more),
    check: checkWith(recheck, context),
    counts: () => {
      const count = (call: string): number => calls.of('organizations', call).length;
      return { pages: count('ListAccounts'), described: count('DescribeAccount') };
    },
  };
}

function checkWith(recheck: TargetRecheck, context: RunContext) {
  return async (id: string) => (await recheck.check(targetOf(id, context))).now;
}

const isTarget = (id: string) => ({ target: { account: { id } } });

describe('an account beyond the first ones', () => {
  it('is found on a page of the list, and no page is read before it is needed, or twice', async () => {
    const { check, counts } = await open({ atFirst: 1 });
    expect(await check(FIRST)).toMatchObject(isTarget(FIRST));
    expect(counts()).toEqual({ pages: 0, described: 1 });
    expect(await check(SECOND)).toMatchObject(isTarget(SECOND));
    expect(counts()).toEqual({ pages: 1, described: 1 });
    await Promise.all(ALL.slice(2, 5).map(check));
    expect(counts()).toEqual({ pages: 3, described: 1 });
  });

  it('is found in whatever order accounts are asked for', async () => {
    const { check, counts } = await open();
    for (const id of ALL.toReversed()) expect(await check(id)).toMatchObject(isTarget(id));
    expect(counts()).toEqual({ pages: 3, described: 0 });
  });

  it.each<[string, object, number, number]>([
    ['is one more than thirty, unless told otherwise', {}, 30, 16],
    ['does not exist while the tag of each is read', { optOutTag: 'keysweep=opt-out' }, 31, 0],
  ])('%s', async (_, config, described, pages) => {
    const { context, calls } = await open({ organization: organizationOf(31), config });
    const check = checkWith(recheckTargets({}, context), context);
    const ids = Array.from({ length: 31 }, (_, index) => `1000000000${`${index + 1}`.padStart(2, '0')}`);
    for (const id of ids) await check(id);
    expect(calls.of('organizations', 'DescribeAccount')).toHaveLength(described);
    expect(calls.of('organizations', 'ListAccounts')).toHaveLength(pages);
  });

  it.each([
    ['is described, too, if few are written to', 2, 16, { pages: 0, described: 3 }],
    ['is listed if more are', 3, 16, { pages: 2, described: 0 }],
  ])('%s: %i of %i', async (_, written, listed, counted) => {
    const { check, recheck, counts } = await open();
    recheck.expect(written, listed);
    for (const id of ALL.slice(0, 3)) expect(await check(id)).toMatchObject(isTarget(id));
    expect(counts()).toEqual(counted);
  });

  it('keeps being described if it was one of the first', async () => {
    const { check, wait, counts } = await open({ atFirst: 1 });
    await check(FIRST);
    wait(6);
    expect(await check(FIRST)).toMatchObject(isTarget(FIRST));
    expect(counts()).toEqual({ pages: 0, described: 2 });
  });

  it('counts as read when its page was asked for, however long that took', async () => {
    const scene = await open();
    const asked = scene.context.now();
    scene.context.clients.organizations.middlewareStack.add((next) => async (args) => {
      const answer = await next(args);
      scene.wait(2);
      return answer;
    });
    const { at } = await scene.recheck.check(targetOf(FIRST, scene.context));
    expect(at.getTime() - asked.getTime()).toBeLessThan(MINUTE);
    const { at: another } = await scene.recheck.check(targetOf(SECOND, scene.context));
    expect(another).toEqual(at);
  });
});

describe('a page that was read too long ago', () => {
  it('is not used: the list is read to its end, and then anew', async () => {
    const { check, wait, counts } = await open();
    await check(FIRST);
    wait(6);
    expect(await check(SECOND)).toMatchObject(isTarget(SECOND));
    expect(counts()).toEqual({ pages: 4 + 1, described: 0 });
  });

  it.each([
    [4, 1],
    [4.6, 5],
  ])(
    'is so before its time is over, for there has to be time to write: after %d minutes',
    async (age, pages) => {
      const { check, wait, counts } = await open();
      await check(FIRST);
      wait(age);
      for (const id of [FIRST, SECOND]) {
        await check(id);
        expect(counts()).toEqual({ pages, described: 0 });
      }
    },
  );

  it('makes way for an account that is described, if its new page is as old when it comes', async () => {
    const { check, wait, counts, context } = await open();
    await check(FIRST);
    context.clients.organizations.middlewareStack.add((next) => async (args) => {
      wait(6);
      return next(args);
    });
    expect(await check(THIRD)).toMatchObject(isTarget(THIRD));
    expect(counts()).toEqual({ pages: 4 + 4, described: 1 });
  });

  it.each<[string, (organization: SandboxOrganization) => void, object, object]>([
    [
      'was closed',
      (organization) => void (organization.account(FIRST).state = 'SUSPENDED'),
      { end: { outcome: 'not-active', reason: 'state SUSPENDED, since the account was listed' } },
      { pages: 5, described: 0 },
    ],
    [
      'has opted out',
      (organization) => organization.tagAccount(FIRST, { keysweep: 'opt-out' }),
      { end: { outcome: 'opted-out' } },
      { pages: 5, described: 0 },
    ],
    [
      'was moved',
      (organization) => organization.moveAccount(FIRST, organization.root.units.list()[0]!),
      { target: { settings: { armed: false } } },
      { pages: 5, described: 0 },
    ],
    [
      'has left',
      (organization) => organization.accounts.remove(organization.account(FIRST)),
      { failure: { call: 'organizations:DescribeAccount', code: 'AccountNotFoundException' } },
      // Six accounts are left.
      { pages: 4 + 3, described: 1 },
    ],
  ])('does not count for an account that %s', async (_, change, now, counted) => {
    const organization = organizationOf(6);
    const { id: unit } = organization.addOrganizationalUnit('Unarmed');
    const overrides = [{ organizationalUnits: [unit], armed: false }];
    const config = { optOutTag: 'keysweep=opt-out', overrides };
    const { check, wait, counts } = await open({ organization, config });
    expect(await check(FIRST)).toMatchObject({ target: { settings: { armed: true } } });
    change(organization);
    wait(6);
    expect(await check(FIRST)).toMatchObject(now);
    expect(counts()).toEqual(counted);
  });

  it('does not count for an account that a new list lacks, even if it is not old itself', async () => {
    const { check, wait, counts, organization } = await open();
    await check(FIRST);
    wait(3);
    await check(FIFTH);
    organization.accounts.remove(organization.account('100000000006'));
    wait(2);
    // The list begins anew for the first account, and the page of the last is two minutes old.
    await check(FIRST);
    expect(await check('100000000006')).toMatchObject({ failure: { code: 'AccountNotFoundException' } });
    expect(counts()).toMatchObject({ described: 1 });
  });
});

describe('an account that the list does not have', () => {
  it('is described, without a list for each', async () => {
    const { check, organization, counts } = await open();
    for (const id of [FIRST, THIRD]) organization.accounts.remove(organization.account(id));
    for (const id of [FIRST, THIRD])
      expect(await check(id)).toMatchObject({ failure: { code: 'AccountNotFoundException' } });
    expect(await check(SECOND)).toMatchObject(isTarget(SECOND));
    // Five accounts are left.
    expect(counts()).toEqual({ pages: 3, described: 2 });
  });

  it('is described if it came too late for the list', async () => {
    const { check, organization } = await open();
    expect(await check('100000000006')).toMatchObject(isTarget('100000000006'));
    const { id } = organization.addAccount({ id: '100000000000' });
    expect(await check(id)).toMatchObject(isTarget(id));
  });
});

describe('a list that fails', () => {
  const ACCOUNT = { Name: 'listed', State: 'ACTIVE' };
  const MANAGEMENT = { ...ACCOUNT, Id: '999999999999' };
  const described = (Id: string) => ({ Account: { Id, Name: 'described', State: 'ACTIVE' } });
  const isDescribed = { target: { account: { name: 'described' } } };
  const [first, second, third] = [FIRST, SECOND, THIRD].map((Id) => ({ ...ACCOUNT, Id }));
  const Arn = 'arn:aws:organizations::888888888888:account/o-zzzzzzzzzz/100000000002';

  it.each<[string, object[]]>([
    ['lacks the management account', [{ Accounts: [] }]],
    ['has an account twice', [{ Accounts: [first, second] }]],
    ['has an account of another organization', [{ Accounts: [{ ...second, Arn }] }]],
    ['has an account without an ID', [{ Accounts: [ACCOUNT, second] }]],
    ['has no list', [{}]],
    ['has an error', [{ __type: 'AccessDeniedException' }]],
    ['repeats its token', [{ Accounts: [], NextToken: 'a' }]],
    [
      'repeats a token of before',
      [
        { Accounts: [MANAGEMENT], NextToken: 'b' },
        { Accounts: [], NextToken: 'a' },
      ],
    ],
    ['has only empty pages', Array.from({ length: 100 }, (_, at) => ({ Accounts: [], NextToken: `${at}` }))],
  ])('because its last page %s fails no account, and no page counts after it', async (_, pages) => {
    const { check, wait, context } = await open({
      answers: [{ Accounts: [first, third], NextToken: 'a' }, ...pages, ...ALL.slice(0, 3).map(described)],
    });
    const sent: string[] = [];
    context.clients.organizations.middlewareStack.add((next, { commandName = '' }) => (args) => {
      sent.push(commandName);
      return next(args);
    });
    expect(await check(FIRST)).toMatchObject({ target: { account: { name: 'listed' } } });
    wait(6);
    for (const id of [FIRST, SECOND, THIRD]) expect(await check(id)).toMatchObject(isDescribed);
    expect(sent.filter((call) => call === 'ListAccountsCommand')).toHaveLength(1 + pages.length);
  });

  it.each([1, 2, 3])('at page %i fails no account, and is the last', async (occurrence) => {
    const { check, counts } = await open({ faults: [{ ...LIST, kind: 'denied', occurrence }] });
    for (const id of ALL) expect(await check(id)).toMatchObject(isTarget(id));
    expect(counts()).toEqual({ pages: occurrence, described: 6 - 2 * (occurrence - 1) });
  });

  it('fails none of those that wait for it', async () => {
    const { check, counts } = await open({ faults: [{ ...LIST, kind: 'denied', occurrence: 2 }] });
    const all = await Promise.all(ALL.map(check));
    expect(all).toMatchObject(ALL.map(isTarget));
    expect(counts()).toEqual({ pages: 2, described: 4 });
  });

  it('fails an account only with what describing it fails with', async () => {
    const faults: Fault[] = [
      { ...LIST, kind: 'denied' },
      { service: 'organizations', call: 'DescribeAccount', kind: 'expired-token' },
    ];
    const { check } = await open({ faults });
    expect(await check(FIRST)).toMatchObject({
      failure: { kind: 'failed', call: 'organizations:DescribeAccount' },
    });
    expect(await check(SECOND)).toMatchObject(isTarget(SECOND));
  });

  it('is none when a page is empty, or late', async () => {
    const { check, counts } = await open({
      faults: [
        { ...LIST, kind: 'empty-page', occurrence: 2 },
        { ...LIST, kind: 'slow', milliseconds: 50, occurrence: 3 },
      ],
    });
    expect(await Promise.all(ALL.map(check))).toMatchObject(ALL.map(isTarget));
    expect(counts()).toEqual({ pages: 3 + 1, described: 0 });
  });
});

describe('the end of the checks', () => {
  it.each([1, 2, 3])(
    'in the midst of page %i leaves no call in flight, and sends none later',
    async (nth) => {
      const slow = { ...LIST, kind: 'slow', milliseconds: 200, occurrence: nth } as const;
      let onFired = (): void => undefined;
      const fired = new Promise<void>((resolve) => (onFired = resolve));
      const { check, recheck, context } = await open({ faults: [{ ...slow, onFired: () => onFired() }] });
      const checks = ALL.map(check);
      await fired;
      await recheck.end();
      const { calls } = context.clients.requests.total();
      const ends = await Promise.all(checks);
      const unread = ALL.slice(2 * (nth - 1)).map(() => ({ failure: { kind: 'not-reached' } }));
      expect(ends.slice(2 * (nth - 1))).toMatchObject(unread);
      expect(await check('100000000007')).toMatchObject({ failure: { kind: 'not-reached' } });
      await sleep(250);
      expect(context.clients.requests.total().calls).toBe(calls);
    },
  );

  it('ends a list of which pages are left', async () => {
    const { check, recheck, counts } = await open();
    await check(FIRST);
    const ended = vi.spyOn(listAccountPages.prototype as ReturnType<typeof listAccountPages>, 'return');
    onTestFinished(() => ended.mockRestore());
    await recheck.end();
    expect(ended).toHaveBeenCalledOnce();
    expect(await check(FIFTH)).toMatchObject({ failure: { kind: 'not-reached' } });
    expect(counts()).toEqual({ pages: 1, described: 0 });
  });
});
