import { describe, expect, it } from 'vitest';

import { ENGINES } from '../../support/engines.ts';
import { ADA, keysOf, onSandbox, organizationOf, outcomes } from '../../support/sweeping.ts';
import { inSteps } from '../../batches/in-steps.ts';
import { foldRun } from '../../../src/ledger/stored-run.ts';
import { readRecords } from '../../../src/ledger/read-run.ts';

const THROTTLED = '100000000002';
const FOR_EVER = { service: 'iam', account: THROTTLED, occurrence: 'every', kind: 'throttle' } as const;

/** The seven attempts of a call take 37 seconds on average, and at least 20. */
const WAIT_MS = 15_000;

describe.each([ENGINES[0]!, ['in batches', inSteps(20).runSweep] as const])('a sweep %s', (_, runSweep) => {
  it('does not wait for an account that AWS throttles for ever', async () => {
    const organization = organizationOf(6);
    const { sandbox, store, dependencies } = await onSandbox({ organization });
    sandbox.faults.add({ ...FOR_EVER, call: 'GetGroup' });
    const begin = performance.now();
    const { runId, verdict } = await runSweep({ mode: 'sweep', filters: {} }, dependencies());
    expect(performance.now() - begin).toBeLessThan(WAIT_MS);
    expect(verdict).toBe('incomplete');
    const run = await foldRun(readRecords(store, runId));
    expect(outcomes(run)).toMatchObject({ [THROTTLED]: 'throttled', '100000000003': 'swept' });
    expect(keysOf(organization, THROTTLED)).toEqual(['ada Active']);
    expect(keysOf(organization, '100000000006')).toEqual(['ada Inactive']);
  });
});

it('waits for an account that is throttled less: the others can wait as long', async () => {
  const { sandbox, run } = await onSandbox({ organization: organizationOf(3, () => [ADA]) });
  sandbox.faults.add({ ...FOR_EVER, call: 'GetGroup', occurrence: { from: 1, to: 3 } });
  const { summary } = await run();
  expect(summary).toMatchObject({ verdict: 'ok', accounts: { swept: 3 } });
});
