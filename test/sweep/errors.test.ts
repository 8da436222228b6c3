import { expect, it } from 'vitest';

import { OtherOrganizationError, StalePlanError, TooLittleTimeError } from '../../src/sweep/errors.ts';

it.each([
  ['WRONG_ORGANIZATION', new OtherOrganizationError('', '', '')],
  ['TOO_LITTLE_TIME', new TooLittleTimeError()],
  ['PLAN_STALE', new StalePlanError()],
])('%s is the code of its error', (code, error) => {
  expect(error.code).toBe(code);
});
