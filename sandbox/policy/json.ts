import { ApiError } from '../wire/api-error.ts';

export function malformedPolicy(message: string): ApiError {
  return new ApiError('MalformedPolicyDocument', 400, message);
}

export function objectOf(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformedPolicy(`Syntax errors in policy: ${where} must be an object.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** Policies may have a single string in place of a list. */
export function stringsOf(value: unknown, where: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item === 'boolean' || typeof item === 'number') return String(item);
    if (typeof item === 'string') return item;
    throw malformedPolicy(`Syntax errors in policy: ${where} must be a string or a list of strings.`);
  });
}
