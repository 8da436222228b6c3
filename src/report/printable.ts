/**
 * What could move the cursor, recolour what stands above, or turn the rest of a line around, and halves of characters.
 * https://trojansource.codes tells of the marks that set the direction of writing.
 */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]+/gu;

/**
 * A text from AWS on one line of a terminal: what is not to be printed becomes a space. Names of accounts and messages of
 * errors are not ours to trust.
 */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, ' ');
}

/** The same of a text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** A document for machines which a terminal can show too: JSON lets through what {@link printable} does not. */
export function printableJson(value: unknown): string {
  const lines = JSON.stringify(value, undefined, 2).split('\n');
  return lines.map((line) => line.replaceAll(UNPRINTABLE, escaped)).join('\n');
}

function escaped(characters: string): string {
  return Array.from(characters, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}
