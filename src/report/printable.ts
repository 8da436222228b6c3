/**
 * A text from AWS on one line of a terminal: control characters, which could move the cursor or recolour what stands above,
 * become spaces. Names of accounts and messages of errors are not ours to trust.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
