import type { Call } from './call.ts';
import { commonError } from '../wire/common-errors.ts';

/** @throws ApiError when it is no text */
export function text(call: Call, name: string): string | undefined {
  const value = call.parameters[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw refused(call, `Value at '${name}' must be a text`);
  return value;
}

/** @throws ApiError when it is missing or empty */
export function requiredText(call: Call, name: string): string {
  const value = text(call, name);
  if (value === undefined || value === '') {
    throw refused(
      call,
      `Value null at '${firstLower(name)}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

/** @throws ApiError unless it is an integer between the two */
export function integer(call: Call, name: string, minimum: number, maximum: number, usual: number): number {
  const value = call.parameters[name];
  if (value === undefined || value === null) return usual;
  const number = Number(value);
  const bound = number < minimum ? `greater than or equal to ${minimum}` : `less than or equal to ${maximum}`;
  if (Number.isInteger(number) && number >= minimum && number <= maximum) return number;
  const where = `Value '${JSON.stringify(value)}' at '${firstLower(name)}'`;
  throw refused(call, `${where} failed to satisfy constraint: Member must have value ${bound}`);
}

/** @throws ApiError unless the value has that shape */
export function shaped(call: Call, name: string, value: string, shape: RegExp): string {
  if (shape.test(value)) return value;
  const where = `Value '${value}' at '${firstLower(name)}'`;
  throw refused(
    call,
    `${where} failed to satisfy constraint: Member must satisfy regular expression pattern: ${shape.source}`,
  );
}

/** A list parameter, such as `TagKeys`: texts in JSON, `TagKeys.member.1` in Query. */
export function texts(call: Call, name: string): readonly string[] {
  const value = call.parameters[name];
  if (Array.isArray(value)) return value.filter((item): item is string => typeof item === 'string');
  const found: string[] = [];
  for (let n = 1; ; n += 1) {
    const item = call.parameters[`${name}.member.${n}`];
    if (typeof item !== 'string') return found;
    found.push(item);
  }
}

/** The `Tags` parameter, as names and values. */
export function tagPairs(call: Call): readonly (readonly [string, string])[] {
  const value = call.parameters.Tags;
  if (Array.isArray(value))
    return (value as Readonly<Record<'Key' | 'Value', string>>[]).map((tag) => [tag.Key, tag.Value]);
  const pairs: [string, string][] = [];
  for (let n = 1; ; n += 1) {
    const name = call.parameters[`Tags.member.${n}.Key`];
    if (typeof name !== 'string') return pairs;
    pairs.push([name, text(call, `Tags.member.${n}.Value`) ?? '']);
  }
}

/** A parameter that is no good, in the words of the service. */
export function refused(call: Call, problem: string): Error {
  const counted = problem.startsWith('Value') ? `1 validation error detected: ${problem}` : problem;
  return commonError(call.service, 'invalid-parameter', counted);
}

function firstLower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
