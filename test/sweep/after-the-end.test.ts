import { describe, expect, it } from 'vitest';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { getSummary } from '../../src/ledger/runs.ts';
import { ENGINES } from '../support/engines.ts';
import { memoryStore } from '../support/memory-store.ts';
import { keysOf, onSandbox, organizationOf } from '../support/sweeping.ts';

const FULL = 'the disk is full';

/** A store in which the file of a summary, or the release of a lock, fails. */
function failingAt(kind: 'summary' | 'release'): ObjectStore {
  const whole = memoryStore();
  const fails = (key: string, body: string): boolean =>
    kind === 'summary' ? key.endsWith('/summary.json') : body.includes('"released":true');
  return {
    ...whole,
    put: (key, body) => (fails(key, body) ? Promise.reject(new Error(FULL)) : whole.put(key, body)),
  };
}

describe.each(ENGINES)('a run whose end is recorded, %s,', (_, runSweep) => {
  it.each([
    [
      'summary',
      /^The file summary\.json of run \S+ could not be stored: the disk is full\. .*reads its records/,
    ],
    ['release', /^The lock of the ledger could not be released: .*\. The lock expires after (5|30) minutes;/],
  ] as const)('ends as it was recorded, with one more warning, if its %s fails', async (kind, warning) => {
    const organization = organizationOf(2);
    const { dependencies, run, store } = await onSandbox({ organization, store: failingAt(kind) });
    const summary = await runSweep({ mode: 'sweep', filters: {} }, dependencies());
    expect(summary).toMatchObject({ verdict: 'ok', warnings: [expect.stringMatching(warning)] });
    expect(keysOf(organization, '100000000001')).toEqual(['ada Inactive']);
    expect(await getSummary(store, summary.runId)).toEqual({ ...summary, warnings: [] });
    if (kind === 'summary') expect((await run()).summary).toMatchObject({ verdict: 'ok' });
  });
});
