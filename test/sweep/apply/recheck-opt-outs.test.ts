import { describe, expect, it } from 'vitest';

import { EVERY_KEY, keysOf, onSandbox, organizationOf, outcomes } from '../../support/sweeping.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;
const CONFIG = { ...EVERY_KEY, optOutTag: 'keysweep=opt-out' };

/** One account was tagged long ago, and the other just now: the index has not heard of it. */
async function tagIndexBehind() {
  const organization = organizationOf(2);
  organization.tagAccount(FIRST, { team: 'payments' });
  const on = await onSandbox({
    organization,
    config: CONFIG,
    sandbox: { tagIndex: { lagMilliseconds: 60_000 } },
  });
  // Within the five minutes by which the SDK thinks its own clock right, or it would try again for ever.
  on.sandbox.clock.advance(200_000);
  organization.tagAccount(SECOND, { keysweep: 'opt-out' });
  return { organization, ...on };
}

describe('an account that opted out minutes ago', () => {
  it('is not written to, although the index of tags lags behind', async () => {
    const { organization, run } = await tagIndexBehind();
    const { summary, run: stored } = await run();
    expect(outcomes(stored)).toMatchObject({ [FIRST]: 'swept', [SECOND]: 'opted-out' });
    expect(stored.accounts.get(SECOND)?.finished?.reason).toBe(
      'by its tag keysweep=opt-out, since the account was listed',
    );
    expect(keysOf(organization, SECOND)).toEqual(['ada Active']);
    expect(summary.verdict).toBe('ok');
  });

  it('is not written to when its tags cannot be read again', async () => {
    const { organization, run, sandbox } = await tagIndexBehind();
    sandbox.faults.add({
      service: 'organizations',
      call: 'ListTagsForResource',
      occurrence: 'every',
      kind: 'denied',
    });
    const { summary, run: stored } = await run();
    expect(outcomes(stored)).toMatchObject({ [FIRST]: 'denied', [SECOND]: 'denied' });
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
    expect(summary.verdict).toBe('incomplete');
  });

  it('costs no call in a plan', async () => {
    const { run, sandbox } = await tagIndexBehind();
    await run({ mode: 'plan' });
    expect(sandbox.calls.of('organizations', 'ListTagsForResource')).toEqual([]);
  });

  it('is read again also when the tags were read account by account', async () => {
    const { run, sandbox } = await onSandbox({ organization: organizationOf(2), config: CONFIG });
    await run();
    expect(sandbox.calls.of('organizations', 'ListTagsForResource')).toHaveLength(2 * 2);
  });
});
