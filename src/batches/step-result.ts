import type { RunSummary } from '../ledger/record.ts';

/** What the last step tells the state machine, which fails with the cause unless the verdict is ok. */
export interface StepOutcome {
  readonly runId: string;
  readonly verdict: RunSummary['verdict'];
  readonly cause: string;
}

/** The cause of a failed execution takes 32,768 characters: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionFailedEventDetails.html */
const LONGEST_CAUSE = 30_000;

export function stepOutcome({ runId, verdict, accounts, exceeded, problems }: RunSummary): StepOutcome {
  const lines = [
    `run ${runId} is ${verdict}: ${JSON.stringify(accounts)}`,
    ...exceeded.map(({ message }) => message),
    ...problems,
  ];
  return { runId, verdict, cause: lines.join('\n').slice(0, LONGEST_CAUSE) };
}
