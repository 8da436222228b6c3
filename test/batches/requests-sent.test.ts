import { expect, it } from 'vitest';

import { KEYSWEEP } from '../properties/build-under-test.ts';
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
