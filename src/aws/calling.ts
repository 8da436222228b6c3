import { isThrottlingError } from '@smithy/core/retry';

import { CallFailedError } from './errors.ts';
import type { Failure, FailureKind } from './failure.ts';
import { transportFailure } from './transport-failure.ts';

/**
 * Awaits one AWS call.
 * @param call its name as IAM policies spell it, such as `iam:GetGroup`
 * @throws CallFailedError with AWS's error code
 */
export async function calling<Answer>(call: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw new CallFailedError(failureOf(call, error), error);
  }
}

/** For a response that arrived but must not be relied on. */
export function invalidResponse(call: string, code: string, message: string): CallFailedError {
  return new CallFailedError({ kind: 'failed', call, code, message });
}

/** Describes any thrown value. */
export function failureOf(call: string, error: unknown): Failure {
  if (error instanceof CallFailedError) return error.failure;
  if (!(error instanceof Error)) return { kind: 'failed', call, code: 'Unknown', message: String(error) };
  const { name: code, message } = error;
  return { kind: kindOf(error), call, ...(transportFailure(error) ?? { code, message }) };
}

/** Query services say `AccessDenied`, JSON ones `AccessDeniedException`. */
const REFUSALS = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'UnauthorizedException',
  'AuthorizationError',
  'AuthorizationErrorException',
]);

function kindOf(error: Error): FailureKind {
  if (error.name === 'AbortError') return 'not-reached';
  if (isThrottlingError(error as Parameters<typeof isThrottlingError>[0])) return 'throttled';
  return REFUSALS.has(error.name) ? 'denied' : 'failed';
}
