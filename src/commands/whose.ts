import { loadConfig } from '../config/load.ts';
import { renderKeys, whoseJson } from '../report/leaked-keys.ts';
import { describeKeys, type KeysDescribed } from '../sweep/leak/describe-keys.ts';
import { useLedger, type UsedLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import type { Options } from './options.ts';
import { readKeyIds } from './read-key-ids.ts';
import { stopOnSignals } from './signals.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';

export type KeyIdOptions = Options & { readonly file?: string };

/** @throws UsageError without a key, CallFailedError */
export async function whose(
  given: readonly string[],
  options: KeyIdOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const ids = await readKeyIds(given, options.file);
  const config = await loadConfig(options.config);
  const show = ({ store, clients }: UsedLedger): Promise<ExitCode> =>
    stopOnSignals(terminal, async (deadline) => {
      const { progress } = terminal;
      const dependencies = { ...THIS_PROCESS, config, clients, store, deadline, progress };
      return printKeys(await describeKeys(ids, dependencies), options, terminal);
    });
  return useLedger(options, show, { config });
}

export function printKeys(described: KeysDescribed, options: Options, { print, style }: Terminal): ExitCode {
  const now = THIS_PROCESS.now();
  print(options.json === true ? whoseJson(described) : renderKeys(described, now, style));
  return described.notFound.some(({ status }) => status === 'failed') ? 1 : 0;
}
