import { KeysweepError } from '../config/errors.ts';

/** The options do not work; the message says what to do instead. */
export class UsageError extends KeysweepError {
  override readonly name = 'UsageError';
  override readonly code = 'USAGE_INVALID';
}
