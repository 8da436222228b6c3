import { expect, it } from 'vitest';

import { ADA, onSandbox, organizationOf } from '../support/sweeping.ts';

/** Other tools of the account use the same bucket, so little of its 600 calls a second may be left. */
it('slows down to the rate that STS allows, and gives up no account', async () => {
  const accounts = 100;
  const { run, dependencies } = await onSandbox({
    organization: organizationOf(accounts, () => [{ ...ADA, keys: [] }]),
    sandbox: { throttles: [{ service: 'sts', perAccount: { rate: 15, burst: 10 } }] },
  });
  const { summary } = await run({ mode: 'plan' });
  expect(summary).toMatchObject({ verdict: 'ok', accounts: { 'nothing-due': accounts } });
  // Without adaptive retries for all, every account is throttled a few times, and most give up.
  expect(dependencies().clients.requests.total().throttles).toBeLessThan(accounts);
});
