import type { Config } from '../config/schema.ts';

/** Connections to Organizations, STS and the ledger. */
const SPARE = 16;

/** One connection per call that can be in flight; the SDK's default of 50 would be the bottleneck. */
export function maxSockets(config: Config | undefined): number {
  if (!config) return SPARE;
  const { concurrency, overrides } = config;
  const perAccount = overrides.map((override) => override.concurrency?.callsPerAccount ?? 0);
  return SPARE + concurrency.accounts * Math.max(concurrency.callsPerAccount, ...perAccount);
}
