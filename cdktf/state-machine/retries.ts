/** A Retrier: https://states-language.net/spec.html#retrying-after-error */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts: number;
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL';
}

/** These errors would occur again. */
export const NO_RETRY: Retrier = {
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
  // The account's concurrency is exhausted: retries for up to 15 minutes, spread by jitter.
  {
    ErrorEquals: ['Lambda.TooManyRequestsException'],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    JitterStrategy: 'FULL',
    MaxAttempts: 20,
  },
  // As AWS advises:
  // https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
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
  // A crash, a timeout, an unreachable ledger, or a faster second attempt: within 5, 15 and 45 s.
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 3, JitterStrategy: 'FULL', MaxAttempts: 3 },
];
