import { openClients, type Clients } from '../aws/clients.ts';
import { maxSockets } from '../aws/max-sockets.ts';
import type { Config } from '../config/schema.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { openStore } from '../ledger/open-store.ts';
import type { ConnectionOptions, LedgerOptions } from './options.ts';

/** SDK clients with enough sockets for the configured concurrency. */
export function connect(options: ConnectionOptions, config?: Config): Clients {
  return openClients({
    region: options.region ?? process.env['AWS_DEFAULT_REGION'],
    endpoint: options.endpointUrl,
    sockets: maxSockets(config),
  });
}

/**
 * Opens the ledger, and closes the connections after use.
 * @throws LedgerLocationError, and what `use` throws
 */
export async function useLedger<Result>(
  options: LedgerOptions,
  use: (store: ObjectStore, clients: Clients) => Promise<Result>,
  config?: Config,
): Promise<Result> {
  const clients = connect(options, config);
  try {
    return await use(openStore(options.ledger, clients, config), clients);
  } finally {
    clients.close();
  }
}
