import { describe, expect, it, vi } from 'vitest';

import type { Fault } from '../../sandbox/faults/faults.ts';
import { LeakUnfinishedError } from '../../src/rotator/errors.ts';
import { handledKey } from '../../src/rotator/handle-leak.ts';
import { attemptLeak, EVENT_ID, leakReport, leaksFound } from '../support/leak-attempt.ts';
import { ADA, onSandbox, organizationOf } from '../support/sweeping.ts';
import { keyOf } from '../sweep/leak/leaking.ts';

const FIRST = '100000000001';
const NO_WRITE: Fault = {
  ...{ service: 'iam', call: 'UpdateAccessKey', kind: 'expired-token', occurrence: 'every' },
};

async function leaking() {
  const organization = organizationOf(1, () => [ADA, { ...ADA, userName: 'bob' }]);
  const on = await onSandbox({ organization });
  const ids = ['ada', 'bob'].map((userName) => keyOf(organization, FIRST, userName)).toSorted();
  const attempt = (requestId?: string, report = leakReport(ids)) =>
    attemptLeak(report, on.dependencies(), requestId);
  const found = () => leaksFound(organization).toSorted();
  const all = (status: string) => ids.map((id) => `${id} ${status}`);
  /** The first attempt, whose call to the bus is never answered. */
  const dieWhileSending = async () => {
    const eventBridge = { send: () => new Promise(() => undefined) };
    const clients = { ...on.dependencies().clients, notices: () => ({ eventBridge }) as never };
    void attemptLeak(leakReport(ids), on.dependencies({ clients }), 'first');
    await vi.waitUntil(async () => (await on.store.list('leak-events/')).length > 0, 20_000);
  };
  return { on, attempt, found, all, report: leakReport(ids), dieWhileSending };
}

describe('the notice of leaked keys', () => {
  it('is not sent again by an attempt that did no more, and is by one that did', async () => {
    const { on, attempt, found, all } = await leaking();
    on.sandbox.faults.add(NO_WRITE);
    await expect(attempt()).rejects.toThrow(LeakUnfinishedError);
    expect(found()).toEqual(all('Active'));
    await expect(attempt()).rejects.toThrow(LeakUnfinishedError);
    expect(found()).toEqual(all('Active'));
    on.sandbox.faults.clear();
    await attempt();
    expect(found()).toEqual([...all('Active'), ...all('Inactive')].toSorted());
  });

  it('is sent once where an event comes twice at the same moment', async () => {
    const { attempt, found, all } = await leaking();
    await Promise.all([attempt('first'), attempt('second'), attempt('third')]);
    expect(found()).toEqual(all('Inactive'));
  });

  it('is sent again for a person who asks again', async () => {
    const { attempt, found, all, report } = await leaking();
    const { accessKeyIds, reason, by } = report;
    for (let times = 0; times < 2; times += 1) await attempt('first', { accessKeyIds, reason, by });
    expect(found()).toEqual([...all('Inactive'), ...all('Inactive')].toSorted());
  });

  it('is left to the attempt that is sending it, until that must have ended', async () => {
    const { on, attempt, found, all, dieWhileSending } = await leaking();
    await dieWhileSending();
    const isHandled = async () => (await on.store.get(handledKey(EVENT_ID))) !== undefined;

    await attempt('second');
    expect({ found: found(), isHandled: await isHandled() }).toEqual({ found: [], isHandled: false });
    on.sandbox.clock.advance(16 * 60_000);
    await attempt('third');
    expect(found()).toEqual(all('Inactive'));
    expect(await isHandled()).toBe(true);
  });

  it('is repeated by the next attempt of the one that died', async () => {
    const { attempt, found, all, dieWhileSending } = await leaking();
    await dieWhileSending();
    await attempt('first');
    expect(found()).toEqual(all('Inactive'));
  });

  it('is sent by the next attempt where the bus took none', async () => {
    const { on, attempt, found, all, report } = await leaking();
    const eventBridge = {
      send: () => Promise.reject(Object.assign(new Error('busy'), { name: 'ThrottlingException' })),
    };
    const clients = { ...on.dependencies().clients, notices: () => ({ eventBridge }) as never };
    const first = attemptLeak(report, on.dependencies({ clients }), 'first');
    await expect(first).rejects.toThrow('the notice could not be sent');
    expect(await on.store.get(handledKey(EVENT_ID))).toBeUndefined();
    await attempt('first');
    expect(found()).toEqual(all('Inactive'));
    expect(await on.store.get(handledKey(EVENT_ID))).toBeDefined();
  });

  it('is sent again where another attempt failed otherwise', async () => {
    const { on, attempt, found, all } = await leaking();
    on.sandbox.faults.add(NO_WRITE);
    await expect(attempt()).rejects.toThrow(LeakUnfinishedError);
    on.sandbox.faults.clear();
    on.sandbox.faults.add({ ...NO_WRITE, kind: 'denied' });
    await attempt();
    expect(found()).toEqual([...all('Active'), ...all('Active')].toSorted());
  });

  it('is not held back by a claim that is dated in the future', async () => {
    const { on, attempt, found, all } = await leaking();
    const claim = { by: 'x', at: '9999-01-01T00:00:00.000Z', said: [...all('Inactive'), 'recorded'] };
    const object = `leak-events/${EVENT_ID}-notice.json`;
    await on.store.put(object, JSON.stringify({ ...claim, isSent: false }));
    await attempt('first');
    expect(found()).toEqual(all('Inactive'));
  });
});
