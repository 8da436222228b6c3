import { describe, expect, it } from 'vitest';

import { compress } from '../../../src/ledger/compress.ts';
import { armed, outlineOf, packPlan, type FailedTarget } from '../../../src/sweep/plan/planned.ts';
import { due, FIRST, kept, plan, SECOND } from './plans.ts';

const RICH = plan(FIRST, {
  users: 3,
  missingGroups: ['Admins'],
  decisions: [
    due(),
    due({ reason: 'maxKeyAgeDays reached' }),
    due({ reason: 'maxUnusedDays reached' }),
    due({ action: 'delete', reason: 'maxKeyAgeDays reached' }),
    due({ action: 'delete', reason: 'deleteAfterDays reached' }),
    due({ action: 'delete' }),
    kept(),
  ],
  machineUsers: [
    { userName: 'svc', sign: 'no-console-access' },
    { userName: 'ci', sign: 'no-console-access' },
    { userName: 'bot', sign: 'name' },
    { userName: 'x', sign: 'console-access-unknown' },
  ],
  matchedExemptions: ['exempt.users ada'],
  memory: {
    keys: new Map([['AKIA1', { userName: 'ada', inactiveSince: new Date('2026-11-20T00:00:00Z') }]]),
  },
});

describe('a planned account', () => {
  it('is packed with its outline', () => {
    expect(outlineOf(RICH)).toEqual({
      target: RICH.target,
      users: 3,
      missingGroups: ['Admins'],
      end: expect.objectContaining({ outcome: 'planned' }) as object,
      due: { deactivate: 3, delete: 3 },
      overAge: 3,
      withoutConsole: 2,
      matchedExemptions: ['exempt.users ada'],
      escaped: [],
      problems: [],
      similarUsers: [],
    });
  });

  it('has users whose names are like patterns that match nobody there', () => {
    const { target, ...read } = plan(FIRST, {
      decisions: ['bob', 'break-glass', 'ada'].map((userName) => kept({ userName })),
      matchedExemptions: ['exempt.users ada'],
    });
    const exempt = { ...target.settings.exempt, users: ['ada', 'Brake-Glass', { name: 'nobody-like-it' }] };
    const exempting = { ...read, target: { ...target, settings: { ...target.settings, exempt } } };
    expect(outlineOf(exempting).similarUsers).toEqual(['break-glass']);
    // As in a record of an older version.
    const older = { ...exempting };
    Reflect.deleteProperty(older, 'matchedExemptions');
    expect(outlineOf(older).similarUsers).toEqual(['ada', 'break-glass']);
  });

  it('is unpacked unchanged, dates included, any number of times', () => {
    const planned = packPlan(RICH);
    expect(planned.unpack()).toEqual(RICH);
    expect(planned.unpack()).toEqual(RICH);
    expect(planned.unpack()).not.toBe(planned.unpack());
    expect(planned.target).toBe(RICH.target);
  });
});

it('a packed value is a copy, unaffected by later changes', () => {
  const list = [1, 2];
  const packed = compress(list);
  list.push(3);
  expect(packed.unpack()).toEqual([1, 2]);
});

it('a sweep applies the plans of armed accounts that could be read', () => {
  const failed: FailedTarget = {
    target: plan(SECOND).target,
    failure: { kind: 'denied', call: 'x', code: 'y', message: 'z' },
  };
  const [first, second] = [outlineOf(plan(FIRST)), outlineOf(plan(SECOND, { armed: false }))];
  expect(armed([failed, first, second])).toEqual([first]);
});
