import { expect } from 'vitest';

import type { Stage } from '../stage.ts';
import { isMissed } from './missing.ts';
import type { Sender } from './sending.ts';
import type { SignedLedger } from './signed-ledger.ts';

const NOTHING_EXPIRED = new Date(0);

/** `keysweep verify` names everything that is not what keysweep stored. */
export async function checkVerified({ build }: Stage, ledger: SignedLedger, story: string): Promise<void> {
  const isForged = (key: string): boolean => {
    const object = ledger.bucket.objects.get(key);
    return object ? ledger.forged.has(object) : isMissed(key, ledger);
  };
  const keys = new Set([...ledger.removed, ...ledger.bucket.objects.list().map(({ key }) => key)]);
  const { problems } = await build.verifyLedger(ledger.open(), { expiredBefore: NOTHING_EXPIRED });
  expect(
    [...keys].filter(
      (key) => isForged(key) && !problems.some(({ object }) => key === object || key.startsWith(object)),
    ),
    `not named by verify (${story}; it names ${problems.map(({ object }) => object).join(', ')})`,
  ).toEqual([]);
}

/** A watchdog that has watched since the beginning misses the sweeps that did not run. */
export async function checkWatched(
  { build, built, dependencies }: Stage,
  ledger: SignedLedger,
  { hasSwept, done }: Sender,
): Promise<void> {
  const finding = await build
    .runWatchdog(dependencies().config, ledger.open(), built.organization.clock.now())
    .catch((error: unknown) => error);
  // An error is an alarm, too.
  if (finding instanceof Error || hasSwept) return;
  const { state } = finding as { readonly state: string };
  if (done.length === 0) expect(state).toBe('did-not-run');
  else expect(['did-not-run', 'unfinished', 'not-ok'], done.join('\n')).toContain(state);
}
