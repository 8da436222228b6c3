import type { RunSummary } from '../ledger/record.ts';

/**
 * Step Functions allows 32,768 characters:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionFailedEventDetails.html
 */
const MAX_CAUSE_LENGTH = 30_000;

/** The result of the last step; unless the verdict is ok, the state machine fails with the cause. */
export function stepOutcome(summary: RunSummary) {
  const { runId, verdict } = summary;
  return { runId, verdict, cause: describeFailedRun(summary).slice(0, MAX_CAUSE_LENGTH) };
}

/** The only text that AWS reports about a failed invocation or execution. */
export function describeFailedRun({
  runId,
  verdict,
  accounts,
  limitsExceeded,
  problems,
}: RunSummary): string {
  return [
    `run ${runId} is ${verdict}: ${JSON.stringify(accounts)}`,
    ...limitsExceeded.map(({ message }) => message),
    ...problems,
    `Details: keysweep show ${runId}`,
  ].join('\n');
}
