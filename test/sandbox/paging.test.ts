import { describe, expect, it } from 'vitest';
import { pageOf, type PageLimit } from '../../sandbox/calls/paging.ts';
import { SortedMap } from '../../sandbox/organization/sorted-map.ts';

describe('pages', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const page = (token: string | undefined, size: number, limit: PageLimit = {}) =>
    pageOf(names, (name) => name, token, size, limit);

  it('follow each other in the order of the list', () => {
    const first = page(undefined, 2);
    const second = page(first.next, 2);
    const third = page(second.next, 2);
    expect([first.items, second.items, third.items, third.next]).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e'],
      undefined,
    ]);
  });

  it('can be empty anywhere, with a new token every time', () => {
    const first = page(undefined, 2);
    const empty = page(first.next, 2, { empty: true });
    const again = page(empty.next, 2, { empty: true });
    expect([empty.items, again.items]).toEqual([[], []]);
    expect(new Set([first.next, empty.next, again.next]).size).toBe(3);
    expect(page(again.next, 9).items).toEqual(['c', 'd', 'e']);
  });

  it('reject a token that no page returned', () => {
    expect(() => page('abc', 2)).toThrow(RangeError);
  });
});

it('a sorted map ignores case', () => {
  const map = new SortedMap<string>((name) => name);
  for (const name of ['d', 'B', 'a', 'C', 'e']) map.add(name);
  expect(map.list()).toEqual(['a', 'B', 'C', 'd', 'e']);
  expect(map.get('b')).toBe('B');
});
