/** Why an account or a user could not be handled, sorted by what an operator does about it. */
export type FailureKind = 'cannot-assume' | 'denied' | 'throttled' | 'not-reached' | 'failed';

/** A call that did not give what it should. */
export interface Failure {
  readonly kind: FailureKind;
  /** The call, such as `iam:GetGroup`. */
  readonly call: string;
  /** AWS's error code, such as `AccessDenied`, or a name of ours such as `RepeatedToken`. */
  readonly code: string;
  readonly message: string;
}

export function failureText({ call, code, message }: Failure): string {
  return `${call}: ${code}: ${message}`;
}
