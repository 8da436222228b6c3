import type { Config } from '../config/schema.ts';

/** Connections beyond those to the accounts: Organizations, STS, the ledger. */
const SPARE = 16;

/** As many connections as calls can be in flight; the HTTP handler's own default of 50 would be the narrowest place. */
export function maxSockets(config: Config | undefined): number {
  if (!config) return SPARE;
  const { concurrency, overrides } = config;
  const perAccount = overrides.map((override) => override.concurrency?.callsPerAccount ?? 0);
  return SPARE + concurrency.accounts * Math.max(concurrency.callsPerAccount, ...perAccount);
}
