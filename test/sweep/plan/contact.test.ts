import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../../src/config/schema.ts';
import { DAY, fromNow } from '../../support/clock.ts';
import { ADA, EVERY_KEY, onSandbox, organizationOf } from '../../support/sweeping.ts';

const FIRST = '100000000001';
const USERS = [
  {
    ...ADA,
    tags: { email: 'ada@example.com', team: 'payments' },
    keys: [{}, { status: 'Inactive' as const }],
  },
  { ...ADA, userName: 'bob', tags: { team: 'payments' } },
  { ...ADA, userName: 'cleo', tags: { email: 'cleo@example.com' }, keys: [{ status: 'Inactive' as const }] },
];
const MAIL: ConfigInput['notices'] = { mail: { from: 'keysweep@example.com', userTag: 'email' } };
const NOTICE = { mode: 'plan', noticeFor: fromNow(DAY).toISOString() } as const;

describe('the addresses of users whose keys are due', () => {
  it('are read in a notice run from the configured tag, only for these users', async () => {
    const organization = organizationOf(1, () => USERS);
    const { run, sandbox } = await onSandbox({ organization, config: { ...EVERY_KEY, notices: MAIL } });
    const { run: stored } = await run(NOTICE);
    expect(stored.accounts.get(FIRST)?.plan?.contacts).toEqual([
      { userName: 'ada', address: 'ada@example.com' },
    ]);
    expect(sandbox.calls.of('iam', 'ListUserTags')).toHaveLength(2);
  });

  it.each<[string, ConfigInput['notices'], object]>([
    ['for a plan without a notice', MAIL, { mode: 'plan' }],
    ['for a sweep', MAIL, {}],
    ['where nobody gets a mail', {}, NOTICE],
  ])('are not read %s', async (_, notices, request) => {
    const organization = organizationOf(1, () => USERS);
    const { run, sandbox } = await onSandbox({ organization, config: { ...EVERY_KEY, notices } });
    const { run: stored } = await run(request);
    expect(stored.accounts.get(FIRST)?.plan).not.toHaveProperty('contacts');
    expect(sandbox.calls.of('iam', 'ListUserTags')).toEqual([]);
  });

  it('make their user unread when they cannot be read', async () => {
    const organization = organizationOf(1, () => USERS);
    const { run, sandbox } = await onSandbox({ organization, config: { ...EVERY_KEY, notices: MAIL } });
    sandbox.faults.add({ service: 'iam', call: 'ListUserTags', occurrence: 'every', kind: 'denied' });
    const { run: stored } = await run(NOTICE);
    const { plan } = stored.accounts.get(FIRST)!;
    expect(plan?.unreadUsers.map(({ userName, failure }) => `${userName} ${failure.kind}`)).toEqual([
      'ada denied',
      'bob denied',
    ]);
  });
});
