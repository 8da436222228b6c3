import { openClients, type Clients } from '../access/clients.ts';
import type { Config } from '../config/schema.ts';
import type { ConnectionOptions } from './options.ts';

/** Connections beyond those that accounts need: Organizations, STS, the ledger. */
const SPARE_SOCKETS = 16;

/** The SDK clients that the options ask for, wide enough for the configured concurrency. */
export function connect(options: ConnectionOptions, config?: Config): Clients {
  return openClients({
    region: options.region ?? process.env['AWS_DEFAULT_REGION'],
    endpoint: options.endpointUrl,
    sockets: SPARE_SOCKETS + (config ? socketsFor(config) : 0),
  });
}

/** As many connections as calls can be in flight. */
export function socketsFor({ concurrency, overrides }: Config): number {
  const widest = Math.max(
    concurrency.callsPerAccount,
    ...overrides.map((override) => override.concurrency?.callsPerAccount ?? 0),
  );
  return concurrency.accounts * widest;
}
