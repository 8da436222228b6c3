import { describe, expect } from 'vitest';

import { uniqueId } from '../../sandbox/organization/ids.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import { listRunIds, readRun } from '../../src/ledger/runs.ts';
import { openClients } from '../../src/aws/clients.ts';
import { parseConfig } from '../../src/config/load.ts';
import { openStore } from '../../src/ledger/open-store.ts';
import { randomDigits } from '../../src/ledger/run-id.ts';
import { deadlineOn } from '../../src/sweep/deadline.ts';
import type { RunDependencies } from '../../src/sweep/run-context.ts';
import { runSweep } from '../../src/sweep/run.ts';
import { applyUndo } from '../../src/sweep/undo/apply-undo.ts';
import { laterWrites } from '../../src/sweep/undo/later-writes.ts';
import { planUndo } from '../../src/sweep/undo/plan-undo.ts';
import { DAY } from '../support/clock.ts';
import { problemOf } from '../support/published-schemas.ts';
import { ADA, EVERY_KEY, keysOf, organizationOf, removeRotationRole } from '../support/sweeping.ts';
import { keyOf } from '../sweep/leak/leaking.ts';
import { exposedKeys, guardDutyFinding, request } from '../support/leak-events.ts';
import { errorOf, it, type Rotator, type StartRotator } from './rotator.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;
const FOREIGN = uniqueId('AKIA', '888888888888', 1);

function configOf(mode: 'report' | 'revoke'): ConfigInput {
  return {
    ...EVERY_KEY,
    defaults: { ...EVERY_KEY.defaults, exempt: { userTag: 'keysweep=exempt' } },
    leaks: { mode },
    notices: { topic: {} },
    deployment: { account: '999999999999', organizationId: 'o-exampleorgid', region: 'us-east-1' },
  };
}

/** keysweep in this process, on the sandbox and the ledger of a Lambda. @param atEnd of the test */
function inProcess(
  { sandbox, store }: Rotator,
  config: ConfigInput,
  atEnd: (close: () => void) => void,
): RunDependencies {
  const { url: endpoint, region, credentials, clock } = sandbox;
  const clients = openClients({ endpoint, region, credentials, sockets: 64 });
  atEnd(() => clients.close());
  const never = new AbortController().signal;
  return {
    ...{ clients, store: openStore(store.location, clients, undefined, () => clock.now()) },
    ...{ config: parseConfig(JSON.stringify(config), 'accounts.json') },
    ...{ deadline: deadlineOn(never, never), progress: () => undefined, host: 'test' },
    ...{ now: () => clock.now(), random: randomDigits },
  };
}

async function leaking(start: StartRotator, mode: 'report' | 'revoke' = 'revoke') {
  const organization = organizationOf(2, () => [ADA, { ...ADA, userName: 'eve', groups: [] }]);
  const environment = { _HANDLER: 'lambda.leaks' };
  const rotator = await start({ organization, config: configOf(mode), environment });
  return { organization, rotator, eve: keyOf(organization, FIRST, 'eve') };
}

const sentBy = ({ sandbox: { organization } }: Rotator) => organization.sent;
const messages = (rotator: Rotator) =>
  sentBy(rotator).flatMap((one) => (one.kind === 'message' ? [`${one.subject}\n${one.body}`] : []));
const events = (rotator: Rotator) =>
  sentBy(rotator).flatMap((one) => {
    if (one.kind !== 'event') return [];
    expect(problemOf(one.detailType, one.detail)).toBeUndefined();
    return [one.detailType];
  });

describe.concurrent('the Lambda for leaked keys', () => {
  it('deactivates a key that AWS Health reports, and says whose it is, once', async ({ start }) => {
    const { organization, rotator, eve } = await leaking(start);
    const event = exposedKeys([eve]);
    expect(await rotator.invoke(event)).toMatchObject({
      result: { mode: 'revoke', keys: [{ accessKeyId: eve, status: 'Inactive', isLive: false }] },
    });
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'eve Inactive']);
    const [runId = ''] = await listRunIds(rotator.store);
    const { started, summary, notices } = await rotator.stored(runId);
    expect(started.reason).toContain('AWS_RISK_CREDENTIALS_EXPOSED');
    expect(summary).toMatchObject({ mode: 'revoke', verdict: 'ok', keys: { deactivated: 1 } });
    expect(notices.map(({ type, channel }) => [type, channel])).toContainEqual(['notice-sent', 'topic']);
    expect(events(rotator).toSorted()).toEqual(['Access Key Revoked', 'Leaked Access Key Found']);
    const [message = ''] = messages(rotator);
    for (const text of ['1 leaked key deactivated', eve, 'eve', FIRST, 'last used', 'what-revoking-does-not'])
      expect(message).toContain(text);

    const sent = sentBy(rotator).length;
    rotator.sandbox.calls.reset();
    // Health repeats events, and sends them to a second Region, with another ID.
    expect(await rotator.invoke({ ...event, id: 'another' })).toMatchObject({
      result: { nothingToDo: 'this event was handled before' },
    });
    expect(rotator.sandbox.calls.all.map(({ call }) => call)).toEqual(['GetObject']);
    expect(sentBy(rotator)).toHaveLength(sent);
    expect(await listRunIds(rotator.store)).toEqual([runId]);
  });

  it('only says whose it is where leaks.mode is report', async ({ start }) => {
    const { organization, rotator, eve } = await leaking(start, 'report');
    expect(await rotator.invoke(exposedKeys([eve]))).toMatchObject({
      result: { mode: 'report', keys: [{ status: 'Active', isLive: true, userName: 'eve' }] },
    });
    expect(keysOf(organization, FIRST)).toContain('eve Active');
    expect(rotator.sandbox.calls.of('iam', 'UpdateAccessKey')).toEqual([]);
    expect(await listRunIds(rotator.store)).toEqual([]);
    expect(events(rotator)).toEqual(['Leaked Access Key Found']);
    expect(messages(rotator).join()).toContain('1 LEAKED KEY STILL LIVE');
  });

  it('believes nothing of an event but the ID of the key', async ({ start }) => {
    const { organization, rotator, eve } = await leaking(start);
    const event = exposedKeys([eve], { affectedAccount: SECOND, eventRegion: 'eu-west-1' });
    await rotator.invoke({ ...event, account: SECOND, region: 'eu-west-1', resources: ['ada'] });
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'eve Inactive']);
    expect(keysOf(organization, SECOND)).toEqual(['ada Active', 'eve Active']);
  });

  it('takes a finding of GuardDuty, and the request of an operator, as often as it comes', async ({
    start,
  }) => {
    const { organization, rotator, eve } = await leaking(start);
    await rotator.invoke(guardDutyFinding(eve));
    expect(keysOf(organization, FIRST)).toContain('eve Inactive');
    const ada = keyOf(organization, FIRST, 'ada');
    for (let times = 0; times < 2; times += 1)
      expect(await rotator.invoke(request([ada], 'INC-12'))).toMatchObject({
        result: { keys: [{ accessKeyId: ada, status: 'Inactive' }] },
      });
    expect(await listRunIds(rotator.store)).toHaveLength(3);
  });

  it('needs eight calls from the ID to Inactive in a warm process', async ({ start }) => {
    const { organization, rotator, eve } = await leaking(start);
    const { calls } = rotator.sandbox;
    // Deployed trust policies do not deny the source identity, without which keysweep asks again here.
    const untilWrite = () => {
      const made = calls.all.filter(({ error }) => error !== 'AccessDenied').map(({ call }) => call);
      return made.slice(0, made.indexOf('UpdateAccessKey') + 1);
    };
    await rotator.invoke(exposedKeys([eve]));
    expect(untilWrite().toSorted()).toEqual([...EIGHT, 'GetCallerIdentity'].toSorted());
    calls.reset();
    await rotator.invoke(exposedKeys([keyOf(organization, SECOND, 'eve')]));
    // The second session is opened while the entry of the deny list is stored.
    expect(untilWrite().toSorted()).toEqual(EIGHT.toSorted());
  });

  it('ends well, with a notice, where nothing can be revoked, and is not repeated', async ({ start }) => {
    const { rotator } = await leaking(start);
    expect(await rotator.invoke(exposedKeys([FOREIGN]))).toMatchObject({
      result: { keys: [{ accessKeyId: FOREIGN, status: 'foreign', isLive: false }] },
    });
    expect(messages(rotator)).toEqual([expect.stringContaining('outside of this organization')]);
    expect(await listRunIds(rotator.store)).toEqual([]);
  });

  it('names the steps by hand where the role is missing, and counts the key as live', async ({ start }) => {
    const { organization, rotator, eve } = await leaking(start);
    removeRotationRole(organization, FIRST);
    expect(await rotator.invoke(exposedKeys([eve]))).toMatchObject({
      result: { keys: [{ status: 'failed', isLive: true }] },
    });
    expect(messages(rotator)).toEqual([expect.stringContaining('aws iam update-access-key')]);
    expect((await rotator.end()).stdout).toContain('"LeakedKeysLive":1');
  });

  it('names the command for an exempt user, whom the role may not touch', async ({ start }) => {
    const { organization, rotator, eve } = await leaking(start);
    organization.user(FIRST, 'eve').tags = new Map([['keysweep', 'exempt']]);
    expect(await rotator.invoke(exposedKeys([eve]))).toMatchObject({
      result: { keys: [{ status: 'Active', isLive: true }] },
    });
    const [message = ''] = messages(rotator);
    expect(message).toContain('1 LEAKED KEY STILL LIVE');
    expect(message).toContain('aws iam update-access-key --user-name eve');
  });

  it('fails after its notice if another attempt may do more, and the next attempt does', async ({
    start,
  }) => {
    const { organization, rotator, eve } = await leaking(start);
    rotator.sandbox.faults.add({
      service: 'iam',
      call: 'UpdateAccessKey',
      kind: 'internal-error',
      occurrence: 'every',
    });
    const event = exposedKeys([eve]);
    expect(errorOf(await rotator.invoke(event))).toMatchObject({
      errorType: 'LeakUnfinishedError',
      errorMessage: expect.stringContaining(eve) as string,
    });
    expect(messages(rotator)).toEqual([expect.stringContaining('STILL LIVE')]);
    rotator.sandbox.faults.clear();
    expect(await rotator.invoke(event)).toMatchObject({ result: { keys: [{ status: 'Inactive' }] } });
    expect(keysOf(organization, FIRST)).toContain('eve Inactive');
  });

  it('takes a hundred IDs with ten wrong ones', async ({ start }) => {
    const users = Array.from({ length: 45 }, (_, at) => ({ ...ADA, userName: `user-${at}` }));
    const organization = organizationOf(2, () => users);
    const rotator = await start({
      ...{ organization, config: configOf('revoke'), environment: { _HANDLER: 'lambda.leaks' } },
    });
    const right = [FIRST, SECOND].flatMap((id) => organization.keysOf(id).map((key) => key.accessKeyId));
    const wrong = Array.from({ length: 10 }, (_, at) => uniqueId('AKIA', '888888888888', at));
    await rotator.invoke(exposedKeys([...right, ...wrong]));
    const active = [FIRST, SECOND]
      .flatMap((id) => keysOf(organization, id))
      .filter((key) => /Active/.test(key));
    expect(active).toEqual([]);
    expect(messages(rotator)).toHaveLength(1);
    expect(events(rotator)).toHaveLength(190);
  });

  it('deactivates a key in one of 500 accounts, which undo does not restore, and a sweep deletes', async ({
    start,
    onTestFinished,
  }) => {
    const organization = organizationOf(500, (at) => (at === 250 ? [ADA] : []));
    const { defaults, ...rest } = configOf('revoke');
    const rules = { maxKeyAgeDays: 0, mode: 'deactivate-then-delete' as const };
    const config = { ...rest, defaults: { ...defaults, rules }, deployment: undefined };
    const rotator = await start({ organization, config, environment: { _HANDLER: 'lambda.leaks' } });
    const [planted] = organization.accounts
      .list()
      .flatMap(({ id }) => organization.keysOf(id).map(({ accessKeyId }) => ({ id, accessKeyId })));
    const { id, accessKeyId } = planted ?? { id: '', accessKeyId: '' };
    await rotator.invoke(exposedKeys([accessKeyId]));
    expect(keysOf(organization, id)).toEqual(['ada Inactive']);
    const [runId = ''] = await listRunIds(rotator.store);

    const on = inProcess(rotator, config, onTestFinished);
    const plan = planUndo(await readRun(on.store, runId), {}, await laterWrites(on.store, runId));
    expect(await applyUndo(plan, 30, on, { reason: 'INC-12' })).toMatchObject({ verdict: 'incomplete' });
    expect(keysOf(organization, id)).toEqual(['ada Inactive']);
    rotator.sandbox.clock.advance(8 * DAY);
    const swept = await runSweep({ mode: 'sweep', filters: { accounts: [id] } }, on);
    expect(swept).toMatchObject({ verdict: 'ok', keys: { deleted: 1 } });
    expect(keysOf(organization, id)).toEqual([]);
  });

  it.for([
    ['an event of another kind', { source: 'aws.ec2', detail: {} }],
    ['another event of Health', { source: 'aws.health', detail: { eventTypeCode: 'AWS_EC2_ISSUE' } }],
    ['no key', request([], 'INC-12')],
    ['no reason', request(['AKIAIOSFODNN7EXAMPLE'], ' ')],
    ['too many keys', exposedKeys(Array.from({ length: 1001 }, (_, at) => `AKIA${at}`))],
    ['another mode', { mode: 'sweep' }],
    ['no object', 'leak'],
  ] as const)('refuses %s', async ([, event], { start }) => {
    const { rotator } = await leaking(start);
    expect(errorOf(await rotator.invoke(event))).toMatchObject({ errorType: 'InvalidEventError' });
    expect(rotator.sandbox.calls.all).toEqual([]);
  });
});

const EIGHT = [
  'GetObject',
  'GetAccessKeyInfo',
  'DescribeAccount',
  'AssumeRole',
  'GetAccessKeyLastUsed',
  'PutObject',
  'AssumeRole',
  'UpdateAccessKey',
];
