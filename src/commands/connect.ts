import { openClients, type Clients } from '../aws/clients.ts';
import { maxSockets } from '../aws/max-sockets.ts';
import type { Config } from '../config/schema.ts';
import type { ConnectionOptions } from './options.ts';

/** The SDK clients that the options ask for, wide enough for the configured concurrency. */
export function connect(options: ConnectionOptions, config?: Config): Clients {
  return openClients({
    region: options.region ?? process.env['AWS_DEFAULT_REGION'],
    endpoint: options.endpointUrl,
    sockets: maxSockets(config),
  });
}
