import { describe, expect, it } from 'vitest';

import { MAIL_ADDRESS } from '../../src/config/field.ts';
import {
  type Message,
  noticeMessage,
  personalMessage,
  sweepMessage,
  failureMessage,
} from '../../src/report/messages.ts';
import { recipientsOf } from '../../src/report/recipients.ts';
import { upcoming } from '../../src/report/upcoming.ts';
import { summary } from '../support/records.ts';
import { due, storedRun, SWEEP_AT, written } from '../support/noticed-run.ts';

const BERLIN = 'Europe/Berlin';
const AT = new Date(SWEEP_AT);

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
function expectSendable({ subject, body }: Message): void {
  expect(subject).toMatch(/^[A-Za-z][\x20-\x7e]{0,99}$/);
  expect(Buffer.byteLength(body) + subject.length).toBeLessThan(256 * 1024);
}

const twoAccounts = () =>
  storedRun({
    accounts: [
      {
        id: '100000000001',
        name: 'payments',
        decisions: [
          due('AKIA1'),
          due('AKIA2', 'bob', { action: 'delete', reason: 'deleteAfterDays reached' }),
        ],
        contacts: [
          { userName: 'ada', address: 'Ada@example.com' },
          { userName: 'bob', address: 'bob at example.com' },
        ],
      },
      {
        id: '100000000002',
        name: 'legacy\u001b[2J',
        decisions: [due('AKIA3'), due('AKIA4', 'carl')],
        contacts: [{ userName: 'ada', address: 'ada@example.com' }],
      },
      { id: '100000000003', name: 'lost', end: { outcome: 'cannot-assume', reason: 'no such role' } },
    ],
  });

describe('the notice for everybody', () => {
  it('tells when, how much, which keys of whom and why, and what is not known', async () => {
    const notice = noticeMessage(await twoAccounts(), AT, BERLIN);
    expectSendable(notice);
    expect(notice.subject).toBe('keysweep: 4 access keys to be revoked on Friday 27 November 2026');
    expect(notice.body)
      .toBe(`On Friday 27 November 2026 at 23:55 (Europe/Berlin) keysweep will revoke 4 access keys of 4 users in 2 accounts of organization o-a1b2c3d4e5.
This is what is known now: keys and group members that come before then may come to it.

100000000001  payments
  ada
    AKIA1  deactivate  made 2026-08-19, every key goes at every sweep
  bob
    AKIA2  delete  made 2026-08-19, inactive for long enough

100000000002  legacy [2J
  ada
    AKIA3  deactivate  made 2026-08-19, every key goes at every sweep
  carl
    AKIA4  deactivate  made 2026-08-19, every key goes at every sweep

Not known, because 1 account could not be read, or not wholly:
  100000000003  lost  cannot-assume: no such role

Details: keysweep show 20261127T225500Z-1a2b3c
`);
  });

  it('says so when no key will go', async () => {
    const { subject, body } = noticeMessage(await storedRun(), AT, 'UTC');
    expect(subject).toBe('keysweep: no access keys to be revoked on Friday 27 November 2026');
    expect(body).toContain('at 22:55 (UTC) keysweep will revoke no access key');
  });

  it('says which limit would stop that sweep', async () => {
    const { body } = noticeMessage(
      await storedRun({ exceeded: ['600 keys, and 500 are allowed.'] }),
      AT,
      'UTC',
    );
    expect(body).toContain('a limit would stop that sweep');
    expect(body).toContain('  600 keys, and 500 are allowed.');
  });

  it('holds as much as SNS takes and counts the rest', async () => {
    const decisions = Array.from({ length: 5_000 }, (_, n) => due(`AKIA${n}`, `user-ä-${n}`));
    const notice = noticeMessage(
      await storedRun({ accounts: [{ id: '100000000001', decisions }] }),
      AT,
      'UTC',
    );
    expectSendable(notice);
    const shown = notice.body.split('\n').filter((line) => line.includes('AKIA')).length;
    const [, left] = /\.\.\. and (\d+) more lines, left out here\.\n\nDetails/.exec(notice.body) ?? [];
    expect(shown).toBeGreaterThan(1_000);
    // Two lines for each key, the account above them and an empty line below.
    expect(Number(left) + notice.body.split('\n').length - 4).toBe(5_000 * 2 + 3 + 2);
  });
});

describe('the recipients of mails', () => {
  it('are each person once, with all their keys, and those who cannot be reached are told apart', async () => {
    const { reachable, unreachable, unknown } = recipientsOf(upcoming(await twoAccounts()), MAIL_ADDRESS);
    expect(reachable.map(({ address }) => address)).toEqual(['Ada@example.com']);
    expect(reachable[0]?.revocations.map(({ account, key }) => [account.id, key.accessKeyId])).toEqual([
      ['100000000001', 'AKIA1'],
      ['100000000002', 'AKIA3'],
    ]);
    expect(unreachable.map(({ address }) => address)).toEqual(['bob at example.com']);
    expect(unknown).toBe(1);
  });

  it.each([
    ['ada@example.com', true],
    ['ada.o+keys@sub.example.co.uk', true],
    ['', false],
    ['ada@localhost', false],
    ['a@example.com, b@example.com', false],
    ['Ada <ada@example.com>', false],
    ['ada@example.com\r\nBcc: b@example.com', false],
    ['ada@exämple.com', false],
  ])('have an address: %j %s', (address, valid) => {
    expect(MAIL_ADDRESS.test(address)).toBe(valid);
  });
});

describe('the mail to a person', () => {
  it('tells which keys, when, what it means and what to do', async () => {
    const run = await twoAccounts();
    const [ada] = recipientsOf(upcoming(run), MAIL_ADDRESS).reachable;
    const mail = personalMessage(ada!, run, AT, BERLIN);
    expectSendable(mail);
    expect(mail.subject).toBe('keysweep will revoke 2 of your AWS access keys on Friday 27 November 2026');
    expect(mail.body).toBe(`Hello,

on Friday 27 November 2026 at 23:55 (Europe/Berlin) keysweep will revoke 2 of your AWS access keys:

  AKIA1  of user ada in account payments (100000000001): deactivated, every key goes at every sweep
  AKIA3  of user ada in account legacy [2J (100000000002): deactivated, every key goes at every sweep

From then on nothing that uses these keys gets into AWS any more.
If you still need a key afterwards, sign in to the AWS console and make a new one: IAM, Users, your user, Security
credentials. If a program depends on it, move it to a role, or speak to those who run keysweep before then.

You get this because a tag of these users holds your address. Organization o-a1b2c3d4e5, run 20261127T225500Z-1a2b3c.
`);
  });

  it('of one key speaks of one key, and says that a deleted one is gone', async () => {
    const contacts = [{ userName: 'ada', address: 'ada@example.com' }];
    const decisions = [due('AKIA1', 'ada', { action: 'delete' })];
    const run = await storedRun({ accounts: [{ id: '100000000001', decisions, contacts }] });
    const { subject, body } = personalMessage(
      recipientsOf(upcoming(run), MAIL_ADDRESS).reachable[0]!,
      run,
      AT,
      'UTC',
    );
    expect(subject).toBe('keysweep will revoke your AWS access key on Friday 27 November 2026');
    expect(body).toContain('uses this key gets');
    expect(body).toContain('a deleted key cannot be brought back');
  });
});

describe('the message after a sweep', () => {
  it('tells how it ended, what was revoked, what was not covered and what to know', async () => {
    const more = written('100000000001', ['AKIA1', 'deactivated'], ['AKIA2', 'failed']);
    const run = await storedRun({
      accounts: [
        { id: '100000000001', more, end: { outcome: 'swept' } },
        { id: '100000000002', end: { outcome: 'denied', reason: 'an SCP' } },
      ],
    });
    const told = sweepMessage(
      run,
      summary({
        verdict: 'incomplete',
        accountsListed: 2,
        accounts: { swept: 1, denied: 1 },
        keys: { ...summary().keys, seen: 3, due: 2, deactivated: 1, failed: 1 },
        problems: ['a problem'],
        warnings: ['a notice'],
      }),
    );
    expectSendable(told);
    expect(told.subject).toBe(
      'keysweep: SWEEP INCOMPLETE: 1 of 2 accounts not covered, 1 key deactivated, 0 deleted',
    );
    expect(told.body).toContain('AKIA1  ada  deactivated');
    expect(told.body).not.toContain('AKIA2');
    for (const part of ['100000000002  account 100000000002  denied: an SCP', 'a problem', 'a notice'])
      expect(told.body).toContain(`  ${part}`);
  });

  it.each([
    ['ok', 'keysweep: sweep ok: 0 keys deactivated, 0 deleted'],
    ['stopped', 'keysweep: SWEEP STOPPED by a limit, nothing was revoked'],
  ] as const)('of one that is %s', async (verdict, subject) => {
    expect(sweepMessage(await storedRun(), summary({ verdict })).subject).toBe(subject);
  });

  it.each([
    [{ reason: 'did-not-run', scheduledFor: SWEEP_AT }, `THE SWEEP DID NOT RUN, scheduled for ${SWEEP_AT}`],
    [{ reason: 'unfinished', runId: 'a-run' }, 'THE SWEEP HAS NO END'],
    [{ reason: 'broke-off' }, 'THE SWEEP BROKE OFF'],
  ] as const)('of one without an end: %j', (about, said) => {
    const told = failureMessage({ ...about, problem: 'what was\nwrong' });
    expectSendable(told);
    expect(told.subject).toBe(`keysweep: ${said}`);
    expect(told.body).toContain('what was wrong');
  });
});
