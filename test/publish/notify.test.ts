import { describe, expect, onTestFinished, test } from 'vitest';

import { openClients } from '../../src/aws/clients.ts';
import type { StoredRun } from '../../src/ledger/stored-run.ts';
import { countNotices, sendRunNotices, sendFailureNotices, type Notifier } from '../../src/publish/notify.ts';
import type { Fault } from '../../sandbox/faults/faults.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { due, storedRun, SWEEP_AT, written } from '../support/notice-run.ts';
import { problemOf } from '../support/published-schemas.ts';

const TOPIC = 'arn:aws:sns:us-east-1:111111111111:keysweep-notices';
const MAIL = { from: 'keysweep@example.com', userTag: 'email', perSecond: 1000 };
const NO_CHANNELS = { bus: undefined, topicArn: undefined, mail: undefined };
const CHANNELS = { region: 'us-east-1', bus: 'default', topicArn: TOPIC, mail: MAIL };

async function start(
  overrides: Partial<Notifier> = {},
  faults: readonly Fault[] = [],
): Promise<{ sandbox: Sandbox; notifier: Notifier }> {
  const sandbox = await startSandbox({ faults });
  const { url: endpoint, region, credentials } = sandbox;
  const retries = {
    connectionMilliseconds: 1000,
    responseMilliseconds: 5000,
    attempts: { shared: 1, iam: 1 },
  };
  const clients = openClients({ endpoint, region, credentials, sockets: 8, retries });
  onTestFinished(async () => {
    clients.close();
    await sandbox.close();
  });
  return {
    sandbox,
    notifier: {
      channels: CHANNELS,
      clients: clients.notices(undefined),
      timezone: 'UTC',
      signal: new AbortController().signal,
      pause: () => Promise.resolve(),
      now: () => new Date('2026-11-26T23:00:00Z'),
      ...overrides,
    },
  };
}

const NOTICE = { started: { mode: 'plan', noticeFor: SWEEP_AT } } as const;

/** Ada in two accounts, Bob with an invalid tag, Carl without one. */
const noticeRun = (): Promise<StoredRun> =>
  storedRun({
    ...NOTICE,
    accounts: [
      {
        id: '100000000001',
        decisions: [due('AKIA1'), due('AKIA2', 'bob'), due('AKIA3', 'carl')],
        contacts: [
          { userName: 'ada', address: 'ada@example.com' },
          { userName: 'bob', address: 'the basement' },
        ],
      },
      {
        id: '100000000002',
        decisions: [due('AKIA4')],
        contacts: [{ userName: 'ada', address: 'ada@example.com' }],
      },
    ],
  });

/** Sorted, because channels send at the same time. */
const byKind = ({ organization: { sent } }: Sandbox) => sent.toSorted((a, b) => a.kind.localeCompare(b.kind));

describe('a notice run', () => {
  test('notifies every channel and each person once, and records who was not reached', async () => {
    const { sandbox, notifier } = await start();
    const results = await sendRunNotices(await noticeRun(), notifier);
    const { sent } = sandbox.organization;
    const kinds = (kind: string) => sent.filter((one) => one.kind === kind);
    expect(kinds('event')).toHaveLength(1 + 2 + 4);
    for (const event of sent) {
      if (event.kind !== 'event') continue;
      expect(event).toMatchObject({ bus: 'default', source: 'keysweep' });
      expect(problemOf(event.detailType, event.detail)).toBeUndefined();
    }
    expect(kinds('message')).toMatchObject([
      { topicArn: TOPIC, subject: 'keysweep will revoke 4 access keys on Friday 27 November 2026' },
    ]);
    expect(kinds('mail')).toMatchObject([{ from: MAIL.from, to: ['ada@example.com'] }]);
    expect(results).toMatchObject(
      [
        { type: 'notice-sent', channel: 'events', label: 'Access Key Revocation Planned', count: 7 },
        { type: 'notice-sent', channel: 'topic', count: 1 },
        { type: 'notice-sent', channel: 'mail', label: /without the tag email: 1$/, count: 0 },
        { type: 'notice-sent', channel: 'mail', label: 'ada@example.com', count: 1 },
        { type: 'notice-failed', channel: 'mail', label: 'the basement', failure: { code: 'NoMailAddress' } },
      ].map((one) => ({
        ...one,
        ...(one.label instanceof RegExp && { label: expect.stringMatching(one.label) as string }),
      })),
    );
    expect(results.flatMap((one) => (one.type === 'notice-failed' && one.accessKeyIds) || [])).toEqual([
      'AKIA2',
    ]);
    expect([countNotices(results, 'notice-sent'), countNotices(results, 'notice-failed')]).toEqual([9, 1]);
  });

  test.each([
    [undefined, ['b@example.com']],
    [
      ['example.com', 'elsewhere.example'],
      ['a@elsewhere.example', 'b@example.com'],
    ],
  ])('mails nobody outside the domains %j', async (domains, reached) => {
    const addresses = ['a@Elsewhere.example', 'b@example.com', 'c@sub.example.com', 'd@evil-example.com'];
    const run = await storedRun({
      ...NOTICE,
      accounts: [
        {
          id: '100000000001',
          decisions: addresses.map((address, index) => due(`AKIA${index}`, address)),
          contacts: addresses.map((address) => ({ userName: address, address })),
        },
      ],
    });
    const { sandbox, notifier } = await start({ channels: { ...CHANNELS, mail: { ...MAIL, domains } } });
    const results = await sendRunNotices(run, notifier);
    const sent = sandbox.organization.sent.flatMap((one) => (one.kind === 'mail' ? one.to : []));
    expect(sent.toSorted()).toEqual(reached);
    const failed = results.filter(({ type }) => type === 'notice-failed');
    expect(failed).toHaveLength(4 - reached.length);
    for (const one of failed) expect(one).toMatchObject({ failure: { code: 'MailDomainNotAllowed' } });
    expect(failed.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['c@sub.example.com', 'd@evil-example.com']),
    );
  });

  test('without due keys says so', async () => {
    const { sandbox, notifier } = await start();
    const results = await sendRunNotices(await storedRun(NOTICE), notifier);
    expect(byKind(sandbox)).toMatchObject([
      { kind: 'event', detail: { scope: 'organization', keys: 0 } },
      { kind: 'message', subject: 'keysweep will revoke no access keys on Friday 27 November 2026' },
    ]);
    expect(results.map(({ channel, count }) => [channel, count])).toEqual([
      ['events', 1],
      ['topic', 1],
      ['mail', 0],
    ]);
  });

  test('uses only the configured channels', async () => {
    const none = { region: undefined, bus: undefined, topicArn: undefined, mail: undefined };
    const { sandbox, notifier } = await start({ channels: none });
    expect(await sendRunNotices(await noticeRun(), notifier)).toEqual([]);
    expect(sandbox.calls.all).toEqual([]);
  });
});

describe('an ended run', () => {
  test('sends notices if it is a sweep', async () => {
    const { sandbox, notifier } = await start();
    const more = written('100000000001', ['AKIA1', 'deactivated']);
    await sendRunNotices(
      await storedRun({ accounts: [{ id: '100000000001', more, end: { outcome: 'swept' } }] }),
      notifier,
    );
    expect(byKind(sandbox)).toMatchObject(
      [
        { detailType: 'Sweep Completed' },
        { detailType: 'Access Key Revoked', detail: { accessKeyId: 'AKIA1' } },
        { kind: 'message', subject: /^keysweep: sweep ok/ },
      ].map((one) => ({
        ...one,
        ...(one.subject && { subject: expect.stringMatching(one.subject) as string }),
      })),
    );
  });

  test('reads no account where no channel is configured', async () => {
    const { notifier } = await start({ channels: { region: undefined, ...NO_CHANNELS } });
    const unread = new Proxy(new Map(), {
      get: () => {
        throw new Error('an account was read');
      },
    });
    expect(await sendRunNotices({ ...(await storedRun()), accounts: unread }, notifier)).toEqual([]);
  });

  test('sends nothing if it is a plan without noticeFor', async () => {
    const { sandbox, notifier } = await start();
    expect(await sendRunNotices(await storedRun({ started: { mode: 'plan' } }), notifier)).toEqual([]);
    expect(sandbox.organization.sent).toEqual([]);
  });

  test('that did not run is reported as failed', async () => {
    const { sandbox, notifier } = await start();
    await sendFailureNotices({ reason: 'did-not-run', scheduledFor: SWEEP_AT, problem: 'no run' }, notifier);
    expect(byKind(sandbox)).toMatchObject([
      { detailType: 'Sweep Failed', detail: { reason: 'did-not-run', scheduledFor: SWEEP_AT } },
      { subject: `keysweep: SWEEP DID NOT RUN, scheduled for ${SWEEP_AT}` },
    ]);
  });
});

describe('a channel that fails', () => {
  test.each([
    ['events', 'events', 'PutEvents', 7],
    ['topic', 'sns', 'Publish', 1],
    ['mail', 'ses', 'SendEmail', 1],
  ] as const)('is recorded and does not stop the others: %s', async (channel, service, call, count) => {
    const { notifier } = await start({}, [{ service, call, occurrence: 'every', kind: 'denied' }]);
    const results = await sendRunNotices(await noticeRun(), notifier);
    const denied = results.filter(
      (one) => one.type === 'notice-failed' && one.failure.code !== 'NoMailAddress',
    );
    expect(denied).toMatchObject([
      { channel, count, failure: { kind: 'denied', call: `${service}:${call}` } },
    ]);
    const keys = channel === 'mail' ? ['AKIA1', 'AKIA4'] : undefined;
    expect(denied.map((one) => 'accessKeyIds' in one && one.accessKeyIds)).toEqual([keys ?? false]);
    expect(countNotices(results, 'notice-failed')).toBe(count + 1);
  });

  test('that is out of time sends nothing', async () => {
    const { sandbox, notifier } = await start({ signal: AbortSignal.abort() });
    const results = await sendRunNotices(await noticeRun(), notifier);
    expect(sandbox.calls.all).toEqual([]);
    expect(countNotices(results, 'notice-failed')).toBe(7 + 1 + 1 + 1);
    expect(results.find(({ channel }) => channel === 'topic')).toMatchObject({
      failure: { kind: 'not-reached', code: 'Deadline' },
    });
  });
});
