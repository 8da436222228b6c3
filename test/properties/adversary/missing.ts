import type { SignedLedger } from './signed-ledger.ts';

/** Whether something must notice that an object is gone: docs/threat-model.md says what nobody misses. */
export function isMissed(key: string, ledger: SignedLedger): boolean {
  if (!ledger.removed.has(key)) return false;
  if (key === 'watch.json' || key.startsWith('accounts/') || key.endsWith('/summary.json')) return true;
  return /\/records\/(?!notices\/)/.test(key) && !isEarlyEnd(key, ledger);
}

/** Whether the run of an object has recorded its end. */
export function hasEnded(key: string, { objects }: SignedLedger): boolean {
  const [run = key] = /^runs\/[^/]+\//.exec(key) ?? [];
  return [...objects].some(([of, body]) => of.startsWith(run) && body.includes('"run-finished"'));
}

/** Without its last records, a writer of a run that has not ended has only written less. */
function isEarlyEnd(key: string, { removedEarly, bucket }: SignedLedger): boolean {
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  const later = bucket.objects
    .list()
    .filter((object) => object.key > key && object.key.startsWith(folder))
    .filter((object) => !object.key.slice(folder.length).includes('/'));
  return removedEarly.has(key) && later.length === 0;
}
