import { commonError } from '../wire/common-errors.ts';
import type { Call } from './call.ts';

/** @throws ApiError if it is not a string */
export function optionalString(call: Call, name: string): string | undefined {
  const value = call.parameters[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalidParameter(call, `Value at '${name}' must be a string`);
  return value;
}

/** @throws ApiError if it is missing, empty or not a string */
export function requiredString(call: Call, name: string): string {
  const value = optionalString(call, name);
  if (value !== undefined && value !== '') return value;
  throw constraintError(call, name, 'null', 'Member must not be null');
}

/** @throws ApiError unless it is an integer from `minimum` to `maximum` */
export function integer(
  call: Call,
  name: string,
  minimum: number,
  maximum: number,
  fallback: number,
): number {
  const value = call.parameters[name];
  if (value === undefined || value === null) return fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number >= minimum && number <= maximum) return number;
  const bound = number < minimum ? `greater than or equal to ${minimum}` : `less than or equal to ${maximum}`;
  throw constraintError(call, name, `'${JSON.stringify(value)}'`, `Member must have value ${bound}`);
}

/**
 * @param fallback for a missing parameter; without it the parameter is required
 * @throws ApiError unless the value matches the pattern
 */
export function matching(call: Call, name: string, pattern: RegExp, fallback?: string): string {
  const value = optionalString(call, name) ?? fallback ?? requiredString(call, name);
  if (pattern.test(value)) return value;
  const constraint = `Member must satisfy regular expression pattern: ${pattern.source}`;
  throw constraintError(call, name, `'${value}'`, constraint);
}

/** A list such as `TagKeys`: an array in JSON, `TagKeys.member.1` and so on in Query. */
export function stringList(call: Call, name: string): readonly string[] {
  const value = call.parameters[name];
  if (Array.isArray(value)) return value.filter((item): item is string => typeof item === 'string');
  const found: string[] = [];
  for (let n = 1; ; n += 1) {
    const item = call.parameters[`${name}.member.${n}`];
    if (typeof item !== 'string') return found;
    found.push(item);
  }
}

/** The `Tags` parameter as pairs of key and value. */
export function tagPairs(call: Call): readonly (readonly [string, string])[] {
  const value = call.parameters.Tags;
  if (Array.isArray(value))
    return (value as Readonly<Record<'Key' | 'Value', string>>[]).map((tag) => [tag.Key, tag.Value]);
  const pairs: [string, string][] = [];
  for (let n = 1; ; n += 1) {
    const key = call.parameters[`Tags.member.${n}.Key`];
    if (typeof key !== 'string') return pairs;
    pairs.push([key, optionalString(call, `Tags.member.${n}.Value`) ?? '']);
  }
}

/** The service's own error for an invalid parameter. */
export function invalidParameter(call: Call, message: string): Error {
  return commonError(
    call.service,
    'invalid-parameter',
    message.startsWith('Value') ? `1 validation error detected: ${message}` : message,
  );
}

function constraintError(call: Call, name: string, value: string, constraint: string): Error {
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  return invalidParameter(call, `Value ${value} at '${member}' failed to satisfy constraint: ${constraint}`);
}
