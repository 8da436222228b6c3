import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from '@smithy/types';

/** With a timeout of 10 seconds, what a call may cost; a throttled one has more attempts and no timeout. */
const MOST_UNANSWERED = 3;

/** Throttled as often in a row, in about five seconds, a call is not worth that all other accounts wait. */
const MOST_THROTTLED = 4;

/** Whether AWS answers in an account; all sessions of a run in it share one. */
export class Silence {
  /** A call had no answer. */
  isSilent = false;
  /** Of the calls that AWS answered last, it throttled one for the fourth time. */
  isThrottled = false;
  #isEnded = false;
  #end: (error: Error) => void = () => undefined;
  readonly #ended = new Promise<never>((_, reject) => (this.#end = reject));

  /** No throttled call is retried any more. */
  end(): void {
    this.#isEnded = true;
    this.#ended.catch(() => undefined);
    const message = 'not sent, because AWS throttles this account and all others are planned';
    this.#end(Object.assign(new Error(message), { name: 'ThrottlingException' }));
  }

  /** @throws once {@link end} was called */
  waitFor<Token>(token: Promise<Token>): Promise<Token> {
    return this.isThrottled || this.#isEnded ? Promise.race([this.#ended, token]) : token;
  }
}

/** Thrown instead of sending. */
export const NOT_SENT = 'AccountSilent';

/** The SDK names its mode in the user agent. */
type Strategy = RetryStrategyV2 & { readonly mode?: string | undefined };

/**
 * The same strategy, but a call that AWS leaves unanswered three times has failed, and no other is sent to
 * that account: otherwise each of its calls would wait as long.
 * @param silence of the account; left out: of no account
 */
export function endOnSilence(strategy: Strategy, silence?: Silence): Strategy {
  const unanswered = new WeakMap<RetryToken, number>();
  const throttled = new WeakMap<RetryToken, number>();
  return {
    mode: strategy.mode,
    acquireInitialRetryToken: (scope) => {
      if (silence?.isSilent !== true) {
        const token = strategy.acquireInitialRetryToken(scope);
        return silence?.waitFor(token) ?? token;
      }
      const message = 'not sent, because AWS did not answer another call in this account';
      return Promise.reject(Object.assign(new Error(message), { name: NOT_SENT }));
    },
    refreshRetryTokenForRetry: async (token, info) => {
      const count = (unanswered.get(token) ?? 0) + Number(isUnanswered(info));
      if (count === MOST_UNANSWERED) {
        if (silence) silence.isSilent = true;
        throw new Error('no answer');
      }
      const throttles = info.errorType === 'THROTTLING' ? (throttled.get(token) ?? 0) + 1 : 0;
      if (silence && throttles >= MOST_THROTTLED) silence.isThrottled = true;
      const refreshed = strategy.refreshRetryTokenForRetry(token, info);
      const next = await (silence && throttles > 0 ? silence.waitFor(refreshed) : refreshed);
      unanswered.set(next, count);
      throttled.set(next, throttles);
      return next;
    },
    recordSuccess: (token) => {
      if (silence) silence.isThrottled = false;
      strategy.recordSuccess(token);
    },
  };
}

/** The SDK gives a reset connection the same name, with its code. */
function isUnanswered({ error }: RetryErrorInfo): boolean {
  const { name, code = 'ETIMEDOUT' } = error as Error & { readonly code?: string };
  return name === 'TimeoutError' && code === 'ETIMEDOUT';
}
