import { expect, it } from 'vitest';

import type { Rotator } from '../../src/rotator/rotator.ts';
import { sweptSlot } from '../../src/rotator/swept-slot.ts';
import { now } from '../support/clock.ts';
import { memoryStore } from '../support/memory-store.ts';

it('lets the sweep begin if the ledger cannot be read, so that the sweep fails and says so', async () => {
  const broken = () => Promise.reject(new Error('no ledger'));
  const store = { ...memoryStore(), list: broken, listFolders: broken };
  const rotator = { store, context: { logStreamName: 'here' }, now };
  await expect(
    sweptSlot('2026-11-27T22:55:00.000Z', undefined, rotator as unknown as Rotator),
  ).resolves.toBeUndefined();
});
