import * as z from 'zod';

import type { Step } from './document.ts';

/** A problem that no single setting shows: two settings that contradict each other, or one given twice. */
export interface Contradiction {
  readonly path: readonly Step[];
  readonly expected: string;
}

const names = z.array(z.string().catch('')).optional().catch(undefined);
const word = z.string().optional().catch(undefined);
const number = z.number().optional().catch(undefined);
const subscribers = z
  .array(z.object({ protocol: z.string(), endpoint: z.string() }).catch({ protocol: '', endpoint: '' }))
  .optional()
  .catch(undefined);
const deployment = z.object({
  account: word,
  region: word,
  kmsKeyArn: word,
  operators: names,
  notifications: subscribers,
  state: z.object({ region: word, kmsKeyArn: word }).optional().catch(undefined),
  ledger: z
    .object({
      retentionDays: number,
      deleteOnDestroy: z.boolean().optional().catch(undefined),
      objectLock: z.unknown().optional(),
    })
    .optional()
    .catch(undefined),
});
const rules = z
  .looseObject({ mode: word, deleteAfterDays: number, maxKeyAgeDays: number, maxUnusedDays: number })
  .optional()
  .catch(undefined);
const exemptions = z
  .array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]).catch(''))
  .optional()
  .catch(undefined);
const lists = z.looseObject({ users: exemptions, groups: exemptions }).optional().catch(undefined);
const lenientOverride = z
  .looseObject({ accounts: names, organizationalUnits: names, groups: names, exempt: lists, rules })
  // Passes as an override with accounts and a setting, because the schema has already reported it.
  .catch({ accounts: [], unreadable: true });
const lenientSchema = z
  .object({
    schedule: z
      .object({ noticeHours: z.union([z.number(), z.boolean()]).optional().catch(undefined) })
      .catch({})
      .optional(),
    notices: z
      .object({
        required: z.boolean().optional().catch(undefined),
        topic: z.object({ subscribers }).optional().catch(undefined),
      })
      .catch({})
      .optional(),
    deployment: deployment.catch({}).optional(),
    optOutTag: z.unknown().optional(),
    report: z.object({ groupBy: word }).catch({}).optional(),
    scope: z.object({ organizationalUnits: names }).catch({}).optional(),
    defaults: z.object({ groups: names, exempt: lists, rules }).catch({}).optional(),
    overrides: z.array(lenientOverride).catch([]).optional(),
    optOuts: z
      .array(z.object({ account: z.string() }).catch({ account: '' }))
      .catch([])
      .optional(),
  })
  .catch({});

export type LenientConfig = z.output<typeof lenientSchema>;
export type LenientOverride = z.output<typeof lenientOverride>;

/**
 * What the checks across settings need. Invalid parts become '' or undefined, which the checks ignore, so
 * they run, and every problem is listed, even if the schema has found some.
 * @param value accounts.json as parsed JSON, valid or not
 */
export function lenientConfig(value: unknown): LenientConfig {
  return lenientSchema.parse(value);
}
