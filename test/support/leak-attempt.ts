import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';

import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { identifyCaller } from '../../src/aws/caller.ts';
import type { LeakReport } from '../../src/rotator/leak-event.ts';
import { handleLeak, type LeakResult } from '../../src/rotator/handle-leak.ts';
import type { RunDependencies } from '../../src/sweep/run-context.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const uncounted = {
  addDimension: () => undefined,
  addMetric: () => undefined,
  publishStoredMetrics: () => undefined,
};

export const EVENT_ID = '0123456789abcdef';

/** Of AWS Health, which may deliver it again. */
export function leakReport(accessKeyIds: readonly string[]): LeakReport {
  return { accessKeyIds, reason: 'public', by: 'aws.health', id: EVENT_ID };
}

/** One attempt of the Lambda, in this process. Its notices go to the default bus. */
export async function attemptLeak(
  report: LeakReport,
  { config, clients, store, now }: RunDependencies,
  awsRequestId = 'first',
): Promise<LeakResult> {
  const caller = await identifyCaller(clients.sts, new AbortController().signal);
  return handleLeak(report, caller, {
    config: {
      ...{ ...config, leaks: { mode: 'revoke', guardDutyFindings: [] } },
      notices: { ...config.notices, events: true },
    },
    ...{ clients, store, now },
    context: {
      ...{ awsRequestId, getRemainingTimeInMillis: () => 900_000, logStreamName: 'stream' },
    } as Context,
    logger: silent as unknown as Logger,
    metrics: uncounted as unknown as Metrics,
  });
}

/** What each `Leaked Access Key Found` says, as `KEY status`. */
export function leaksFound({ sent }: SandboxOrganization): string[] {
  return sent.flatMap((one) => {
    if (one.kind !== 'event' || one.detailType !== 'Leaked Access Key Found') return [];
    const { accessKeyId, status } = one.detail as { readonly accessKeyId: string; readonly status: string };
    return [`${accessKeyId} ${status}`];
  });
}
