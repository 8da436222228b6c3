import { describe, expect, it } from 'vitest';

import type { OtherRequest } from '../../sandbox/faults/faults.ts';
import type { ServiceName } from '../../sandbox/wire/service-name.ts';
import { readDenyList } from '../../src/ledger/deny-list.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { listRunIds, readRun } from '../../src/ledger/runs.ts';
import { handledKey } from '../../src/rotator/handle-leak.ts';
import type { Stage } from '../properties/stage.ts';
import { checkTruth } from '../properties/truth.ts';
import { attemptLeak, EVENT_ID, leakReport, leaksFound } from '../support/leak-attempt.ts';
import { harmsAt } from './call-harms.ts';
import { activeOf, leakedKeys, OTHERS as OF_REVOCATION, staged } from './two-leaked-keys.ts';

/** Every call of the handling of two keys in two accounts, which a test compares with what it sends. */
const CALLS: Readonly<Record<string, number>> = {
  'sts:GetCallerIdentity': 1,
  'sts:GetAccessKeyInfo': 2,
  'organizations:DescribeAccount': 2,
  'sts:AssumeRole': 4,
  'iam:GetAccessKeyLastUsed': 2,
  'iam:UpdateAccessKey': 2,
  'organizations:ListParents': 2,
  'organizations:ListTagsForResource': 2,
  'iam:GetGroup': 2,
  'iam:ListAccessKeys': 4,
  'events:PutEvents': 1,
};

/** What each call may get instead of its answer. */
const OTHERS: Readonly<Record<string, readonly OtherRequest[]>> = {
  ...OF_REVOCATION,
  'iam:ListAccessKeys': [{ call: 'GetAccessKeyLastUsed' }, { account: '100000000003' }],
};

const handle = (stage: Stage, store: ObjectStore = stage.store): Promise<unknown> =>
  attemptLeak(leakReport(leakedKeys(stage)), stage.dependencies({ store })).catch((error: unknown) => error);

const isHandled = async ({ store }: Stage) => (await store.get(handledKey(EVENT_ID))) !== undefined;

/** What has to be true after any attempt. */
async function checkAttempt(stage: Stage, before: ReturnType<Stage['world']>): Promise<void> {
  const active = activeOf(stage);
  const ids = leakedKeys(stage);
  const denied = [...(await readDenyList(stage.store)).keys()];
  expect(denied).toEqual(expect.arrayContaining(ids.filter((id) => !active.includes(id))));
  const [runId] = await listRunIds(stage.store);
  if (runId !== undefined) checkTruth(await stage.read(runId), stage.built.accountIds, before, stage.world());
  // No notice calls a live key Inactive.
  const noticed = leaksFound(stage.built.organization);
  expect(noticed.filter((said) => active.some((id) => said === `${id} Inactive`))).toEqual([]);
}

/** What no other attempt would change: AWS refuses it, or calls the key foreign or gone. */
const PERMANENT = /denied|AccountNotFound|answer of another account/i;

/** An event that counts as handled is about keys that are Inactive, or that a person has to see to. */
function checkHandled(stage: Stage, harm: string): void {
  const active = activeOf(stage);
  const noticed = leaksFound(stage.built.organization).map((said) => said.split(' ')[0] ?? '');
  expect(noticed).toEqual(expect.arrayContaining(active));
  if (active.length > 0) expect(harm).toMatch(PERMANENT);
}

/** Fails at one operation, counted from 0. */
function failingAt(at: number, store: ObjectStore) {
  let operations = 0;
  const meet = <Result>(act: () => Promise<Result>): Promise<Result> =>
    operations++ === at ? Promise.reject(new Error('the ledger fails')) : act();
  const failing: ObjectStore = {
    location: store.location,
    put: (key, body) => meet(() => store.put(key, body)),
    putNew: (key, body) => meet(() => store.putNew(key, body)),
    update: (key, change) => meet(() => store.update(key, change)),
    get: (key) => meet(() => store.get(key)),
    list: (prefix) => meet(() => store.list(prefix)),
    listFolders: (prefix) => meet(() => store.listFolders(prefix)),
    remove: (key) => meet(() => store.remove(key)),
  };
  return { failing, operations: () => operations };
}

describe('the Lambda for leaked keys', () => {
  it('makes these calls and no other', async () => {
    const stage = staged();
    await handle(stage);
    expect(stage.server.calls.counts()).toEqual(CALLS);
    expect(await isHandled(stage)).toBe(true);
  });

  const failures = Object.entries(CALLS).flatMap(([call, all]) =>
    [...new Set([1, all])].map((nth) => [call, nth] as const),
  );
  describe.each(failures)('whose %s fails from call %i on', (name, nth) => {
    it.each(harmsAt(name, OTHERS[name]))(
      '(%s) names the keys that stay live, or is tried again',
      async (harm, fault) => {
        const stage = staged();
        const before = stage.world();
        const [service = '', call = ''] = name.split(':');
        const occurrence = { from: nth, to: Infinity };
        stage.server.faults.add({ ...fault, service: service as ServiceName, call, occurrence });
        await handle(stage);
        expect(stage.server.faults.fired).toBeGreaterThan(0);
        stage.server.faults.clear();
        await checkAttempt(stage, before);
        if (await isHandled(stage)) checkHandled(stage, harm);
        else {
          await handle(stage);
          expect(activeOf(stage)).toEqual([]);
          expect(await isHandled(stage)).toBe(true);
        }
        const [runId = ''] = await listRunIds(stage.store);
        const { notices } = await readRun(stage.store, runId).catch(() => ({ notices: [] }));
        const expected = leakedKeys(stage).map((id) => expect.stringContaining(id) as string);
        if (notices.every(({ type }) => type === 'notice-sent'))
          expect(leaksFound(stage.built.organization)).toEqual(expect.arrayContaining(expected));
        else expect(service).toBe('events');
      },
    );
  });

  it('handles its event by the next attempt when an operation of its ledger fails', async () => {
    const calm = staged();
    const counting = failingAt(Infinity, calm.store);
    await handle(calm, counting.failing);
    expect(counting.operations()).toBeGreaterThan(15);
    for (let at = 0; at < counting.operations(); at += 1) {
      const stage = staged();
      await handle(stage, failingAt(at, stage.store).failing);
      await checkAttempt(stage, stage.world());
      if (!(await isHandled(stage))) await handle(stage);
      const noticed = leakedKeys(stage).map((id) => `${id} Inactive`);
      expect({ at, active: activeOf(stage) }).toEqual({ at, active: [] });
      expect({ at, found: leaksFound(stage.built.organization) }).toEqual({
        ...{ at, found: expect.arrayContaining(noticed) as string[] },
      });
    }
  });
});
