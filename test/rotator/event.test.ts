import { describe, expect, it } from 'vitest';

import { parseEvent } from '../../src/rotator/event.ts';
import { InvalidEventError } from '../../src/rotator/errors.ts';

const ACCOUNT = '100000000001';

describe('parseEvent', () => {
  it.each([
    [{ mode: 'plan' }],
    [{ mode: 'sweep' }],
    [{ mode: 'sweep', accounts: [ACCOUNT, '100000000002'] }],
    [{ mode: 'plan', accounts: [ACCOUNT] }],
    [{ mode: 'notice', ifDue: true }],
    [{ mode: 'watchdog' }],
    [{ mode: 'inventory' }],
    [{ mode: 'inventory', accounts: [ACCOUNT] }],
  ])('accepts %j', (event) => {
    expect(parseEvent(event)).toEqual(event);
  });

  it('reads the time that EventBridge Scheduler fills in', () => {
    const event = { mode: 'sweep', scheduledTime: '2026-11-27T22:55:00Z' };
    expect(parseEvent(event).scheduledTime).toEqual(new Date('2026-11-27T22:55:00.000Z'));
  });

  it.each<[string, unknown, RegExp]>([
    ['a notice to some accounts', { mode: 'notice', accounts: [ACCOUNT] }, /accounts/],
    ['a sweep with ifDue', { mode: 'sweep', ifDue: true }, /ifDue/],
    [
      'a placeholder that was not filled in',
      { mode: 'sweep', scheduledTime: '<aws.scheduler.scheduled-time>' },
      /scheduledTime/,
    ],
    ['nothing', undefined, /expected settings/],
    ['a string', 'sweep', /expected settings/],
    ['no mode', {}, /mode/],
    ['another mode', { mode: 'undo' }, /mode/],
    ['a misspelled field, which would sweep everything', { mode: 'sweep', account: [ACCOUNT] }, /account/],
    ['an empty list of accounts, which is no filter', { mode: 'sweep', accounts: [] }, /accounts/],
    ['one account without a list', { mode: 'sweep', accounts: ACCOUNT }, /accounts/],
    ['an account id that is a number', { mode: 'sweep', accounts: [100000000001] }, /accounts\[0\]/],
    [
      'a short account id',
      { mode: 'sweep', accounts: [ACCOUNT, '123'] },
      /accounts\[1\]: expected .* 12 digits/,
    ],
    ['a run ID, which keysweep makes itself', { mode: 'sweep', runId: '20261127T225500Z-1a2b3c' }, /runId/],
    ['a time to decide for', { mode: 'sweep', noticeFor: '2099-01-01T00:00:00Z' }, /noticeFor/],
    ["EventBridge's own envelope", { 'detail-type': 'Scheduled Event', source: 'aws.events' }, /mode/],
  ])('rejects %s', (_, event, problem) => {
    expect(() => parseEvent(event)).toThrow(InvalidEventError);
    expect(() => parseEvent(event)).toThrow(problem);
  });

  it('reports every problem at once', () => {
    const event = { mode: 'x', accounts: ['1'], scheduledTime: 'y' };
    for (const path of ['mode', 'accounts[0]', 'scheduledTime'])
      expect(() => parseEvent(event)).toThrow(`${path}: expected `);
  });
});
