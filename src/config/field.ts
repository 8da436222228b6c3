import * as z from 'zod';

/*
 * Kinds of settings. Their messages complete "expected …".
 * `* as z`, because with `{ z }` esbuild bundles all of zod for the Lambda (481 KB instead of 124, minified).
 */

/**
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 * Only ASCII, without a display name, and without an expression of Terraform.
 */
export const MAIL_ADDRESS =
  /^(?!.*[$%]\{)[\w!#-'*+/=?^`{|}~.-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;

export const text = (pattern: RegExp, expected: string) => z.string(expected).regex(pattern, expected);

export const accountId = () => text(/^\d{12}$/, 'an AWS account ID: 12 digits in quotes');

/** Text that is not blank. */
export const words = (what: string, maximum: number) => {
  const expected = `${what}: text of 1 to ${maximum} characters`;
  return z.string(expected).regex(/\S/, expected).max(maximum, expected);
};

export const wholeNumber = (minimum: number, maximum: number) => {
  const expected = `a whole number from ${minimum} to ${maximum}`;
  return z.int(expected).min(minimum, expected).max(maximum, expected);
};

export const factor = () => z.number('a number, 1 or more').min(1, 'a number, 1 or more');

export const share = () => {
  const expected = 'a share from 0 to 1 (0.1 is a tenth)';
  return z.number(expected).min(0, expected).max(1, expected);
};
