import { describe, expect, it } from 'vitest';

import { openOptOutTags, optOutTagOf } from '../../src/organization/opt-out-tags.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { onSandbox } from '../support/sweeping.ts';
import type { SandboxOptions } from '../../sandbox/sandbox.ts';
import { organizationsAnswering, taggingAnswering } from '../support/answering.ts';

const SIGNAL = new AbortController().signal;
const TAG = { key: 'keysweep', value: 'opt-out' };
const OUT = { known: true, optedOut: true };
const IN = { known: true, optedOut: false };

/** Account 1 opted out, 2 with another tag, 3 with another value, 4 without tags. */
const FOUR = [{ keysweep: 'opt-out', team: 'a' }, { team: 'b' }, { keysweep: 'opt-in' }, {}];

function organizationOf(tags: readonly Record<string, string>[]): SandboxOrganization {
  const organization = new SandboxOrganization();
  for (const own of tags) organization.addAccount({ tags: own });
  return organization;
}

async function lookUp(organization: SandboxOrganization, options: SandboxOptions & { index?: boolean } = {}) {
  const { index = true, ...sandboxOptions } = options;
  const { sandbox, dependencies } = await onSandbox({ organization, sandbox: sandboxOptions });
  const { clients } = dependencies();
  const ids = organization.accounts
    .list()
    .map(({ id }) => id)
    .filter((id) => id !== organization.managementAccount.id)
    .sort();
  const states = await openOptOutTags({
    organizations: clients.organizations,
    tagging: index ? clients.tagging() : undefined,
    tag: TAG,
    signal: SIGNAL,
  })(ids);
  return { states: ids.map((id) => states.get(id)), counts: sandbox.calls.counts(), sandbox };
}

describe('the opt-out tags', () => {
  it('are read in one call where the tagging API has them', async () => {
    const { states, counts } = await lookUp(organizationOf(FOUR));
    expect(states).toEqual([OUT, IN, IN, IN]);
    expect(counts).toEqual({ 'tagging:GetResources': 1 });
  });

  it('are read for 100 accounts a call', async () => {
    const tags = Array.from({ length: 250 }, (_, index) =>
      index % 10 === 9 ? { keysweep: 'opt-out' } : { team: 'a' },
    );
    const { states, counts } = await lookUp(organizationOf(tags));
    expect(states.map((state) => state === undefined || (state.known && state.optedOut))).toEqual(
      tags.map((_, index) => index % 10 === 9),
    );
    expect(counts).toEqual({ 'tagging:GetResources': 3 });
  });

  it.each<[string, SandboxOptions & { index?: boolean }, number]>([
    ['the tagging API does not work in this account', { index: false }, 0],
    ['it has no account', { tagIndex: { lagMilliseconds: 10_000 * 86_400_000 } }, 1],
    ['it is denied', { faults: [{ service: 'tagging', kind: 'denied', occurrence: 'every' }] }, 1],
    [
      'a page of its list is denied',
      { pages: { maximumSize: 1 }, faults: [{ service: 'tagging', kind: 'denied', occurrence: 3 }] },
      3,
    ],
  ])('are read account by account when %s', async (_, options, calls) => {
    const { states, counts } = await lookUp(organizationOf(FOUR), options);
    expect(states).toEqual([OUT, IN, IN, IN]);
    expect(counts['tagging:GetResources'] ?? 0).toBe(calls);
    expect(counts['organizations:ListTagsForResource']).toBeGreaterThanOrEqual(4);
  });

  it('are unknown only for the account whose tags cannot be read', async () => {
    const { states } = await lookUp(organizationOf(FOUR), {
      index: false,
      faults: [
        {
          service: 'organizations',
          call: 'ListTagsForResource',
          where: { ResourceId: '100000000001' },
          occurrence: 'every',
          kind: 'denied',
        },
      ],
    });
    expect(states).toEqual([
      { known: false, failure: expect.objectContaining({ kind: 'denied' }) as object },
      IN,
      IN,
      IN,
    ]);
  });

  it('are found on any page of an account, after empty ones', async () => {
    const { states } = await lookUp(organizationOf([{ a: '1', b: '2', keysweep: 'opt-out', z: '3' }]), {
      index: false,
      pages: { maximumSize: 1, emptyFirst: true },
    });
    expect(states).toEqual([OUT]);
  });

  it('are unknown when a response has no list', async () => {
    const states = await openOptOutTags({
      organizations: organizationsAnswering({}),
      tagging: undefined,
      tag: TAG,
      signal: SIGNAL,
    })(['111111111111']);
    expect(states.get('111111111111')).toMatchObject({ known: false, failure: { code: 'IncompleteAnswer' } });
  });

  it('are unknown when the run is aborted', async () => {
    const { dependencies } = await onSandbox({ organization: organizationOf(FOUR) });
    const { clients } = dependencies();
    const states = await openOptOutTags({
      organizations: clients.organizations,
      tagging: clients.tagging(),
      tag: TAG,
      signal: AbortSignal.abort(),
    })(['100000000001']);
    expect(states.get('100000000001')).toMatchObject({ known: false, failure: { kind: 'not-reached' } });
  });
});

describe('the index of tags', () => {
  const ARN = 'arn:aws:organizations::999999999999:account/o-a1b2c3d4e5/111111111111';
  const entry = (...tags: object[]) => ({ ResourceARN: ARN, Tags: tags });
  const optOut = { Key: 'keysweep', Value: 'opt-out' };
  const page = (...entries: object[]) => ({ ResourceTagMappingList: entries });

  /**
   * The tags of accounts 1 and 2 from these answers of the index; the accounts themselves say that they have
   * none.
   */
  const knownFrom = (...answers: object[]) =>
    openOptOutTags({
      organizations: organizationsAnswering({ Tags: [] }),
      tagging: taggingAnswering(...answers),
      tag: TAG,
      signal: SIGNAL,
    })(['111111111111', '222222222222']);

  it('counts when it has a tagged account, over all its pages', async () => {
    const byAccount = await knownFrom(
      { ...page(), PaginationToken: 'a' },
      { ...page(entry({ Key: 'team', Value: 'b' }, optOut)), PaginationToken: '' },
    );
    expect(byAccount).toEqual(
      new Map([
        ['111111111111', OUT],
        ['222222222222', IN],
      ]),
    );
  });

  it.each<[string, object[]]>([
    ['has no account', [page()]],
    ['has no list', [{}]],
    ['has no list on a later page', [{ ...page(entry(optOut)), PaginationToken: 'a' }, {}]],
    ['has an account without ARN', [page({ Tags: [optOut] })]],
    ['has an account with an empty ARN', [page({ ResourceARN: '', Tags: [optOut] })]],
    ['has an account without tags', [page(entry(optOut), { ResourceARN: ARN })]],
    ['repeats a token', [{ ...page(entry(optOut)), PaginationToken: 'a' }]],
  ])('does not count when it %s', async (_, answers) => {
    const byAccount = await knownFrom(...answers);
    expect([...byAccount.values()]).toEqual([IN, IN]);
  });

  it('is read for accounts only, once, and not without accounts', async () => {
    const tagging = taggingAnswering(page(entry(optOut)));
    const inputs: object[] = [];
    tagging.middlewareStack.add(
      (next) => (args) => {
        inputs.push(args.input);
        return next(args);
      },
      { step: 'initialize' },
    );
    const read = openOptOutTags({
      organizations: organizationsAnswering({}),
      tagging,
      tag: TAG,
      signal: SIGNAL,
    });
    expect(await read([])).toEqual(new Map());
    expect(inputs).toEqual([]);
    await Promise.all([read(['111111111111']), read(['222222222222'])]);
    expect(inputs).toEqual([
      expect.objectContaining({ ResourceTypeFilters: ['organizations:account'], ResourcesPerPage: 100 }),
    ]);
  });
});

describe('the opt-out tag of one account', () => {
  const stateFrom = (...answers: object[]) =>
    optOutTagOf('111111111111', {
      organizations: organizationsAnswering(...answers),
      tag: TAG,
      signal: SIGNAL,
    });
  const call = 'organizations:ListTagsForResource';

  it.each<[string, object, object]>([
    ['the key and the value', { Key: 'keysweep', Value: 'opt-out' }, OUT],
    ['the key alone', { Key: 'keysweep', Value: 'no' }, IN],
    ['the value alone', { Key: 'team', Value: 'opt-out' }, IN],
  ])('needs %s', async (_, tag, state) => {
    expect(await stateFrom({ Tags: [tag] })).toEqual(state);
  });

  it('is unknown when a response has no list or repeats its token', async () => {
    const failed = {
      kind: 'failed',
      call,
      code: 'IncompleteAnswer',
      message: 'a page has no list of tags',
    };
    expect(await stateFrom({})).toEqual({ known: false, failure: failed });
    expect(await stateFrom({ Tags: [], NextToken: 'a' })).toMatchObject({
      known: false,
      failure: { call, code: 'RepeatedToken' },
    });
  });
});
