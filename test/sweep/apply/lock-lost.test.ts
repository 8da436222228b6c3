import { describe, expect, it } from 'vitest';

import { acquireLock } from '../../../src/ledger/lock.ts';
import type { ObjectStore } from '../../../src/ledger/object-store.ts';
import { ADA, keysOf, onSandbox, organizationOf } from '../../support/sweeping.ts';
import { memoryStore } from '../../support/memory-store.ts';

const FIRST = '100000000001';
const OTHER = '20261127T225600Z-00000b';

/** One batch is 25 keys. */
const THIRTY = Array.from({ length: 30 }, (_, index) => ({ ...ADA, userName: `user-${index}` }));

describe('a sweep that lost its lock to another run between two batches', () => {
  it('writes to no further key, stores no memory, and names the other run', async () => {
    const organization = organizationOf(1, () => THIRTY);
    const objects = new Map<string, string>();
    const kept = memoryStore(objects);
    const sleepAfterTheFirstBatch: ObjectStore['putNew'] = async (key, body) => {
      const stored = await kept.putNew(key, body);
      if (body.includes('"writes-done"') && !body.includes('not-attempted')) {
        on.sandbox.clock.advance(10 * 60_000);
        await acquireLock(kept, { runId: OTHER, host: 'elsewhere', now: () => on.sandbox.clock.now() });
      }
      return stored;
    };
    const on = await onSandbox({ organization, store: { ...kept, putNew: sleepAfterTheFirstBatch } });
    const { run, summary } = await on.run();

    expect(keysOf(organization, FIRST).filter((key) => key.endsWith(' Inactive'))).toHaveLength(25);
    expect(summary).toMatchObject({ verdict: 'incomplete', keys: { deactivated: 25, failed: 5 } });
    const { finished, writes } = run.accounts.get(FIRST)!;
    expect(finished).toMatchObject({ outcome: 'not-reached' });
    expect(finished?.reason).toContain(`LockLost: run ${OTHER} on elsewhere took over the lock`);
    const left = [...writes.values()].filter(({ outcome }) => outcome === 'not-attempted');
    expect(left.map(({ failure }) => failure?.code)).toEqual(Array(5).fill('LockLost'));
    expect([...objects.keys()].filter((key) => key.startsWith('accounts/'))).toEqual([]);
    expect(JSON.parse(objects.get('locks/00000002.json')!)).toMatchObject({ runId: OTHER, released: false });
  });
});
