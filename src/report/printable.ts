/**
 * Control characters, line separators, marks that change the direction of text (https://trojansource.codes),
 * and halves of characters.
 */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]+/gu;

/** An untrusted text, such as an account name, on one line: unprintable characters become a space. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, ' ');
}

/** The same, but keeps line breaks. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** JSON that is safe on a terminal: unprintable characters are escaped. */
export function printableJson(value: unknown): string {
  const lines = JSON.stringify(value, undefined, 2).split('\n');
  return lines.map((line) => line.replaceAll(UNPRINTABLE, escaped)).join('\n');
}

function escaped(characters: string): string {
  return Array.from(characters, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}
