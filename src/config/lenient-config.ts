import * as z from 'zod';

import type { Step } from './document.ts';

/** Something that no single setting shows: two settings that contradict each other, or one that is given twice. */
export interface Contradiction {
  readonly path: readonly Step[];
  readonly expected: string;
}

const names = z.array(z.string().catch('')).optional().catch(undefined);
const word = z.string().optional().catch(undefined);
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
});
const lists = z.looseObject({ users: names, groups: names }).optional().catch(undefined);
const overrideOutline = z
  .looseObject({ accounts: names, organizationalUnits: names, groups: names, exempt: lists })
  // Something that the schema has refused already: for an account, and with a setting, so that nothing is added to that.
  .catch({ accounts: [], unreadable: true });
const outline = z
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
    scope: z.object({ organizationalUnits: names }).catch({}).optional(),
    defaults: z.object({ groups: names, exempt: lists }).catch({}).optional(),
    overrides: z.array(overrideOutline).catch([]).optional(),
    optOuts: z
      .array(z.object({ account: z.string() }).catch({ account: '' }))
      .catch([])
      .optional(),
  })
  .catch({});

export type Outline = z.output<typeof outline>;
export type OverrideOutline = z.output<typeof overrideOutline>;

/**
 * Only what the checks across settings need, read so leniently that they still run, and everything is listed at once,
 * when the schema has found problems of its own. What is unusable becomes '' or undefined, which they pass over.
 * @param value accounts.json as parsed JSON, valid or not
 */
export function outlineOf(value: unknown): Outline {
  return outline.parse(value);
}
