import * as z from 'zod';

/*
 * `* as z` and not `{ z }`: with the latter esbuild keeps all of zod in the Lambda bundle (481 instead of 124 KB, minified).
 *
 * Kinds of settings. Whatever is wrong with one, its message says what would be right: the words complete "expected …".
 */

/**
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html; no name before it, nothing but ASCII, and nothing that
 * Terraform would take for an expression.
 */
export const MAIL_ADDRESS =
  /^(?!.*[$%]\{)[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;

/** Text that fits a pattern. */
export const text = (pattern: RegExp, expected: string) => z.string(expected).regex(pattern, expected);

/** Free text; `what` says what it is about. */
export const words = (what: string, maximum: number) => {
  const expected = `${what}: text of 1 to ${maximum} characters`;
  // Blanks say nothing either.
  return z.string(expected).regex(/\S/, expected).max(maximum, expected);
};

export const wholeNumber = (minimum: number, maximum: number) => {
  const expected = `a whole number from ${minimum} to ${maximum}`;
  return z.int(expected).min(minimum, expected).max(maximum, expected);
};

/** A part of a whole, not a percentage. */
export const share = () => {
  const expected = 'a share from 0 to 1 (0.1 is a tenth)';
  return z.number(expected).min(0, expected).max(1, expected);
};
