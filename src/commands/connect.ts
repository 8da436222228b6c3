import { isDeepStrictEqual } from 'node:util';

import { openClients, type Clients } from '../aws/clients.ts';
import { maxSockets } from '../aws/max-sockets.ts';
import { loadConfig } from '../config/load.ts';
import { exists } from '../config/read-text.ts';
import type { Config } from '../config/schema.ts';
import { deploymentNames, isDeployable } from '../deployment/names.ts';
import { parseLocation } from '../ledger/location.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { openStore } from '../ledger/open-store.ts';
import { UsageError } from './errors.ts';
import { DEFAULT_CONFIG, type ConnectionOptions, type Options } from './options.ts';

/** SDK clients with enough sockets for the configured concurrency. */
export function connect(options: ConnectionOptions, config?: Config): Clients {
  return openClients({
    region: options.region ?? process.env['AWS_DEFAULT_REGION'] ?? options.identity?.region,
    endpoint: options.endpointUrl,
    credentials: options.identity?.credentials,
    sockets: maxSockets(config),
    onCall: options.onCall,
  });
}

/** A ledger without a deployment in accounts.json. */
const DEFAULT_LEDGER = '.keysweep';

export interface LedgerUse {
  /** Read from its file, if that exists, when left out. */
  readonly config?: Config | undefined;
  /** For a command that changes keys or holds: holds and lock are in the deployed ledger. */
  readonly writes?: boolean;
}

export interface UsedLedger {
  readonly store: ObjectStore;
  readonly clients: Clients;
  readonly config: Config | undefined;
  /** It is not the deployed one, though there is a deployment. */
  readonly otherLedger: boolean;
}

/**
 * Opens the ledger that is named, or the deployed one, and closes the connections after use.
 * @throws ConfigError; LedgerLocationError; UsageError for another ledger than the deployed one; what `use`
 *   throws
 */
export async function useLedger<Result>(
  options: Options,
  use: (ledger: UsedLedger) => Promise<Result>,
  { config, writes = false }: LedgerUse = {},
): Promise<Result> {
  const known = config ?? (await configIfAny(options.config));
  const deployed = known && isDeployable(known) ? deploymentNames(known.deployment).ledgerUrl : undefined;
  const location = options.ledger ?? deployed ?? DEFAULT_LEDGER;
  const otherLedger =
    deployed !== undefined && !isDeepStrictEqual(parseLocation(location), parseLocation(deployed));
  if (writes && deployed !== undefined) checkDeployed(options, { location, deployed, otherLedger });
  const region = options.region ?? known?.deployment?.region;
  const clients = connect({ ...options, ...(region !== undefined && { region }) }, known);
  try {
    return await use({ store: openStore(location, clients, known), clients, config: known, otherLedger });
  } finally {
    clients.close();
  }
}

async function configIfAny(file: string): Promise<Config | undefined> {
  return file !== DEFAULT_CONFIG || (await exists(file)) ? loadConfig(file) : undefined;
}

/** With another ledger, a sweep would know no hold, and two could write at once. */
function checkDeployed(
  { ledger, notTheDeployedLedger }: Options,
  { location, deployed, otherLedger }: { location: string; deployed: string; otherLedger: boolean },
): void {
  if (notTheDeployedLedger === true && ledger === undefined)
    throw new UsageError('Name the other ledger with --ledger, or leave out --not-the-deployed-ledger.');
  if (!otherLedger || notTheDeployedLedger === true) return;
  throw new UsageError(
    `The ledger of the deployment in accounts.json is ${deployed}, and this is ${location}: ` +
      'it has none of its holds, and its lock stops no other run. ' +
      'Leave out --ledger (and KEYSWEEP_LEDGER), or add --not-the-deployed-ledger.',
  );
}
