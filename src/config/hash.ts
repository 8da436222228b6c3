import { createHash } from 'node:crypto';
import type { Config } from './schema.ts';

/**
 * SHA-256 of the configuration, as hex. Comments, layout, the order of settings and spelled-out defaults
 * do not change it; the order inside a list does.
 */
export function configSha256(config: Config): string {
  const settings = { ...config, $schema: undefined };
  return sha256(JSON.stringify(settings, sortedKeys));
}

/** As hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
