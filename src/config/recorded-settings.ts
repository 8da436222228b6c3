import * as z from 'zod';
import type { Config } from './schema.ts';

/*
 * The settings that decide, as a run records them. Less strict than accounts.json: later versions read them,
 * and fill in no default that was not in force. Others, such as an external ID, are not recorded.
 */

const text = z.string();
const tag = z.union([z.object({ key: text, value: text }), z.literal(false)]);
const exemption = z.union([
  text,
  z.object({ name: text, owner: text.optional(), reason: text.optional(), until: text.optional() }),
]);
const rules = z.object({
  maxKeyAgeDays: z.number(),
  maxUnusedDays: z.union([z.number(), z.literal(false)]).optional(),
  mode: text,
  deleteAfterDays: z.number(),
  users: text,
});
const exempt = z.object({ users: z.array(exemption), groups: z.array(exemption), userTag: tag });
const defaults = z.object({ armed: z.boolean(), groups: z.array(text), rules, exempt });

export const recordedSettings = z
  .object({
    schedule: z.object({ expression: text, timezone: text }),
    scope: z.object({ organizationalUnits: z.array(text).optional(), managementAccount: z.boolean() }),
    optOutTag: tag,
    defaults,
    overrides: z.array(
      defaults.partial().extend({
        accounts: z.array(text).optional(),
        organizationalUnits: z.array(text).optional(),
        rules: rules.partial().optional(),
        exempt: exempt.partial().optional(),
      }),
    ),
    optOuts: z.array(z.object({ account: text, owner: text, reason: text, until: text })),
    limits: z.record(text, z.number()),
  })
  .describe('The settings of accounts.json that decided, with their defaults. Older runs have none.');

export function settingsToRecord(config: Config): z.output<typeof recordedSettings> {
  return recordedSettings.parse(config);
}
