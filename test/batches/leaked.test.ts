import { expect, it } from 'vitest';

import { parseConfig } from '../../src/config/load.ts';
import { readRecords } from '../../src/ledger/read-run.ts';
import { foldRun } from '../../src/ledger/stored-run.ts';
import { ADA, EVERY_KEY, keysOf, onSandbox, organizationOf } from '../support/sweeping.ts';
import { keyOf, revoke } from '../sweep/leak/leaking.ts';
import { inSteps } from './in-steps.ts';

const FIRST = '100000000001';
const DAY = 24 * 60 * 60 * 1000;

const config = {
  ...EVERY_KEY,
  defaults: {
    ...EVERY_KEY.defaults,
    rules: { maxKeyAgeDays: 3650, mode: 'deactivate-then-delete', deleteAfterDays: 7, users: 'all' },
  },
} as const;

it('a sweep in steps deletes leaked keys, and names one that is Active again', async () => {
  const organization = organizationOf(1, () => [
    ADA,
    { userName: 'eve', keys: [{}] },
    { userName: 'mallory', keys: [{}] },
  ]);
  const on = await onSandbox({ organization, config });
  const ids = ['ada', 'eve', 'mallory'].map((userName) => keyOf(organization, FIRST, userName));
  await revoke(on, ids);
  const [again] = organization.user(FIRST, 'mallory').keys;
  if (again) again.status = 'Active';
  on.sandbox.clock.advance(7 * DAY);
  const dependencies = { ...on.dependencies(), config: parseConfig(JSON.stringify(config), 'accounts.json') };
  const summary = await inSteps(1).runSweep({ mode: 'sweep', filters: {} }, dependencies);
  expect(keysOf(organization, FIRST)).toEqual(['mallory Active']);
  expect(summary).toMatchObject({ verdict: 'incomplete', keys: { due: 2, deleted: 2 } });
  expect(summary.problems.join()).toContain(`Leaked key ${ids[2]} of mallory`);
  const { accounts } = await foldRun(readRecords(on.store, summary.runId));
  const reasons = [...(accounts.get(FIRST)?.writes.values() ?? [])].map(({ intended }) => intended?.reason);
  expect(reasons).toEqual(['leaked', 'leaked']);
});
