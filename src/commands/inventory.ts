import type { Config, InventoriedCredentials } from '../config/schema.ts';
import { isDeployed } from '../deployment/names.ts';
import { UsageError } from './errors.ts';
import type { ExitCode } from './exit-code.ts';
import type { Options } from './options.ts';
import { runAndPrint } from './sweep.ts';
import type { Terminal } from './terminal.ts';

export interface InventoryOptions extends Options {
  readonly credentials?: InventoriedCredentials;
  readonly lastUse?: boolean;
}

/** @throws UsageError if the deployed role does not allow it */
export async function inventory(options: InventoryOptions, terminal: Terminal): Promise<ExitCode> {
  const toRead = (config: Config) => {
    const credentials = options.credentials ?? config.inventory?.credentials ?? 'access-keys';
    checkAllowed(credentials, config);
    return { credentials, lastUse: options.lastUse ?? config.inventory?.lastUse ?? false };
  };
  return (await runAndPrint({ mode: 'inventory', toRead }, options, terminal)).exitCode;
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
