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
import { due, storedRun, SWEEP_AT, written } from '../support/notice-run.ts';

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

describe('the notice for operators', () => {
  it('says when, how many, which keys of whom and why, and what is unknown', async () => {
    const notice = noticeMessage(await twoAccounts(), AT, BERLIN);
    expectSendable(notice);
    expect(notice.subject).toBe('keysweep will revoke 4 access keys on Friday 27 November 2026');
    expect(notice.body)
      .toBe(`On Friday 27 November 2026 at 23:55 (Europe/Berlin) keysweep will revoke 4 access keys \
of 4 users in 2 accounts.
It may include keys and group members that are added before then.

100000000001  payments
  ada
    AKIA1  deactivate  every sweep revokes every key, created 2026-08-19
  bob
    AKIA2  delete  inactive for long enough to be deleted, created 2026-08-19

100000000002  legacy [2J
  ada
    AKIA3  deactivate  every sweep revokes every key, created 2026-08-19
  carl
    AKIA4  deactivate  every sweep revokes every key, created 2026-08-19

Not included, because these accounts could not be read completely:
  100000000003  lost  cannot-assume: no such role

Details: keysweep show 20261127T225500Z-1a2b3c (organization o-a1b2c3d4e5)
`);
  });

  it('says so when no key is due', async () => {
    const { subject, body } = noticeMessage(await storedRun(), AT, 'UTC');
    expect(subject).toBe('keysweep will revoke no access keys on Friday 27 November 2026');
    expect(body).toContain('at 22:55 (UTC) keysweep will revoke no access keys.');
  });

  it('says which limit would stop the sweep', async () => {
    const { body } = noticeMessage(
      await storedRun({ exceeded: ['600 keys, and 500 are allowed.'] }),
      AT,
      'UTC',
    );
    expect(body).toContain('a limit would stop this sweep');
    expect(body).toContain('  600 keys, and 500 are allowed.');
  });

  it('has the warnings above the keys, and what would stop the sweep once', async () => {
    const run = await storedRun({
      exceeded: ['too many'],
      summary: { mode: 'plan', warnings: ['exempt.users "x" is lost', 'too many'] },
      accounts: [{ id: '100000000001', decisions: [due('AKIA1')] }],
    });
    const { body } = noticeMessage(run, AT, 'UTC');
    expect(body.split('too many')).toHaveLength(2);
    expect(body.indexOf('  exempt.users "x" is lost')).toBeGreaterThan(0);
    expect(body.indexOf('is lost')).toBeLessThan(body.indexOf('AKIA1'));
  });

  it('fits the limit of SNS and counts the omitted lines', async () => {
    const decisions = Array.from({ length: 5_000 }, (_, n) => due(`AKIA${n}`, `user-ä-${n}`));
    const notice = noticeMessage(
      await storedRun({ accounts: [{ id: '100000000001', decisions }] }),
      AT,
      'UTC',
    );
    expectSendable(notice);
    const shown = notice.body.split('\n').filter((line) => line.includes('AKIA')).length;
    const [, left] = /\.\.\. and (\d+) more lines, omitted here\.\n\nDetails/.exec(notice.body) ?? [];
    expect(shown).toBeGreaterThan(1_000);
    // Two lines for each key, the account above them and an empty line below.
    expect(Number(left) + notice.body.split('\n').length - 4).toBe(5_000 * 2 + 3 + 2);
  });
});

const isAddress = (address: string): boolean => MAIL_ADDRESS.test(address);

describe('the recipients of mails', () => {
  it('are each person once, with all their keys, apart from those without a valid address', async () => {
    const { reachable, unreachable, unknown } = recipientsOf(upcoming(await twoAccounts()), isAddress);
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
  it('says which keys, when, what it means and what to do', async () => {
    const run = await twoAccounts();
    const [ada] = recipientsOf(upcoming(run), isAddress).reachable;
    const mail = personalMessage(ada!, run, AT, BERLIN);
    expectSendable(mail);
    expect(mail.subject).toBe('keysweep will revoke 2 of your AWS access keys on Friday 27 November 2026');
    expect(mail.body).toBe(`Hello,

on Friday 27 November 2026 at 23:55 (Europe/Berlin) keysweep will revoke 2 of your AWS access keys:

  AKIA1  of user ada in account payments (100000000001): deactivate (every sweep revokes every key)
  AKIA3  of user ada in account legacy [2J (100000000002): deactivate (every sweep revokes every key)

After that, anything that uses these keys loses access to AWS.
If you still need a key, create a new one after that: sign in to the AWS console and open IAM, Users,
your user, Security credentials. If a program uses the key, move it to an IAM role, or contact the
people who run keysweep before then.

You receive this mail because your address is in a tag of the IAM user.
Organization o-a1b2c3d4e5, run 20261127T225500Z-1a2b3c.
`);
  });

  it('names one key in the singular, and says that a deleted one cannot be restored', async () => {
    const contacts = [{ userName: 'ada', address: 'ada@example.com' }];
    const decisions = [due('AKIA1', 'ada', { action: 'delete' })];
    const run = await storedRun({ accounts: [{ id: '100000000001', decisions, contacts }] });
    const { subject, body } = personalMessage(
      recipientsOf(upcoming(run), isAddress).reachable[0]!,
      run,
      AT,
      'UTC',
    );
    expect(subject).toBe('keysweep will revoke your AWS access key on Friday 27 November 2026');
    expect(body).toContain('uses this key loses');
    expect(body).toContain('A deleted key cannot be restored.');
  });
});

describe('the message after a sweep', () => {
  it('says how it ended, what was revoked, what was not covered, and warnings', async () => {
    const more = written('100000000001', ['AKIA1', 'deactivated'], ['AKIA2', 'failed']);
    const run = await storedRun({
      accounts: [
        { id: '100000000001', more, end: { outcome: 'swept' } },
        { id: '100000000002', end: { outcome: 'denied', reason: 'an SCP' } },
      ],
    });
    const sent = sweepMessage(
      run,
      summary({
        verdict: 'incomplete',
        accountsListed: 2,
        accounts: { swept: 1, denied: 1 },
        keys: { ...summary().keys, seen: 3, due: 2, deactivated: 1, failed: 1 },
        problems: ['a problem'],
        warnings: ['a warning'],
      }),
    );
    expectSendable(sent);
    expect(sent.subject).toBe(
      'keysweep: SWEEP INCOMPLETE: 1 of 2 accounts not covered, 1 key deactivated, 0 deleted',
    );
    expect(sent.body).toContain('AKIA1  ada  deactivated');
    expect(sent.body).not.toContain('AKIA2');
    for (const part of ['100000000002  account 100000000002  denied: an SCP', 'a problem', 'a warning'])
      expect(sent.body).toContain(`  ${part}`);
    expect(sent.body.indexOf('a warning')).toBeLessThan(sent.body.indexOf('Not covered'));
  });

  it.each([
    ['ok', 'keysweep: sweep ok: 0 keys deactivated, 0 deleted'],
    ['stopped', 'keysweep: SWEEP STOPPED by a limit, nothing was revoked'],
    ['cancelled', 'keysweep: SWEEP CANCELLED, nothing was revoked'],
  ] as const)('for a sweep that is %s', async (verdict, subject) => {
    expect(sweepMessage(await storedRun(), summary({ verdict })).subject).toBe(subject);
  });

  it.each([
    [{ reason: 'did-not-run', scheduledFor: SWEEP_AT }, `SWEEP DID NOT RUN, scheduled for ${SWEEP_AT}`],
    [{ reason: 'unfinished', runId: 'a-run' }, 'SWEEP UNFINISHED'],
    [{ reason: 'interrupted' }, 'SWEEP INTERRUPTED'],
  ] as const)('for a run that was interrupted or did not run: %j', (about, result) => {
    const sent = failureMessage({ ...about, problem: 'what was\nwrong' });
    expectSendable(sent);
    expect(sent.subject).toBe(`keysweep: ${result}`);
    expect(sent.body).toContain('what was wrong');
  });
});
