import { expect, it } from 'vitest';

import type { Fault } from '../../sandbox/faults/faults.ts';
import { onSandbox, organizationOf } from '../support/sweeping.ts';

const SLOW = '100000000001';
const THROTTLED = '100000000002';

const FAULTS: readonly Fault[] = [
  { service: 'iam', account: SLOW, occurrence: 'every', kind: 'slow', milliseconds: 500 },
  ...['ListAccessKeys', 'UpdateAccessKey'].map((call): Fault => ({
    service: 'iam',
    call,
    account: THROTTLED,
    kind: 'throttle',
  })),
];

/* By the order of the calls, and by no clock: both are the first in the list, and come last to each end. */
it('does not let a slow and a throttled account delay the others', async () => {
  const { sandbox, run } = await onSandbox({ organization: organizationOf(10), sandbox: { faults: FAULTS } });
  const { summary } = await run();
  expect(summary.verdict).toBe('ok');
  for (const call of ['ListAccessKeys', 'UpdateAccessKey']) {
    const answered = sandbox.calls.of('iam', call).filter(({ error }) => error === undefined);
    // Keys are listed to plan, and once more before the write.
    expect(answered).toHaveLength(call === 'ListAccessKeys' ? 20 : 10);
    expect(new Set(answered.slice(8, 10).map(({ account }) => account))).toEqual(new Set([SLOW, THROTTLED]));
  }
});
