/** Why an account or a user could not be processed, by what the operator does about it. */
export const FAILURE_KINDS = [
  'cannot-assume',
  'denied',
  'throttled',
  'not-reached',
  /** By keysweep itself: it exceeds a limit of its own, or its owner was not notified. */
  'withheld',
  'failed',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** A call that failed, or whose response is invalid. */
export interface Failure {
  readonly kind: FailureKind;
  /** The call, such as `iam:GetGroup`. */
  readonly call: string;
  /** AWS's error code, such as `AccessDenied`, or one of keysweep's own, such as `RepeatedToken`. */
  readonly code: string;
  readonly message: string;
}

export function failureText({ call, code, message }: Failure): string {
  return `${call}: ${code}: ${message}`;
}
