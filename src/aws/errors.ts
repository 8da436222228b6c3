import { KeysweepError } from '../config/errors.ts';
import { failureText, type Failure } from './failure.ts';

/** The only error of an AWS call: the caller turns it into an outcome. */
export class CallFailedError extends KeysweepError {
  override readonly name = 'CallFailedError';
  override readonly code = 'AWS_CALL_FAILED';
  readonly failure: Failure;

  constructor(failure: Failure, cause?: unknown) {
    super(failureText(failure), { cause });
    this.failure = failure;
  }
}

/** Whether AWS answered a call with this error code. */
export function hasCode(error: unknown, code: string): error is CallFailedError {
  return error instanceof CallFailedError && error.failure.code === code;
}

/** keysweep does not run with root credentials. Nothing was done. */
export class RootCredentialsError extends KeysweepError {
  override readonly name = 'RootCredentialsError';
  override readonly code = 'ROOT_CREDENTIALS';
}

/** The profile gives no credentials, or needs somebody at a terminal; the message says what to do. */
export class CredentialsError extends KeysweepError {
  override readonly name = 'CredentialsError';
  override readonly code = 'CREDENTIALS_INVALID';
}
