import { expect, it } from 'vitest';

import { ESCAPE_REASONS, isEscapeReason, KEEP_REASONS, REVOKE_REASONS } from '../../src/rules/decision.ts';

it('knows the reasons that people of an account can bring about', () => {
  expect([...KEEP_REASONS, ...REVOKE_REASONS].filter(isEscapeReason)).toEqual(
    KEEP_REASONS.filter((reason) => (ESCAPE_REASONS as readonly string[]).includes(reason)),
  );
  expect(isEscapeReason('no-console-access')).toBe(true);
  expect(isEscapeReason('on-hold')).toBe(false);
});
