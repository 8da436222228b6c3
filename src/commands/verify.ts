import { acquireLock } from '../ledger/lock.ts';
import { restoreMemories } from '../ledger/memory.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { newRunId } from '../ledger/run-id.ts';
import { findRun } from '../ledger/runs.ts';
import { expiredBefore, verifyLedger } from '../ledger/verify.ts';
import { json } from '../report/json.ts';
import { renderVerification } from '../report/verification.ts';
import { useLedger, type UsedLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import type { Options } from './options.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';

type VerifyOptions = Options & { readonly all?: boolean; readonly restore?: boolean };

/** @throws RunReferenceError, ConfigError, LockHeldError with --restore */
export async function verify(
  reference: string,
  options: VerifyOptions,
  { print, say, style }: Terminal,
): Promise<ExitCode> {
  const verifyIn = async ({ store, config }: UsedLedger): Promise<ExitCode> => {
    const runIds = options.all === true ? undefined : [await findRun(store, reference)];
    const scope = { runIds, expiredBefore: expiredBefore(config, THIS_PROCESS.now()) };
    const verification = await verifyLedger(store, scope);
    print(
      options.json === true
        ? json<'verify'>(verification)
        : renderVerification(verification, store.location, style),
    );
    if (options.restore === true) say(await restore(store));
    return verification.problems.length === 0 ? 0 : 1;
  };
  return useLedger(options, verifyIn, { writes: options.restore === true });
}

async function restore(store: ObjectStore): Promise<string> {
  const { now, random, host } = THIS_PROCESS;
  const lock = await acquireLock(store, { runId: newRunId(now(), random), host, now });
  try {
    return `Restored: ${(await restoreMemories(store)).join(', ') || 'nothing'}.`;
  } finally {
    await lock.release();
  }
}
