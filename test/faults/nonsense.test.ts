import type { IAMClient } from '@aws-sdk/client-iam';
import type { HttpResponse } from '@smithy/core/protocols';
import { describe, expect, it } from 'vitest';

import type { Clients } from '../../src/aws/clients.ts';
import { CallFailedError } from '../../src/aws/errors.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import type { Fault } from '../../sandbox/faults/faults.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { DAY, fromNow, HOUR, MINUTE } from '../support/clock.ts';
import { ADA, EVERY_KEY, keysOf, onSandbox, organizationOf, outcomes } from '../support/sweeping.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;

/** A complete answer of AWS, to be made into one that makes no sense. */
type Answer = Record<string, unknown>;
type Twist = (answer: Answer, input: Answer) => void;

interface Stack {
  readonly middlewareStack: Pick<IAMClient['middlewareStack'], 'add'>;
}

/** Lets `twist` at the answers of one call. */
function twisting<Client extends Stack>(client: Client, call: string, twist: Twist): Client {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args);
        if (commandName === `${call}Command`) twist(result.output as unknown as Answer, args.input as Answer);
        return result;
      },
    { step: 'initialize', name: `twist-${call}` },
  );
  return client;
}

/** The same clients, with the answers of one call twisted. */
function twisted(clients: Clients, call: string, twist: Twist): Clients {
  if (call === 'ListAccounts') twisting(clients.organizations, call, twist);
  if (call !== 'GetResources') return { ...clients, iam: (by) => twisting(clients.iam(by), call, twist) };
  return { ...clients, tagging: () => twisting(clients.tagging(), call, twist) };
}

const first = (list: unknown): Answer => (list as Answer[])[0] ?? {};

interface Situation {
  readonly organization?: SandboxOrganization;
  readonly config?: ConfigInput;
  readonly faults?: readonly Fault[];
  readonly maximumSize?: number;
  readonly mode?: 'plan';
}

async function sweepTwisted(call: string, twist: Twist, situation: Situation = {}) {
  const {
    organization = organizationOf(2, () => [ADA, { ...ADA, userName: 'bob' }]),
    config,
    faults,
  } = situation;
  const { maximumSize, mode = 'sweep' } = situation;
  const on = await onSandbox({
    organization,
    ...(config && { config }),
    sandbox: { ...(faults && { faults }), ...(maximumSize !== undefined && { pages: { maximumSize } }) },
  });
  let twists = 0;
  const clients = twisted(on.dependencies().clients, call, (...about) => {
    twists += 1;
    twist(...about);
  });
  const end = await on.run({ mode }, { clients }).catch((error: unknown) => error);
  expect(twists).toBeGreaterThan(0);
  return { end, organization };
}

/** What each account ended with; of a sweep that broke off, its error code. */
function endOf(end: unknown): unknown {
  if (end instanceof CallFailedError) return end.failure.code;
  if (end instanceof Error) return end;
  const { run } = end as { run: Parameters<typeof outcomes>[0] };
  return outcomes(run);
}

/**
 * The answers about the first account only: one account is read after the other, each with both of its pages.
 */
function onlyInFirst(twist: Twist): Twist {
  let pages = 0;
  return (answer, input) => {
    if (input.Marker === undefined) pages += 1;
    if (pages === 1) twist(answer, input);
  };
}

function once(twist: Twist): Twist {
  let isDone = false;
  return (answer, input) => {
    if (!isDone) twist(answer, input);
    isDone = true;
  };
}

/** A page that names itself as the next one, where the call is about a later page. */
function repeat(answer: Answer, name: string, token: unknown): void {
  if (token !== undefined) Object.assign(answer, { IsTruncated: true, [name]: token });
}

const UNTOUCHED = ['ada Active', 'bob Active'];
const SWEPT = ['ada Inactive', 'bob Inactive'];

describe('an answer that makes no sense', () => {
  it.each<[string, string, Twist]>([
    ['a member without a name', 'GetGroup', ({ Users }) => delete first(Users).UserName],
    ['a member without an id', 'GetGroup', ({ Users }) => delete first(Users).UserId],
    ['no members at all, and no list', 'GetGroup', (answer) => delete answer.Users],
    ['more to come, and not where', 'GetGroup', (answer) => (answer.IsTruncated = true)],
    ['the same marker twice', 'GetGroup', (answer, { Marker }) => repeat(answer, 'Marker', Marker)],
    ['a marker that AWS does not know', 'GetGroup', (answer) => (answer.Marker = 'nonsense')],
  ])('governs its account: %s', async (_, call, twist) => {
    const { end, organization } = await sweepTwisted(call, onlyInFirst(twist), {
      config: { ...EVERY_KEY, concurrency: { accounts: 1 } },
      maximumSize: 1,
    });
    expect(endOf(end)).toMatchObject({ [FIRST]: 'failed', [SECOND]: 'swept' });
    expect(keysOf(organization, FIRST)).toEqual(UNTOUCHED);
    expect(keysOf(organization, SECOND)).toEqual(SWEPT);
  });

  it.each<[string, string, (about: Answer) => unknown]>([
    [
      'a key without a date',
      'ListAccessKeys',
      ({ AccessKeyMetadata }) => delete first(AccessKeyMetadata).CreateDate,
    ],
    [
      'a key from tomorrow',
      'ListAccessKeys',
      ({ AccessKeyMetadata }) => (first(AccessKeyMetadata).CreateDate = fromNow(DAY)),
    ],
    [
      'a key without an id',
      'ListAccessKeys',
      ({ AccessKeyMetadata }) => delete first(AccessKeyMetadata).AccessKeyId,
    ],
    [
      'a key without a status',
      'ListAccessKeys',
      ({ AccessKeyMetadata }) => delete first(AccessKeyMetadata).Status,
    ],
    [
      "somebody else's key",
      'ListAccessKeys',
      ({ AccessKeyMetadata }) => (first(AccessKeyMetadata).UserName = 'bob'),
    ],
    ['keys, and no list', 'ListAccessKeys', (answer) => delete answer.AccessKeyMetadata],
    ['tags, and no list', 'ListUserTags', (answer) => delete answer.Tags],
    ['a tag without a key', 'ListUserTags', (answer) => (answer.Tags = [{ Value: 'exempt' }])],
    ['a password, and no profile', 'GetLoginProfile', (answer) => delete answer.LoginProfile],
  ])('governs its user: %s', async (_, call, twist) => {
    const { end, organization } = await sweepTwisted(
      call,
      (answer, { UserName }) => {
        if (UserName === 'ada') twist(answer);
      },
      { config: { optOutTag: false, defaults: { armed: true, groups: ['Developers'] } } },
    );
    expect(endOf(end)).toMatchObject({ [FIRST]: 'failed', [SECOND]: 'failed' });
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'bob Inactive']);
    expect(keysOf(organization, SECOND)).toEqual(['ada Active', 'bob Inactive']);
  });

  it.each<[string, Twist, string]>([
    [
      'an account twice',
      ({ Accounts }) => (Accounts as unknown[]).push(first(Accounts)),
      'AccountListedTwice',
    ],
    ['an account without an id', ({ Accounts }) => delete first(Accounts).Id, 'IncompleteAnswer'],
    ['no list', (answer) => delete answer.Accounts, 'IncompleteAnswer'],
    ['not the management account', (answer) => (answer.Accounts = []), 'IncompleteList'],
    [
      'the same marker twice',
      (answer, { NextToken }) => repeat(answer, 'NextToken', NextToken),
      'RepeatedToken',
    ],
  ])('governs the run when ListAccounts answers %s', async (_, twist, code) => {
    const { end, organization } = await sweepTwisted('ListAccounts', twist, { maximumSize: 1 });
    expect(endOf(end)).toBe(code);
    expect(keysOf(organization, FIRST)).toEqual(UNTOUCHED);
    expect(keysOf(organization, SECOND)).toEqual(UNTOUCHED);
  });

  it.each<[string, Twist]>([
    ['no IsTruncated beside a marker', (answer) => delete answer.IsTruncated],
    ['IsTruncated false beside a marker', (answer) => (answer.IsTruncated = false)],
  ])('is followed where that is safe: %s', async (_, twist) => {
    const { end, organization } = await sweepTwisted('GetGroup', twist, { maximumSize: 1 });
    expect(endOf(end)).toMatchObject({ [FIRST]: 'swept', [SECOND]: 'swept' });
    expect(keysOf(organization, FIRST)).toEqual(SWEPT);
  });

  it.each<[string, Twist]>([
    ['no list', (answer) => delete answer.ResourceTagMappingList],
    ['an account without its tags', ({ ResourceTagMappingList: list }) => delete first(list).Tags],
    ['an account without its ARN', ({ ResourceTagMappingList: list }) => delete first(list).ResourceARN],
  ])('does not hide an opt-out: the tag index answers %s', async (_, twist) => {
    const organization = organizationOf(2, () => [ADA]);
    organization.tagAccount(FIRST, { keysweep: 'opt-out' });
    organization.tagAccount(SECOND, { team: 'x' });
    const { end } = await sweepTwisted('GetResources', once(twist), {
      organization,
      // A sweep would read the account's own tags once more before it writes.
      mode: 'plan',
      maximumSize: 1,
      config: { ...EVERY_KEY, optOutTag: 'keysweep=opt-out' },
    });
    expect(endOf(end)).toMatchObject({ [FIRST]: 'opted-out', [SECOND]: 'planned' });
  });
});

describe('an account list that shrank', () => {
  it.each([
    [2, 'stopped'],
    [1, 'ok'],
  ])('by %i of 10 since the last sweep: %s', async (gone, verdict) => {
    const organization = organizationOf(9);
    const on = await onSandbox({ organization });
    await on.run();
    for (const account of organization.accounts.list().slice(0, gone)) organization.accounts.remove(account);
    organization.addKey(SECOND.replace(/2$/, '9'), organization.user(SECOND.replace(/2$/, '9'), 'ada'));
    const { summary } = await on.run();
    expect(summary.verdict).toBe(verdict);
    expect(keysOf(organization, SECOND.replace(/2$/, '9'))).toContain(
      verdict === 'ok' ? 'ada Inactive' : 'ada Active',
    );
  });
});

describe('our clock and that of AWS', () => {
  it.each([
    [-1.9 * MINUTE, true],
    [1.9 * MINUTE, true],
    [-2.1 * MINUTE, false],
    [2.1 * MINUTE, false],
    [-5 * HOUR, false],
    [5 * HOUR, false],
    [365 * DAY, false],
  ])('%i ms apart: goes on %s', async (skew, goesOn) => {
    const organization = organizationOf(1);
    const on = await onSandbox({ organization });
    const now = () => new Date(on.sandbox.clock.milliseconds() + skew);
    const end = await on.run({}, { now }).catch((error: unknown) => error);
    if (goesOn) expect(endOf(end)).toMatchObject({ [FIRST]: 'swept' });
    else expect(endOf(end)).toBe('ClockSkew');
    expect(keysOf(organization, FIRST)).toEqual([goesOn ? 'ada Inactive' : 'ada Active']);
  });

  it.each([undefined, 'soon'])(
    'cannot be compared when the answer is dated %s: nothing is done',
    async (date) => {
      const organization = organizationOf(1);
      const on = await onSandbox({ organization });
      const { requestHandler } = on.dependencies().clients.sts.config;
      const handle = requestHandler.handle.bind(requestHandler);
      requestHandler.handle = async (...asked: Parameters<typeof handle>) => {
        const answer = (await handle(...asked)) as { response: HttpResponse };
        delete answer.response.headers['date'];
        if (date !== undefined) answer.response.headers['date'] = date;
        return answer;
      };
      const end = await on.run().catch((error: unknown) => error);
      expect(endOf(end)).toBe('NoDate');
      expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
    },
  );
});

describe('a group whose name changed its case', () => {
  it('is the same group: its members are swept, and those of an exempt one are not', async () => {
    const organization = organizationOf(1, () => [
      ADA,
      { ...ADA, userName: 'eve', groups: ['DEVELOPERS', 'contractors'] },
    ]);
    const { groups, rules } = EVERY_KEY.defaults;
    const config = {
      ...EVERY_KEY,
      defaults: {
        armed: true,
        groups: groups.map((name) => name.toLowerCase()),
        rules,
        exempt: { userTag: false as const, groups: ['Contractors'] },
      },
    };
    const { run } = await onSandbox({ organization, config });
    expect((await run()).summary.verdict).toBe('ok');
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive', 'eve Active']);
  });
});

describe('an OU of the configuration that was not met', () => {
  const throttled = { service: 'organizations', kind: 'denied', occurrence: 'every' } as const;

  it.each<[string, Partial<Fault>]>([
    ['the accounts of the root', { call: 'ListAccountsForParent' }],
    ['the OUs of the root', { call: 'ListOrganizationalUnitsForParent' }],
  ])('stops every write while %s cannot be listed: it may be misspelt', async (_, aim) => {
    const organization = organizationOf(1);
    const unit = organization.addOrganizationalUnit('Frozen');
    organization.moveAccount(FIRST, unit);
    const misspelt = `${unit.id.slice(0, -1)}${unit.id.endsWith('z') ? 'y' : 'z'}`;
    const config = { ...EVERY_KEY, overrides: [{ organizationalUnits: [misspelt], armed: false }] };
    const on = await onSandbox({
      organization,
      config,
      sandbox: { faults: [{ ...throttled, ...aim, where: { ParentId: organization.root.id } }] },
    });
    const { run } = await on.run();
    expect(on.sandbox.faults.fired).toBeGreaterThan(0);
    expect(outcomes(run)[FIRST]).toBe('denied');
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
  });

  it('stops nothing when every OU that is named was met', async () => {
    const organization = organizationOf(1);
    const unit = organization.addOrganizationalUnit('Workloads');
    organization.moveAccount(FIRST, unit);
    const config = { ...EVERY_KEY, scope: { organizationalUnits: [unit.id] } };
    const aim = { call: 'ListAccountsForParent', where: { ParentId: organization.root.id } };
    const on = await onSandbox({ organization, config, sandbox: { faults: [{ ...throttled, ...aim }] } });
    expect(outcomes((await on.run()).run)[FIRST]).toBe('swept');
    expect(on.sandbox.faults.fired).toBe(1);
  });
});
