import type { Call } from './operation.ts';
import { pageOf, pageOfList, type Page } from './paging.ts';
import type { Directory } from './directory.ts';
import { commonError } from './service.ts';

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

/** One page of a directory, by the parameters that the service has for that. */
export function pageFor<Thing>(call: Call, directory: Directory<Thing>): Page<Thing> {
  return paged(call, (token, size) => pageOf(directory, token, size, call.pageCut));
}

/** @param list sorted by `orderOf` */
export function pageForList<Thing>(
  call: Call,
  list: readonly Thing[],
  orderOf: (thing: Thing) => string,
): Page<Thing> {
  return paged(call, (token, size) => pageOfList(list, orderOf, token, size, call.pageCut));
}

interface PageParameters {
  readonly token: string;
  readonly size: string;
  readonly maximum: number;
  readonly usual: number;
}

const IAM_PAGES: PageParameters = { token: 'Marker', size: 'MaxItems', maximum: 1000, usual: 100 };
const ORGANIZATIONS_PAGES: PageParameters = {
  token: 'NextToken',
  size: 'MaxResults',
  maximum: 20,
  usual: 20,
};
const TAGGING_PAGES: PageParameters = {
  token: 'PaginationToken',
  size: 'ResourcesPerPage',
  maximum: 100,
  usual: 100,
};

function paged<Thing>(
  call: Call,
  cut: (token: string | undefined, size: number) => Page<Thing>,
): Page<Thing> {
  const names =
    call.service === 'iam' ? IAM_PAGES : call.service === 'tagging' ? TAGGING_PAGES : ORGANIZATIONS_PAGES;
  const token = text(call, names.token);
  const size = integer(call, names.size, 1, names.maximum, names.usual);
  try {
    return cut(token === '' ? undefined : token, size);
  } catch (error) {
    if (error instanceof RangeError) throw refused(call, `Invalid ${names.token}.`);
    throw error;
  }
}

function refused(call: Call, problem: string): Error {
  const counted = problem.startsWith('Value') ? `1 validation error detected: ${problem}` : problem;
  return commonError(call.service, 'invalid-parameter', counted);
}

function firstLower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
