import { ApiError } from '../wire/api-error.ts';

export function malformed(message: string): ApiError {
  return new ApiError('MalformedPolicyDocument', 400, message);
}

export function recordOf(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(`Syntax errors in policy: ${where} must be an object.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** Policies may write one text where a list may stand. */
export function listOf(value: unknown, where: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item === 'boolean' || typeof item === 'number') return String(item);
    if (typeof item === 'string') return item;
    throw malformed(`Syntax errors in policy: ${where} must be a text or a list of texts.`);
  });
}
