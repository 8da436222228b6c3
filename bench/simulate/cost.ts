import type { Simulated, World } from './model.ts';

/** US dollars in us-east-1, November 2026, without free tiers. */
export const PRICES = {
  /** arm64, a GB and second: https://aws.amazon.com/lambda/pricing/ */
  lambdaGigabyteSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1_000_000,
  /** Standard: https://aws.amazon.com/step-functions/pricing/ */
  transition: 0.025 / 1_000,
  /** https://aws.amazon.com/s3/pricing/ */
  put: 0.005 / 1_000,
  get: 0.0004 / 1_000,
} as const;

const LAMBDA_GIGABYTES = 1769 / 1024;

/** State transitions of the run itself, and of a child: its start (assumed to count) and its task. */
const TRANSITIONS = { run: 10, child: 2 } as const;

/** By one process, a second (assumed): records are stored many accounts at a time. */
const RECORD_PUTS = 20;

export interface Cost {
  readonly lambda: number;
  readonly stepFunctions: number;
  readonly s3: number;
  readonly total: number;
}

export function costOf({ accounts }: World, { lambdaSeconds, children }: Simulated): Cost {
  const fanOut = children > 0;
  const lambda =
    lambdaSeconds * LAMBDA_GIGABYTES * PRICES.lambdaGigabyteSecond + (children + 4) * PRICES.lambdaRequest;
  const stepFunctions = fanOut ? (TRANSITIONS.run + children * TRANSITIONS.child) * PRICES.transition : 0;
  // The memory of each account is read and written; children read and list.
  const puts = fanOut ? accounts + children * 6 : accounts + lambdaSeconds * RECORD_PUTS;
  const s3 =
    puts * PRICES.put +
    (fanOut
      ? children * 5 * PRICES.put + (2 * accounts + children * 12) * PRICES.get
      : accounts * PRICES.get);
  return { lambda, stepFunctions, s3, total: lambda + stepFunctions + s3 };
}
