import { describe, expect } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import { NOTICES_WRITER } from '../../src/ledger/run-keys.ts';
import { readWriter } from '../../src/ledger/read-run.ts';
import { DAY, fromNow, HOUR, MINUTE, now } from '../support/clock.ts';
import { EVERY_KEY, keysOf, organizationOf, removeRotationRole } from '../support/sweeping.ts';
import { problemOf } from '../support/published-schemas.ts';
import { errorOf, it, summaryOf, type Rotator } from './rotator.ts';

/** To the minute, as schedules are. */
const hoursFromNow = (hours: number) =>
  new Date(Math.floor(fromNow(hours * HOUR).getTime() / MINUTE) * MINUTE);

/** Fires once a year, at that minute. */
const scheduledAt = (time: Date, more: object = {}) => ({
  expression:
    `cron(${time.getUTCMinutes()} ${time.getUTCHours()} ` +
    `${time.getUTCDate()} ${time.getUTCMonth() + 1} ? *)`,
  timezone: 'UTC',
  ...more,
});

/** With topic, mail and a deployment; ada's tag contains her address. */
const NOTIFYING: ConfigInput = {
  ...EVERY_KEY,
  notices: {
    topic: { subscribers: [] },
    mail: { from: 'keysweep@example.com', userTag: 'email', perSecond: 1000 },
  },
  deployment: { account: '999999999999', organizationId: 'o-exampleorgid', region: 'us-east-1' },
};

const taggedOrganization = () =>
  organizationOf(2, () => [
    {
      userName: 'ada',
      groups: ['Developers'],
      keys: [{}],
      console: true,
      tags: { email: 'ada@example.com' },
    },
  ]);

const events = ({ sandbox }: Rotator) =>
  sandbox.organization.sent.filter((one) => one.kind === 'event').map(({ detailType }) => detailType);
const subjects = ({ sandbox }: Rotator) =>
  sandbox.organization.sent.flatMap((one) => (one.kind === 'message' ? [one.subject] : []));
const statuses = ({ sandbox: { organization } }: Rotator) =>
  organization.accounts.list().flatMap(({ id }) => keysOf(organization, id));

describe.concurrent('the notice of a sweep', () => {
  it('is given once in time, by a read-only plan, and recorded', async ({ start }) => {
    const slot = hoursFromNow(10);
    const config = { ...NOTIFYING, schedule: scheduledAt(slot) };
    const rotator = await start({ organization: taggedOrganization(), config });
    const hourly = { mode: 'notice', ifDue: true, scheduledTime: now().toISOString() };
    const summary = summaryOf(await rotator.invoke(hourly));
    expect(summary).toMatchObject({ mode: 'plan', noticeFor: slot.toISOString(), keys: { due: 2 } });
    expect(statuses(rotator)).toEqual(['ada Active', 'ada Active']);
    const { sent } = rotator.sandbox.organization;
    for (const one of sent)
      if (one.kind === 'event') expect(problemOf(one.detailType, one.detail)).toBeUndefined();
    expect(events(rotator)).toEqual(Array(5).fill('Access Key Revocation Planned'));
    expect(subjects(rotator)).toEqual([expect.stringContaining('keysweep will revoke 2 access keys on')]);
    expect(sent.filter(({ kind }) => kind === 'mail')).toMatchObject([{ to: ['ada@example.com'] }]);
    const { notices } = await rotator.stored(summary.runId);
    expect(notices.map(({ type, channel, count }) => [type, channel, count])).toEqual([
      ['notice-sent', 'events', 5],
      ['notice-sent', 'topic', 1],
      ['notice-sent', 'mail', 0],
      ['notice-sent', 'mail', 1],
    ]);

    sent.splice(0);
    expect(await rotator.invoke(hourly)).toMatchObject({
      result: { nothingToDo: expect.stringContaining('is already given') as string },
    });
    expect(sent).toEqual([]);
  });

  it('is given early only when a person requests it', async ({ start }) => {
    const slot = hoursFromNow(60);
    const rotator = await start({ config: { ...EVERY_KEY, schedule: scheduledAt(slot) } });
    const asked = await rotator.invoke({
      mode: 'notice',
      ifDue: true,
      scheduledTime: now().toISOString(),
    });
    expect(asked).toMatchObject({ result: { mode: 'notice', nothingToDo: 'no sweep is due soon' } });
    expect(rotator.sandbox.calls.of('sts', 'AssumeRole')).toEqual([]);
    expect(summaryOf(await rotator.invoke({ mode: 'notice' })).noticeFor).toBe(slot.toISOString());
  });
});

describe.concurrent('a scheduled sweep', () => {
  it('notifies how it ended, and which keys it revoked', async ({ start }) => {
    const slot = hoursFromNow(-0.1);
    const rotator = await start({ config: { ...NOTIFYING, schedule: scheduledAt(slot) } });
    const summary = summaryOf(await rotator.invoke({ mode: 'sweep', scheduledTime: slot.toISOString() }));
    expect(summary).toMatchObject({ scheduledFor: slot.toISOString(), keys: { deactivated: 3 } });
    expect(summary.calls).toBeGreaterThan(20);
    expect(summary.throttles).toBe(0);
    expect(events(rotator)).toEqual(['Sweep Completed', ...Array<string>(3).fill('Access Key Revoked')]);
    expect(subjects(rotator)).toEqual(['keysweep: sweep ok: 3 keys deactivated, 0 deleted']);
  });

  it('that starts too late only plans, and notifies everybody', async ({ start }) => {
    const slot = hoursFromNow(-4);
    const rotator = await start({ config: { ...NOTIFYING, schedule: scheduledAt(slot) } });
    const error = errorOf(await rotator.invoke({ mode: 'sweep', scheduledTime: slot.toISOString() }));
    expect(error?.errorMessage).toContain(`This sweep was due at ${slot.toISOString()}`);
    expect(statuses(rotator)).toEqual(['ada Active', 'ada Active', 'ada Active']);
    expect(events(rotator)).toEqual(['Sweep Failed']);
    expect(subjects(rotator)).toEqual([expect.stringContaining('SWEEP INCOMPLETE')]);
  });

  it(
    'needs its notice if that is required, and spares those it missed',
    { timeout: 120_000 },
    async ({ start }) => {
      // Within the difference that clocks may have.
      const slot = hoursFromNow(0.07);
      const config = {
        ...NOTIFYING,
        schedule: scheduledAt(slot),
        notices: { ...NOTIFYING.notices, required: true },
      };
      const organization = taggedOrganization();
      const bob = { userName: 'bob', groups: ['Developers'], keys: [{}], console: true };
      organization.addUser({ account: '100000000001', ...bob, tags: { email: 'nobody' } });
      const rotator = await start({ organization, config });
      const event = { mode: 'sweep', scheduledTime: slot.toISOString() };
      expect(errorOf(await rotator.invoke(event))?.errorMessage).toContain(
        'No notice was given for the sweep',
      );
      rotator.sandbox.faults.add({ service: 'sns', call: 'Publish', occurrence: 'every', kind: 'denied' });
      const failed = summaryOf(await rotator.invoke({ mode: 'notice' }));
      expect(await readWriter(rotator.store, failed.runId, NOTICES_WRITER)).toMatchObject({
        stored: { objects: 1 },
      });
      expect(errorOf(await rotator.invoke(event))?.errorMessage).toContain(`keysweep show ${failed.runId}`);
      expect(statuses(rotator)).toEqual(['ada Active', 'bob Active', 'ada Active']);
      rotator.sandbox.faults.clear();
      summaryOf(await rotator.invoke({ mode: 'notice' }));
      expect(errorOf(await rotator.invoke(event))?.errorMessage).toContain('"withheld":1');
      expect(statuses(rotator)).toEqual(['ada Inactive', 'bob Active', 'ada Inactive']);
    },
  );

  it('is not stopped by a bus that rejects its events', async ({ start }) => {
    const rotator = await start({ config: NOTIFYING });
    rotator.sandbox.faults.add({ service: 'events', call: 'PutEvents', occurrence: 'every', kind: 'denied' });
    const summary = summaryOf(await rotator.invoke({ mode: 'sweep' }));
    expect(summary.keys.deactivated).toBe(3);
    expect((await rotator.stored(summary.runId)).notices).toMatchObject([
      { type: 'notice-failed', label: 'Sweep Completed' },
      { type: 'notice-failed', label: 'Access Key Revoked', count: 3 },
      { type: 'notice-sent', channel: 'topic' },
    ]);
  });

  it('that is interrupted sends a notice', async ({ start }) => {
    const rotator = await start({ config: NOTIFYING });
    rotator.sandbox.faults.add({
      service: 'organizations',
      call: 'ListAccounts',
      occurrence: 'every',
      kind: 'denied',
    });
    expect(errorOf(await rotator.invoke({ mode: 'sweep' }))?.errorType).toBe('CallFailedError');
    expect(rotator.sandbox.organization.sent).toContainEqual(
      expect.objectContaining({
        detailType: 'Sweep Failed',
        detail: expect.objectContaining({ reason: 'interrupted' }) as object,
      }),
    );
  });
});

describe.concurrent('the watchdog', () => {
  const slot = hoursFromNow(-4);
  const config = { ...NOTIFYING, schedule: scheduledAt(slot, { notAfterMinutes: 180 }) };
  const CHECK = { mode: 'watchdog', scheduledTime: now().toISOString() };

  /** As if it had checked before. */
  async function startWatched(
    start: (setting: object) => Promise<Rotator>,
    organization = organizationOf(3),
  ) {
    const rotator = await start({ config, organization });
    const schedule = `${config.schedule.expression} UTC`;
    await rotator.store.put(
      'watch.json',
      JSON.stringify({ since: fromNow(-400 * DAY).toISOString(), schedule }),
    );
    return rotator;
  }

  it('reports nothing at its first check', async ({ start }) => {
    const rotator = await start({ config });
    expect(await rotator.invoke(CHECK)).toMatchObject({ result: { nothingToDo: 'no sweep was due yet' } });
    expect(await rotator.invoke(CHECK)).toMatchObject({ result: { nothingToDo: 'no sweep was due yet' } });
  });

  it('reports a sweep that did not run', async ({ start }) => {
    const rotator = await startWatched(start);
    const error = errorOf(await rotator.invoke(CHECK));
    expect(error).toMatchObject({ errorType: 'SweepMissedError' });
    expect(error?.errorMessage).toContain(`no run for the sweep of ${slot.toISOString()}`);
    expect(events(rotator)).toEqual(['Sweep Failed']);
    expect(subjects(rotator)).toEqual([`keysweep: SWEEP DID NOT RUN, scheduled for ${slot.toISOString()}`]);
  });

  it('reports a sweep that is not ok, until a person runs one that is', async ({ start }) => {
    const organization = organizationOf(3);
    removeRotationRole(organization, '100000000002');
    const rotator = await startWatched(start, organization);
    await rotator.invoke({ mode: 'sweep' });
    expect(errorOf(await rotator.invoke(CHECK))?.errorMessage).toContain('is incomplete');
    summaryOf(await rotator.invoke({ mode: 'sweep', accounts: ['100000000001'] }));
    expect(errorOf(await rotator.invoke(CHECK))?.errorType).toBe('SweepMissedError');
  });

  it('accepts a sweep that is ok', async ({ start }) => {
    const rotator = await startWatched(start);
    const { runId } = summaryOf(await rotator.invoke({ mode: 'sweep' }));
    expect(await rotator.invoke(CHECK)).toMatchObject({ result: { nothingToDo: `run ${runId} is ok` } });
  });

  it('fails when it cannot read the ledger', async ({ start }) => {
    const rotator = await startWatched(start);
    rotator.sandbox.faults.add({ service: 's3', call: 'GetObject', occurrence: 'every', kind: 'denied' });
    expect(errorOf(await rotator.invoke(CHECK))).toBeDefined();
  });
});
