import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../../src/config/schema.ts';
import { describeKeys, type KeysDescribed } from '../../../src/sweep/leak/describe-keys.ts';
import { renderKeys, whoseJson } from '../../../src/report/leaked-keys.ts';
import { PLAIN } from '../../../src/report/style.ts';
import { uniqueId } from '../../../sandbox/organization/ids.ts';
import { iamAnswering } from '../../support/answering.ts';
import { jsonDocument } from '../../support/json-document.ts';
import {
  ADA,
  EVERY_KEY,
  onSandbox,
  organizationOf,
  removeRotationRole,
  type SweptSandbox,
} from '../../support/sweeping.ts';
import { keyOf, revoke, undo } from './leaking.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;

async function organization(config: ConfigInput = EVERY_KEY) {
  const made = organizationOf(2, () => [
    ADA,
    { ...ADA, userName: 'exempt-bob' },
    { userName: 'eve', keys: [{ status: 'Inactive' }] },
  ]);
  const on = await onSandbox({ organization: made, config });
  return { organization: made, on, key: (userName: string) => keyOf(made, FIRST, userName) };
}

const withDefaults = (defaults: Partial<ConfigInput['defaults']>): ConfigInput => ({
  ...EVERY_KEY,
  defaults: { ...EVERY_KEY.defaults, ...defaults },
});

async function whose(on: SweptSandbox, ids: readonly string[]): Promise<KeysDescribed> {
  return describeKeys(ids, on.dependencies());
}

const text = (described: KeysDescribed, on: SweptSandbox): string =>
  renderKeys(described, on.sandbox.clock.now(), PLAIN);

describe('describeKeys', () => {
  it('shows account, OU, user, state, age and last use, and writes nothing', async () => {
    const { organization: made, on, key } = await organization();
    const stored = made.account(FIRST).keys.get(key('ada'));
    const at = on.sandbox.clock.milliseconds();
    if (stored) stored.lastUsed = { at, service: 's3', region: 'eu-central-1' };
    const described = await whose(on, [key('ada'), key('eve')]);
    expect(described.notFound).toEqual([]);
    expect(described.keys).toMatchObject([
      {
        ...{ accessKeyId: key('ada'), owner: 'ada', status: 'Active', service: 's3', region: 'eu-central-1' },
        account: { id: FIRST, name: 'account-0' },
        path: [expect.stringMatching(/^r-/)],
      },
      { accessKeyId: key('eve'), owner: 'eve', status: 'Inactive', lastUsed: undefined, service: undefined },
    ]);
    expect(text(described, on)).toContain('s3 in eu-central-1');
    expect(text(described, on)).toContain('last used  never');
    expect(on.sandbox.calls.writes()).toEqual([]);
    expect(await on.store.listFolders('runs/')).toEqual([]);
    // One session, and one list of keys a user beside that of the decision.
    expect(on.sandbox.calls.of('sts', 'AssumeRole')).toHaveLength(1);
    jsonDocument('whose', whoseJson(described));
  });

  it.each<[string, string, Partial<ConfigInput['defaults']>]>([
    ['ada', 'would deactivate it: every sweep revokes every key', {}],
    ['ada', 'but the account is not armed', { armed: false }],
    ['ada', 'leaves it: younger than allowed', { rules: { maxKeyAgeDays: 3650, users: 'all' } }],
    ['exempt-bob', 'leaves it: the user is exempt by name (exempt-*)', { exempt: { users: ['exempt-*'] } }],
    ['eve', 'does not govern it: eve is in none of the groups Developers', {}],
  ])('says of the key of %s: %s', async (userName, words, defaults) => {
    const { on, key } = await organization(withDefaults(defaults));
    expect(text(await whose(on, [key(userName)]), on)).toContain(words);
  });

  it('says that an account is opted out, and by whom', async () => {
    const optOuts = [{ account: FIRST, owner: 'a@b.c', reason: 'later', until: '2099-01-01' }];
    const { on, key } = await organization({ ...EVERY_KEY, optOuts });
    expect(text(await whose(on, [key('ada')]), on)).toContain(
      'does not govern it: opted-out: until 2099-01-01, owner a@b.c: later',
    );
  });

  it('shows a hold, and the entry of the deny list', async () => {
    const { on, key } = await organization();
    const { summary } = await on.run();
    await undo(on, summary.runId, { overrideUsers: ['ada'] });
    expect(text(await whose(on, [key('ada')]), on)).toContain('leaves it: an undo holds it');
    const revoked = await revoke(on, [key('ada')]);
    const described = await whose(on, [key('ada')]);
    expect(text(described, on)).toContain(`INC-12: in a public repository (run ${revoked.summary?.runId})`);
    jsonDocument('whose', whoseJson(described));
  });

  it.each([
    ['iam', 'GetGroup', 'unknown: iam:GetGroup'],
    ['organizations', 'ListParents', 'account-0'],
  ] as const)('answers as far as it can without %s:%s', async (service, call, words) => {
    const { on, key } = await organization();
    on.sandbox.faults.add({ service, call, kind: 'denied', occurrence: 'every' });
    const described = await whose(on, [key('ada')]);
    expect(described.keys).toMatchObject([{ owner: 'ada', status: 'Active' }]);
    expect(text(described, on)).toContain(words);
  });

  it('answers without the deny list, and says so', async () => {
    const { on, key } = await organization();
    const store = { ...on.store, list: () => Promise.reject(new Error('no ledger')) };
    const described = await describeKeys([key('ada')], { ...on.dependencies(), store });
    expect(described.keys).toMatchObject([{ owner: 'ada' }]);
    expect(described.warnings).toEqual(['The deny list could not be read: no ledger.']);
  });

  it.each(['', '<UserName>&lt;root_account&gt;</UserName>'])(
    'tells a key of the root user by the answer %j, and writes nothing',
    async (userName) => {
      const { on, key } = await organization();
      const use = '<AccessKeyLastUsed><ServiceName>N/A</ServiceName><Region>N/A</Region></AccessKeyLastUsed>';
      const { clients } = on.dependencies();
      const iam = () => iamAnswering('GetAccessKeyLastUsed', `${userName}${use}`);
      const asRoot = { clients: { ...clients, iam } };
      const { notFound } = await describeKeys([key('ada')], on.dependencies(asRoot));
      expect(notFound).toMatchObject([{ status: 'root-key', accountId: FIRST }]);
      expect(notFound[0]?.message).toContain('Sign in there as root');
      const revoked = await revoke(on, [key('ada')], asRoot);
      expect(revoked.results).toEqual([]);
      expect(revoked.summary?.verdict).toBe('incomplete');
      expect(on.sandbox.calls.writes()).toEqual([]);
    },
  );

  it('hides no key behind one that fails', async () => {
    const { organization: made, on, key } = await organization();
    removeRotationRole(made, SECOND);
    const ids = [
      key('ada'),
      keyOf(made, SECOND, 'ada'),
      uniqueId('AKIA', '888888888888', 1),
      uniqueId('AKIA', FIRST, 4_000_000),
      'AROAIOSFODNN7EXAMPLE',
    ];
    const described = await whose(on, ids);
    expect(described.keys.map(({ accessKeyId }) => accessKeyId)).toEqual([key('ada')]);
    expect(Object.fromEntries(described.notFound.map((found) => [found.accessKeyId, found.status]))).toEqual({
      [ids[1] ?? '']: 'failed',
      [ids[2] ?? '']: 'foreign',
      [ids[3] ?? '']: 'gone',
      [ids[4] ?? '']: 'not-a-key',
    });
    jsonDocument('whose', whoseJson(described));
    const shown = text(described, on);
    expect(shown).toContain('not of this organization');
    expect(shown).toContain('does not exist');
  });
});
