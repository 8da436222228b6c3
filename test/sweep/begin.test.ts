import { describe, expect, it } from 'vitest';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { memoryStore } from './memory-store.ts';
import { onSandbox, organizationOf } from './sweeping.ts';

describe('a run that cannot store its beginning', () => {
  it('leaves no lock behind, which its own process would renew for ever', async () => {
    const store = memoryStore();
    const failing: ObjectStore = {
      ...store,
      putNew: (key, body) =>
        key.startsWith('runs/') ? Promise.reject(new Error('the disk is full')) : store.putNew(key, body),
    };
    const { run } = await onSandbox({ organization: organizationOf(1), store });
    await expect(run({}, { store: failing })).rejects.toThrow('the disk is full');
    expect((await run()).summary.verdict).toBe('ok');
  });
});

describe('a lock of a run long ago that cannot be removed', () => {
  it('stops nothing', async () => {
    const store = memoryStore();
    const { run } = await onSandbox({ organization: organizationOf(1), store });
    await run();
    await run();
    const failing: ObjectStore = { ...store, remove: () => Promise.reject(new Error('denied')) };
    expect((await run({}, { store: failing })).summary.verdict).toBe('ok');
    expect(await store.list('locks/')).toHaveLength(3);
  });
});
