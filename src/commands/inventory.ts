import { loadConfig } from '../config/load.ts';
import type { Config, InventoriedCredentials } from '../config/schema.ts';
import { isDeployed } from '../deployment/names.ts';
import { newRunId } from '../ledger/run-id.ts';
import { runInventory } from '../sweep/inventory/run-inventory.ts';
import { useLedger } from './connect.ts';
import { UsageError } from './errors.ts';
import type { ExitCode } from './exit-code.ts';
import { interruptedNotice } from './interrupted-notice.ts';
import { readFilters } from './named-filters.ts';
import type { Options } from './options.ts';
import { stopOnSignals } from './signals.ts';
import { printAndStorePage, printFailed } from './store-report.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';

export interface InventoryOptions extends Options {
  readonly credentials?: InventoriedCredentials;
  readonly lastUse?: boolean;
}

/** @throws UsageError if the deployed role does not allow it */
export async function inventory(options: InventoryOptions, terminal: Terminal): Promise<ExitCode> {
  const config = await loadConfig(options.config);
  const credentials = options.credentials ?? config.inventory?.credentials ?? 'access-keys';
  checkAllowed(credentials, config);
  const runId = newRunId(THIS_PROCESS.now(), THIS_PROCESS.random);
  const { progress } = interruptedNotice(terminal);
  return useLedger(
    options,
    async ({ store, clients, otherLedger }) => {
      try {
        const summary = await stopOnSignals(terminal, async (deadline) => {
          const filters = await readFilters(options, clients, deadline.reading);
          const lastUse = options.lastUse ?? config.inventory?.lastUse ?? false;
          const request = { runId, filters, credentials, lastUse, reason: options.reason };
          const dependencies = { ...THIS_PROCESS, config, clients, store, deadline, progress, otherLedger };
          return runInventory(request, dependencies);
        });
        return (await printAndStorePage(store, summary, options, terminal)).exitCode;
      } catch (error) {
        await printFailed(store, runId, options, terminal);
        throw error;
      }
    },
    { config },
  );
}

function checkAllowed(credentials: InventoriedCredentials, config: Config): void {
  if (!isDeployed(config.rotationRole, config)) return;
  const { inventory: deployed } = config;
  if (deployed && (credentials === 'access-keys' || deployed.credentials === 'all')) return;
  throw new UsageError(
    `The deployed rotation role does not allow this inventory. Set "inventory": { "credentials": ` +
      `"${credentials}" } in accounts.json, and deploy.`,
  );
}
