import * as z from 'zod';
import { accountId } from '../config/field.ts';
import { readStrict } from '../config/read-strict.ts';
import type { Stored } from './parse-stored.ts';
import type { StoredRun } from './stored-run.ts';

const plannedKey = z.strictObject({
  accountId: accountId(),
  userName: z.string().min(1),
  accessKeyId: z.string().min(1),
  /** The key's status when it was planned. */
  status: z.string(),
  action: z.enum(['deactivate', 'delete']),
});
export type PlannedKey = Stored<typeof plannedKey>;

/** What `plan --out` writes: `apply` revokes these keys and no others. */
export const planFileSchema = z.strictObject(
  {
    version: z.literal(1),
    runId: z.string(),
    organizationId: z.string(),
    configSha256: z.string(),
    plannedAt: z.iso.datetime(),
    keys: z.array(plannedKey),
  },
  'a plan as `keysweep plan --out` writes it',
);
export type PlanFile = Stored<typeof planFileSchema>;

/** The keys that are due in armed accounts. */
export function planFileOf({ started, accounts }: StoredRun): PlanFile {
  const keys = [...accounts].flatMap(([accountId, { plan }]) =>
    plan?.armed === true
      ? plan.decisions.flatMap(({ userName, accessKeyId, status, action }) =>
          action === 'keep' ? [] : [{ accountId, userName, accessKeyId, status, action }],
        )
      : [],
  );
  const { runId, organizationId, configSha256, at: plannedAt } = started;
  return { version: 1, runId, organizationId, configSha256, plannedAt, keys };
}

/** @throws ConfigError with every problem */
export function parsePlanFile(text: string, fileName: string): PlanFile {
  return readStrict(planFileSchema, text, fileName);
}
