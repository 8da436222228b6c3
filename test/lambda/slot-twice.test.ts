import { describe, expect } from 'vitest';

import { newRunId } from '../../src/ledger/run-id.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { fromNow, HOUR, MINUTE } from '../support/clock.ts';
import { runStarted } from '../support/records.ts';
import { keysOf } from '../support/sweeping.ts';
import { it, summaryOf, type Rotator } from './rotator.ts';

const ACCOUNT = '100000000001';
/** The key that was swept, and the one made since. */
const BOTH = expect.toSatisfy(
  (keys: readonly string[]) => keys.toSorted().join() === 'ada Active,ada Inactive',
) as string[];

/** The event of a schedule for a slot some minutes ago. */
function delivered(): { readonly mode: 'sweep'; readonly scheduledTime: string } {
  const slot = fromNow(-5 * MINUTE);
  slot.setMilliseconds(0);
  return { mode: 'sweep', scheduledTime: slot.toISOString() };
}

/** The start of a run for the slot. */
async function begin({ store, sandbox }: Rotator, scheduledFor: string): Promise<string> {
  const runId = newRunId(fromNow(-4 * MINUTE), () => 'abc');
  const organizationId = sandbox.organization.id;
  await openRunLog(store, runId).append([runStarted({ runId, mode: 'sweep', organizationId, scheduledFor })]);
  return runId;
}

function addKey({ organization }: Rotator['sandbox']): void {
  const user = organization.accounts.get(ACCOUNT)?.users.get('ada');
  if (user) organization.addKey(ACCOUNT, user);
}

describe.concurrent('a slot that the schedule delivers twice', () => {
  it('is swept once: a key that was made since is left alone, and nothing raises an alarm', async ({
    start,
  }) => {
    const { invoke, sandbox, store } = await start();
    const event = delivered();
    const { runId } = summaryOf(await invoke(event));
    addKey(sandbox);
    expect(keysOf(sandbox.organization, ACCOUNT)).toEqual(BOTH);
    expect(await invoke(event)).toMatchObject({
      result: { mode: 'sweep', nothingToDo: `slot ${event.scheduledTime} was swept by run ${runId}` },
    });
    expect(keysOf(sandbox.organization, ACCOUNT)).toEqual(BOTH);
    expect(await store.listFolders('runs/')).toEqual([runId]);
  });

  it('is left to the first sweep while that is running', async ({ start }) => {
    const rotator = await start();
    const event = delivered();
    const runId = await begin(rotator, event.scheduledTime);
    const lock = { runId, host: 'another log stream', pid: 1, heldUntil: fromNow(HOUR), released: false };
    await rotator.store.put('locks/00000001.json', JSON.stringify(lock));
    expect(await rotator.invoke(event)).toMatchObject({
      result: { mode: 'sweep', nothingToDo: `slot ${event.scheduledTime} is being swept by run ${runId}` },
    });
  });

  it('is swept again if the first sweep died', async ({ start }) => {
    const rotator = await start();
    const event = delivered();
    await begin(rotator, event.scheduledTime);
    expect(summaryOf(await rotator.invoke(event))).toMatchObject({ verdict: 'ok', keys: { deactivated: 3 } });
  });

  it('is another one than the slot of another time, or of some accounts', async ({ start }) => {
    const rotator = await start();
    const event = delivered();
    summaryOf(await rotator.invoke({ ...event, accounts: [ACCOUNT] }));
    const other = new Date(Date.parse(event.scheduledTime) - MINUTE).toISOString();
    expect(summaryOf(await rotator.invoke({ ...event, scheduledTime: other })).keys.deactivated).toBe(2);
    expect(summaryOf(await rotator.invoke(event)).accounts).toMatchObject({ 'nothing-due': 3 });
  });
});
