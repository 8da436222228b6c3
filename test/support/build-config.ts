import { parseConfig } from '../../src/config/load.ts';
import type { Config, ConfigInput } from '../../src/config/schema.ts';

/** A valid configuration that sweeps `Developers`, with overrides. */
export function configWith(input: Partial<ConfigInput> = {}): Config {
  return parseConfig(JSON.stringify({ defaults: { groups: ['Developers'] }, ...input }), 'accounts.json');
}
