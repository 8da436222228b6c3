import { expect, it } from 'vitest';

import { ADA, onSandbox, organizationOf } from '../support/sweeping.ts';

/** Other tools of the account drink from the same bucket, so what is left of its 600 a second may be little. */
it('goes on at the pace that STS allows, and gives up no account, when little of it is left', async () => {
  const accounts = 100;
  const { run, dependencies } = await onSandbox({
    organization: organizationOf(accounts, () => [{ ...ADA, keys: [] }]),
    sandbox: { throttles: [{ service: 'sts', perAccount: { rate: 15, burst: 10 } }] },
  });
  const { summary } = await run({ mode: 'plan' });
  expect(summary).toMatchObject({ verdict: 'ok', accounts: { 'nothing-due': accounts } });
  // Without a common pace, every account is refused a few times, and most give up.
  expect(dependencies().clients.traffic.soFar().throttles).toBeLessThan(accounts);
});
