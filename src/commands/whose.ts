import { loadConfig } from '../config/load.ts';
import { readUnitNames } from '../organization/unit-names.ts';
import { renderKeys, whoseJson } from '../report/leaked-keys.ts';
import type { Style } from '../report/style.ts';
import { describeKeys, type KeysDescribed } from '../sweep/leak/describe-keys.ts';
import type { LeakDependencies } from '../sweep/leak/find-owner.ts';
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
      return printKeys(await describeKeys(ids, dependencies), options, terminal, dependencies);
    });
  return useLedger(options, show, { config });
}

export async function printKeys(
  described: KeysDescribed,
  options: Options,
  { print, style }: Terminal,
  asking: Pick<LeakDependencies, 'clients' | 'deadline'>,
): Promise<ExitCode> {
  print(options.json === true ? whoseJson(described) : await withUnitNames(described, style, asking));
  return described.notFound.some(({ status }) => status === 'failed') ? 1 : 0;
}

/** The text about the keys. */
export async function withUnitNames(
  described: KeysDescribed,
  style: Style,
  { clients, deadline }: Pick<LeakDependencies, 'clients' | 'deadline'>,
): Promise<string> {
  const ids = described.keys.flatMap(({ path = [] }) => path.slice(1));
  const units = await readUnitNames(clients.organizations, ids, deadline.reading);
  return renderKeys(described, THIS_PROCESS.now(), style, units);
}
