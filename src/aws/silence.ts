import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from '@smithy/types';

/** With a timeout of 10 seconds, what a call may cost; a throttled one has more attempts and no timeout. */
const MOST_UNANSWERED = 3;

/** Whether AWS has left a call in an account without an answer; all sessions of a run in it share one. */
export interface Silence {
  isSilent: boolean;
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
  return {
    mode: strategy.mode,
    acquireInitialRetryToken: (scope) => {
      if (silence?.isSilent !== true) return strategy.acquireInitialRetryToken(scope);
      const message = 'not sent, because AWS did not answer another call in this account';
      return Promise.reject(Object.assign(new Error(message), { name: NOT_SENT }));
    },
    refreshRetryTokenForRetry: async (token, info) => {
      const count = (unanswered.get(token) ?? 0) + Number(isUnanswered(info));
      if (count === MOST_UNANSWERED) {
        if (silence) silence.isSilent = true;
        throw new Error('no answer');
      }
      const next = await strategy.refreshRetryTokenForRetry(token, info);
      unanswered.set(next, count);
      return next;
    },
    recordSuccess: (token) => strategy.recordSuccess(token),
  };
}

/** The SDK gives a reset connection the same name, with its code. */
function isUnanswered({ error }: RetryErrorInfo): boolean {
  const { name, code = 'ETIMEDOUT' } = error as Error & { readonly code?: string };
  return name === 'TimeoutError' && code === 'ETIMEDOUT';
}
