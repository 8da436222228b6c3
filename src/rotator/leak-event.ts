import * as z from 'zod';

import { expectedKind } from '../config/explain-issue.ts';
import { words } from '../config/field.ts';
import { sha256 } from '../config/hash.ts';
import { describeIssues } from '../ledger/parse-stored.ts';
import { InvalidEventError } from './errors.ts';

/** Access keys that somebody found, and nothing else of an event is believed. */
export interface LeakReport {
  readonly accessKeyIds: readonly string[];
  /** For the ledger and the notice. */
  readonly reason: string;
  readonly by: string;
  /** The same for each delivery of an event; undefined: a person asks, and may ask again. */
  readonly id?: string;
}

const keyId = z.string().min(1).max(128);
const MAX_KEYS = 1000;
const name = z.string().min(1).max(2048);

/** https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html */
const exposed = z.object({
  detail: z.object({
    eventTypeCode: z.literal('AWS_RISK_CREDENTIALS_EXPOSED'),
    eventArn: name,
    affectedEntities: z
      .array(z.object({ entityValue: keyId }))
      .min(1)
      .max(MAX_KEYS),
  }),
});

/** https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html */
const finding = z.object({
  detail: z.object({
    id: name,
    type: name,
    resource: z.object({ accessKeyDetails: z.object({ accessKeyId: keyId }) }),
  }),
});

const request = z.strictObject({
  mode: z.literal('leak'),
  accessKeyIds: z.array(keyId).min(1).max(MAX_KEYS),
  reason: words('why', 1024),
});

/** @throws InvalidEventError */
export function parseLeakEvent(event: unknown): LeakReport {
  const { source } = z.object({ source: z.string() }).safeParse(event).data ?? {};
  if (source === 'aws.health') return ofHealth(parsed(exposed, event));
  if (source === 'aws.guardduty') return ofGuardDuty(parsed(finding, event));
  const { accessKeyIds, reason } = parsed(request, event);
  return { accessKeyIds: [...new Set(accessKeyIds)], reason, by: 'an invocation of the Lambda' };
}

function ofHealth({ detail: { eventArn, affectedEntities } }: z.output<typeof exposed>): LeakReport {
  const accessKeyIds = [...new Set(affectedEntities.map(({ entityValue }) => entityValue))].sort();
  // The pages of an event share its ARN.
  const id = sha256(JSON.stringify([eventArn, ...accessKeyIds]));
  return { accessKeyIds, reason: `AWS Health found it in public: ${eventArn}`, by: 'aws.health', id };
}

function ofGuardDuty({ detail: { id, type, resource } }: z.output<typeof finding>): LeakReport {
  const { accessKeyId } = resource.accessKeyDetails;
  const reason = `GuardDuty: ${type} (${id})`;
  return { accessKeyIds: [accessKeyId], reason, by: 'aws.guardduty', id: sha256(`${id} ${accessKeyId}`) };
}

function parsed<Schema extends z.ZodType>(schema: Schema, event: unknown): z.output<Schema> {
  const result = schema.safeParse(event, { error: expectedKind });
  if (result.success) return result.data;
  throw new InvalidEventError(
    'The event is invalid. Expected an event of AWS Health or GuardDuty that names access keys, or ' +
      `{ "mode": "leak", "accessKeyIds": [...], "reason": "..." }: ${describeIssues(result.error)}`,
  );
}
