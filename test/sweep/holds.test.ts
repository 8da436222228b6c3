import { describe, expect, it } from 'vitest';

import { EMPTY_MEMORY, writeMemory, type AccountMemory } from '../../src/ledger/memory.ts';
import { newRunId } from '../../src/ledger/run-id.ts';
import { DAY } from '../support/clock.ts';
import { keysOf, onSandbox, organizationOf } from '../support/sweeping.ts';

const FIRST = '100000000001';

/** Sweeps an account whose memory holds ada's key. @param age days since the run that is said to hold it */
async function sweptWithHold(holdUntil: Date, heldByRun: (now: Date) => string | undefined) {
  const organization = organizationOf(1);
  const on = await onSandbox({ organization });
  const [key] = organization.keysOf(FIRST);
  const held = { userName: 'ada', holdUntil, heldByRun: heldByRun(on.sandbox.clock.now()) };
  const to: AccountMemory = { keys: new Map([[key!.accessKeyId, held]]) };
  await writeMemory(on.store, FIRST, { from: EMPTY_MEMORY, to });
  const { summary } = await on.run();
  return { summary, keys: keysOf(organization, FIRST), key: key! };
}

const FAR = new Date('9999-01-01T00:00:00Z');
const daysAgo = (days: number) => (now: Date) => newRunId(new Date(now.getTime() - days * DAY), () => '0aa');

describe('a hold', () => {
  it('counts for 90 days from the undo that made it, whatever its end', async () => {
    expect(await sweptWithHold(FAR, daysAgo(89))).toMatchObject({ keys: ['ada Active'] });
    expect(await sweptWithHold(FAR, daysAgo(91))).toMatchObject({ keys: ['ada Inactive'] });
  });

  it('of an operator whose clock is some minutes ahead counts', async () => {
    expect(await sweptWithHold(FAR, daysAgo(-10 / (24 * 60)))).toMatchObject({ keys: ['ada Active'] });
  });

  it.each([
    ['no run', () => undefined],
    ['a run that is none', () => 'somebody'],
    ['a run on a day that does not exist', () => '20269999T225500Z-1a2b3c'],
    ['a run that is still to come', () => '99991231T235959Z-ffffff'],
  ])('of %s does not count, and is named', async (_, heldByRun) => {
    const { summary, keys, key } = await sweptWithHold(FAR, heldByRun);
    expect(keys).toEqual(['ada Inactive']);
    expect(summary.verdict).toBe('incomplete');
    expect(summary.problems.join()).toContain(`hold on key ${key.accessKeyId} of ada in account ${FIRST}`);
  });
});
