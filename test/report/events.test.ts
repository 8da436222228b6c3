import { describe, expect, it } from 'vitest';

import type { KeysweepEvent } from '../../src/report/event-schemas.ts';
import { failureEvent, plannedEvents, restoredEvents, sweepEvents } from '../../src/report/events.ts';
import { buildRun } from '../support/build-run.ts';
import { RUN_ID, summary } from '../support/records.ts';
import { due, kept, storedRun, SWEEP_AT, written } from '../support/notice-run.ts';
import { expectPublishable, problemOf } from '../support/published-schemas.ts';

const OPT_OUT = { owner: 'payments@example.com', reason: 'PCI freeze' };

const details = (events: readonly KeysweepEvent[]) => events.map(({ detail }) => detail);
const typesOf = (events: readonly KeysweepEvent[]) => events.map(({ detailType }) => detailType);

describe('the events before a sweep', () => {
  it('say for the organization, each armed account and each user what is revoked, and when', async () => {
    const run = await storedRun({
      accounts: [
        {
          id: '100000000001',
          name: 'payments',
          decisions: [due('AKIA1'), due('AKIA2', 'ada', { action: 'delete' }), kept('AKIA3', 'bob')],
          contacts: [{ userName: 'ada', address: 'ada@example.com' }],
        },
        { id: '100000000002', decisions: [kept('AKIA4')], end: { outcome: 'nothing-due' } },
        { id: '100000000003', decisions: [due('AKIA5')], armed: false },
        { id: '100000000004', end: { outcome: 'cannot-assume', reason: 'no role' } },
      ],
    });
    const events = plannedEvents(run, SWEEP_AT);
    expectPublishable(events);
    expect(details(events)).toMatchObject([
      { scope: 'organization', sweepAt: SWEEP_AT, accounts: 1, users: 1, keys: 2, accountsNotRead: 1 },
      { scope: 'account', account: { id: '100000000001', name: 'payments' }, users: 1, keys: 2 },
      {
        scope: 'user',
        userName: 'ada',
        address: 'ada@example.com',
        keys: [
          { accessKeyId: 'AKIA1', action: 'deactivate', reason: 'maxKeyAgeDays is 0' },
          { accessKeyId: 'AKIA2', action: 'delete', createDate: '2026-08-19T12:00:00.000Z' },
        ],
      },
      { scope: 'account', account: { id: '100000000002' }, users: 0, keys: 0 },
    ]);
  });

  it('say zero if nothing is due', async () => {
    const events = plannedEvents(await storedRun(), SWEEP_AT);
    expectPublishable(events);
    expect(details(events)).toMatchObject([{ scope: 'organization', accounts: 0, users: 0, keys: 0 }]);
  });

  it('have the limits that would stop the sweep', async () => {
    const events = plannedEvents(
      await storedRun({ exceeded: ['600 keys and limits.maxKeys is 500.'] }),
      SWEEP_AT,
    );
    expectPublishable(events);
    expect(details(events)).toMatchObject([{ limitsExceeded: ['600 keys and limits.maxKeys is 500.'] }]);
  });
});

describe('the events after an undo or a lift', () => {
  it('name each key with who did it and why, and no other', async () => {
    const results = [
      { accessKeyId: 'AKIA1', outcome: 'reactivated' },
      { accessKeyId: 'AKIA2', outcome: 'not-attempted' },
      { accessKeyId: 'AKIA3', outcome: 'hold-lifted' },
    ] as const;
    const started = {
      mode: 'undo',
      undoOf: RUN_ID,
      reason: 'INC-1',
      caller: 'arn:aws:iam::1:user/op',
    } as const;
    const events = restoredEvents(await buildRun({ started, accounts: [{ id: '100000000001', results }] }));
    expectPublishable(events);
    expect(typesOf(events)).toEqual(['Access Key Reactivated', 'Hold Lifted']);
    const who = { caller: 'arn:aws:iam::1:user/op', reason: 'INC-1', undoOf: RUN_ID };
    expect(details(events)).toMatchObject([
      { ...who, accessKeyId: 'AKIA1', account: { id: '100000000001' }, userName: 'ada' },
      { ...who, accessKeyId: 'AKIA3' },
    ]);
  });
});

describe('the events after a sweep', () => {
  it('name every key that escaped', async () => {
    const escaped = [{ accessKeyId: 'AKIA9', userName: 'eve', how: 'not-in-groups' }] as const;
    const run = await buildRun({ accounts: [{ id: '100000000001', plan: { escaped } }] });
    const events = [...sweepEvents(run, summary())];
    expectPublishable(events);
    expect(typesOf(events)).toEqual(['Sweep Completed', 'Access Key Escaped']);
    expect(details(events)[1]).toMatchObject({
      ...escaped[0],
      account: { id: '100000000001' },
      runId: RUN_ID,
    });
  });

  it('say how it ended, and name every revoked key and no other', async () => {
    const more = written('100000000001', ['AKIA1', 'deactivated'], ['AKIA2', 'deleted'], ['AKIA3', 'failed']);
    const run = await storedRun({
      accounts: [{ id: '100000000001', more, decisions: [due('AKIA1')], end: { outcome: 'swept' } }],
    });
    const events = [...sweepEvents(run, summary({ scheduledFor: SWEEP_AT, warnings: ['a notice'] }))];
    expectPublishable(events);
    expect(typesOf(events)).toEqual(['Sweep Completed', 'Access Key Revoked', 'Access Key Revoked']);
    expect(details(events)).toMatchObject([
      { runId: RUN_ID, scheduledFor: SWEEP_AT, accounts: { swept: 1 }, warnings: ['a notice'] },
      { accessKeyId: 'AKIA1', outcome: 'deactivated', reason: 'maxKeyAgeDays reached', userName: 'ada' },
      { accessKeyId: 'AKIA2', outcome: 'deleted', account: { id: '100000000001' } },
    ]);
  });

  it.each(['incomplete', 'stopped', 'cancelled'] as const)('say why a sweep is %s', async (verdict) => {
    const exceeded = [{ limit: 'maxKeys' as const, allowed: 1, found: 2, message: 'too many' }];
    const ended = summary({ verdict, limitsExceeded: exceeded, problems: ['a problem'] });
    const events = [...sweepEvents(await storedRun(), ended)];
    expectPublishable(events);
    expect(events).toMatchObject([
      { detailType: 'Sweep Failed', detail: { reason: verdict, problems: ['too many', 'a problem'] } },
    ]);
  });

  it('fit the limit of an event, and count what is omitted', async () => {
    const problems = Array.from({ length: 30 }, (_, n) => `${n}${'x'.repeat(5_000)}`);
    const [event] = sweepEvents(await storedRun(), summary({ verdict: 'incomplete', problems }));
    expectPublishable([event!]);
    const { problems: sent } = event!.detail as { problems: string[] };
    expect(sent).toHaveLength(20);
    expect(sent.at(-1)).toBe('and 11 more');
    expect(JSON.stringify(event).length).toBeLessThan(50_000);
  });

  it.each([
    ['2026-11-27', ['Sweep Completed', 'Opt-Out Expiring']],
    ['2026-12-04', ['Sweep Completed', 'Opt-Out Expiring']],
    ['2026-12-05', ['Sweep Completed']],
  ])('name an opt-out that ends on %s: %j', async (until, expected) => {
    const end = { outcome: 'opted-out', optOut: { ...OPT_OUT, until } } as const;
    const run = await storedRun({ accounts: [{ id: '100000000001', end }] });
    const events = [...sweepEvents(run, summary())];
    expectPublishable(events);
    expect(typesOf(events)).toEqual(expected);
    if (events[1]) expect(events[1].detail).toMatchObject({ ...OPT_OUT, until });
  });
});

describe('the event of a sweep that was interrupted or did not run', () => {
  it.each([
    { reason: 'interrupted', problem: 'organizations:ListAccounts: AccessDenied' },
    { reason: 'did-not-run', problem: 'no run', scheduledFor: SWEEP_AT, organizationId: 'o-exampleorgid' },
    { reason: 'unfinished', problem: 'no end', scheduledFor: SWEEP_AT, runId: RUN_ID },
  ] as const)('says why: $reason', ({ problem, ...about }) => {
    const event = failureEvent({ ...about, problem });
    expectPublishable([event]);
    expect(event.detail).toMatchObject({ ...about, problems: [problem] });
  });
});

describe('the published schemas', () => {
  it('reject invalid events, and accept fields that a later version adds', async () => {
    const [event] = plannedEvents(await storedRun(), SWEEP_AT);
    const { detailType, detail } = event!;
    expect(problemOf(detailType, { ...detail, sweepAt: undefined })).toContain('sweepAt');
    expect(problemOf(detailType, { ...detail, sweepAt: 'Friday' })).toContain('date-time');
    expect(problemOf(detailType, { ...detail, version: 2 })).toBeDefined();
    expect(problemOf(detailType, { ...detail, later: true })).toBeUndefined();
  });
});
