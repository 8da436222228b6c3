import type { Context, Matcher } from './context.ts';

/**
 * Matches a pattern with `*`, `?` and policy variables.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function pattern(text: string): Matcher {
  if (text.includes('${')) return (value, context) => withVariables(text, context)?.test(value) ?? false;
  if (text === '*') return () => true;
  if (!/[*?]/.test(text)) return (value) => value === text;
  const expression = expressionOf(text);
  return (value) => expression.test(value);
}

/** Matches a string without wildcards, which may contain policy variables. */
export function literal(text: string): Matcher {
  if (!text.includes('${')) return (value) => value === text;
  return (value, context) => {
    const parts = partsOf(text, context);
    return parts !== undefined && value === parts.map((part) => part.text).join('');
  };
}

function withVariables(text: string, context: Context): RegExp | undefined {
  const parts = partsOf(text, context);
  return (
    parts &&
    new RegExp(
      `^${parts.map((part) => (part.fixed ? escapeRegExp(part.text) : wildcards(part.text))).join('')}$`,
      's',
    )
  );
}

interface Part {
  readonly text: string;
  /** The value of a variable, in which `*` and `?` are no wildcards. */
  readonly fixed: boolean;
}

/** Undefined if a variable has no value: then the pattern matches nothing. */
function partsOf(text: string, context: Context): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (const piece of text.split(/(\$\{[^}]*\})/)) {
    const name = /^\$\{([^}]*)\}$/.exec(piece)?.[1];
    if (name === undefined) parts.push({ text: piece, fixed: false });
    else {
      const value = /^[*?$]$/.test(name) ? name : context(name.toLowerCase());
      if (value === undefined) return undefined;
      parts.push({ text: value, fixed: true });
    }
  }
  return parts;
}

function expressionOf(text: string): RegExp {
  return new RegExp(`^${wildcards(text)}$`, 's');
}

function wildcards(text: string): string {
  return escapeRegExp(text).replaceAll('\\*', '.*').replaceAll('\\?', '.');
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
