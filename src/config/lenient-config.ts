import * as z from 'zod';

import type { Step } from './document.ts';

/** A problem that no single setting shows: two settings that contradict each other, or one given twice. */
export interface Contradiction {
  readonly path: readonly Step[];
  readonly expected: string;
}

/** Undefined where it is missing or invalid. */
const valid = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const word = valid(z.string());
const number = valid(z.number());
const flag = valid(z.boolean());
const names = valid(z.array(z.string().catch('')));
const subscriber = z.object({ protocol: z.string(), endpoint: z.string() });
const subscribers = valid(z.array(subscriber.catch({ protocol: '', endpoint: '' })));
const deployment = z.object({
  account: word,
  region: word,
  kmsKeyArn: word,
  operators: names,
  notifications: subscribers,
  state: valid(z.object({ region: word, kmsKeyArn: word })),
  ledger: valid(
    z.object({ retentionDays: number, deleteOnDestroy: flag, objectLock: z.unknown().optional() }),
  ),
});
const rules = valid(
  z.looseObject({ mode: word, deleteAfterDays: number, maxKeyAgeDays: number, maxUnusedDays: number }),
);
const exemption = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]);
const exemptions = valid(z.array(exemption.catch('')));
const lists = valid(z.looseObject({ users: exemptions, groups: exemptions }));
const lenientOverride = z
  .looseObject({ accounts: names, organizationalUnits: names, groups: names, exempt: lists, rules })
  // Passes as an override with accounts and a setting, because the schema has already reported it.
  .catch({ accounts: [], unreadable: true });
const optOut = z.object({ account: z.string() }).catch({ account: '' });
const notices = z.object({ required: flag, topic: valid(z.object({ subscribers })) });
const lenientSchema = z
  .object({
    schedule: z
      .object({ noticeHours: valid(z.union([z.number(), z.boolean()])) })
      .catch({})
      .optional(),
    notices: notices.catch({}).optional(),
    deployment: deployment.catch({}).optional(),
    optOutTag: z.unknown().optional(),
    report: z.object({ groupBy: word }).catch({}).optional(),
    scope: z.object({ organizationalUnits: names }).catch({}).optional(),
    defaults: z.object({ groups: names, exempt: lists, rules }).catch({}).optional(),
    overrides: z.array(lenientOverride).catch([]).optional(),
    optOuts: z.array(optOut).catch([]).optional(),
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
