import { expect, it } from 'vitest';

import { smallOrganization } from '../crash/organization.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { stageOf } from '../properties/stage.ts';
import { prepared } from './chaos.ts';
import { playUndisturbed } from './playing.ts';

it('a run in batches counts every request that AWS received, and the throttled ones', async () => {
  const stage = await prepared(KEYSWEEP);
  const { calls, faults } = stage.server;
  faults.add({ service: 'iam', call: 'ListAccessKeys', occurrence: 2, kind: 'throttle' });
  faults.add({ service: 'iam', call: 'UpdateAccessKey', occurrence: 1, kind: 'throttle' });
  const before = calls.all.length;
  const summary = await playUndisturbed(stage);
  expect(summary).toMatchObject({ verdict: 'ok', calls: calls.all.length - before, throttles: 2 });
});

it('a run that could not list the organization counts the throttled requests', async () => {
  const stage = await prepared(KEYSWEEP);
  const { calls, faults } = stage.server;
  faults.add({ service: 'organizations', call: 'ListAccounts', occurrence: 'every', kind: 'throttle' });
  const before = calls.all.length;
  const summary = await playUndisturbed(stage);
  expect(summary).toMatchObject({
    verdict: 'incomplete',
    accountsListed: 0,
    calls: calls.all.length - before,
    throttles: 2,
  });
});

it('a run whose steps recorded no requests counts only those of its last step', async () => {
  const stage = await prepared(KEYSWEEP);
  const store = {
    ...stage.store,
    putNew: (key: string, body: string) =>
      stage.store.putNew(key, body.replaceAll(/^.*"type":"requests-sent".*\n/gm, '')),
  };
  const silent = {
    ...stage,
    dependencies: (disturbance: object = {}) => stage.dependencies({ store, ...disturbance }),
  };
  expect(await playUndisturbed(silent)).toMatchObject({ verdict: 'ok', calls: 0, throttles: 0 });
});

it('a batch asks for each of its accounts, however many, and never lists the organization', async () => {
  const facts = smallOrganization('deactivate');
  const [management, member] = facts.accounts;
  if (!management || !member) throw new Error('no account');
  const accounts = [management, ...Array.from({ length: 35 }, () => member)];
  const listings = 2 * Math.ceil(accounts.length / 20);
  const counts = async (run: 'in batches' | 'in one process') => {
    const config = { ...facts.config, optOutTag: false as const };
    const stage = stageOf({ ...facts, config, accounts }, KEYSWEEP);
    const summary =
      run === 'in batches'
        ? await playUndisturbed(stage, undefined, 100)
        : await KEYSWEEP.runSweep({ mode: 'sweep', filters: {} }, stage.dependencies());
    expect(summary).toMatchObject({ verdict: 'ok', accounts: { swept: 35 } });
    const { 'organizations:DescribeAccount': described, 'organizations:ListAccounts': listed } =
      stage.server.calls.counts();
    return { described, listed };
  };
  expect(await counts('in batches')).toEqual({ described: 35, listed: listings / 2 });
  expect(await counts('in one process')).toEqual({ described: 30, listed: listings });
});
