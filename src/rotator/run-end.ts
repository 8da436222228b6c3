import type { RunSummary } from '../ledger/record.ts';

/** What the last step tells the state machine, which fails with the cause unless the verdict is ok. */
export interface StepOutcome {
  readonly runId: string;
  readonly verdict: RunSummary['verdict'];
  readonly cause: string;
}

/** The cause of a failed execution takes 32,768 characters: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionFailedEventDetails.html */
const LONGEST_CAUSE = 30_000;

export function stepOutcome(summary: RunSummary): StepOutcome {
  const { runId, verdict } = summary;
  return { runId, verdict, cause: whyNotOk(summary).slice(0, LONGEST_CAUSE) };
}

/** Why a run is not ok: all that those see to whom AWS reports the failed invocation or execution. */
export function whyNotOk({ runId, verdict, accounts, limitsExceeded, problems }: RunSummary): string {
  return [
    `run ${runId} is ${verdict}: ${JSON.stringify(accounts)}`,
    ...limitsExceeded.map(({ message }) => message),
    ...problems,
    `Details: keysweep show ${runId}`,
  ].join('\n');
}
