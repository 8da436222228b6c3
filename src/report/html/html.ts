import { printable } from '../printable.ts';

/** Markup that is safe in a page: only {@link markup} and {@link trusted} create it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What `${}` takes: text is escaped, markup and lists of it are not, undefined and false are nothing. */
export type Value = Html | string | number | undefined | false | readonly Value[];

/** A template tag: values cannot break out of their text or quoted attribute. */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const parts = strings.map((fixed, index) => fixed + (index < values.length ? rendered(values[index]) : ''));
  return new Html(parts.join(''));
}

/** For our own style sheet and script, which escaping would break. Never for a text from AWS. */
export function trusted(text: string): Html {
  return new Html(text);
}

function rendered(value: Value): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(rendered).join('');
  return escaped(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return printable(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
