/** A Retrier: https://states-language.net/spec.html#retrying-after-error */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts: number;
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL';
}

/** Errors that are the same the next time. */
export const NEVER_AGAIN: Retrier = {
  ErrorEquals: [
    'InvalidStepError',
    'ConfigError',
    'ConfigChangedError',
    'RootCredentialsError',
    'LockHeldError',
    'LockLostError',
    'NotApprovedError',
    'RunNotStartedError',
    'UnreadableLedgerError',
  ],
  MaxAttempts: 0,
};

export const RETRY: readonly Retrier[] = [
  // The account's concurrency is used up by others: up to a quarter of an hour, and the children not all at once.
  {
    ErrorEquals: ['Lambda.TooManyRequestsException'],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    JitterStrategy: 'FULL',
    MaxAttempts: 20,
  },
  // As AWS advises: https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
  {
    ErrorEquals: [
      'Lambda.ClientExecutionTimeoutException',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
    ],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxAttempts: 6,
  },
  // A Lambda that died or timed out, a ledger that could not be reached, another attempt that was quicker: within 5, 15 and 45 s.
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 3, JitterStrategy: 'FULL', MaxAttempts: 3 },
];
