import { loadConfig } from '../config/load.ts';
import { describeKeys } from '../sweep/leak/describe-keys.ts';
import type { LeakDependencies } from '../sweep/leak/find-owner.ts';
import { revokeLeaked } from '../sweep/leak/revoke-leaked.ts';
import { confirmKeys } from './confirm.ts';
import { useLedger, type UsedLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { requiredReason } from './options.ts';
import { readKeyIds } from './read-key-ids.ts';
import { sendNotices } from './send-notices.ts';
import { stopOnSignals } from './signals.ts';
import { printAndStorePage } from './store-report.ts';
import { checkCanConfirm } from './sweep.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';
import { printKeys, withUnitNames, type KeyIdOptions } from './whose.ts';

type RevokeOptions = KeyIdOptions & { readonly apply?: boolean; readonly yes?: boolean };

/** @throws UsageError without a key or a reason, CallFailedError, UnrecordedRevocationError */
export async function revoke(
  given: readonly string[],
  options: RevokeOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const applies = options.apply === true;
  const reason = applies ? requiredReason(options, 'keysweep revoke KEY --apply') : '';
  if (applies) checkCanConfirm(options, terminal);
  const ids = await readKeyIds(given, options.file);
  const config = await loadConfig(options.config);
  const use = ({ store, clients, otherLedger }: UsedLedger): Promise<ExitCode> =>
    stopOnSignals({ ...terminal, isWriting: () => applies }, async (deadline) => {
      const { progress } = terminal;
      const dependencies = { ...THIS_PROCESS, config, clients, store, deadline, progress, otherLedger };
      if (!applies) return printKeys(await describeKeys(ids, dependencies), options, terminal, dependencies);
      if (options.yes !== true && !(await approve(ids, dependencies, terminal))) return 4;
      const { summary, notFound } = await revokeLeaked(ids, { reason }, dependencies);
      if (!summary) {
        await printKeys({ keys: [], notFound, warnings: [] }, options, terminal, dependencies);
        return 1;
      }
      const { exitCode } = await printAndStorePage(store, summary, options, terminal);
      await sendNotices({ runId: summary.runId, config, clients, store }, terminal);
      return exitCode;
    });
  return useLedger(options, use, { config, writes: applies });
}

/** Shows whose keys these are, and asks. Nothing to revoke needs no answer: the run says why. */
async function approve(
  ids: readonly string[],
  dependencies: LeakDependencies,
  terminal: Terminal,
): Promise<boolean> {
  const described = await describeKeys(ids, dependencies);
  if (described.keys.length === 0) return true;
  const shown = await withUnitNames(described, terminal.messageStyle, dependencies);
  const approved = await confirmKeys(shown, terminal, dependencies.deadline.writing);
  if (!approved) terminal.say('You did not confirm, so nothing was revoked.');
  return approved;
}
