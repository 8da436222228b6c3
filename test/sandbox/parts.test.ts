import { describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/organization/clock.ts';
import { accountOfKey, uniqueId } from '../../sandbox/organization/ids.ts';
import { pageOf, type PageLimit } from '../../sandbox/calls/paging.ts';

describe('ids', () => {
  it.each(['000000000001', '111122223333', '999999999999'])('carry the account %s', (account) => {
    for (const serial of [0, 1, 2, 4_000_000_000]) {
      const id = uniqueId('AKIA', account, serial);
      expect(id).toMatch(/^AKIA[A-Z2-7]{16}$/);
      expect(accountOfKey(id)).toBe(account);
    }
  });

  it('are never the same', () => {
    const ids = new Set(
      Array.from({ length: 200_000 }, (_, serial) => uniqueId('AIDA', '111122223333', serial)),
    );
    expect(ids.size).toBe(200_000);
  });

  it.each(['', 'AKIA', 'AKIAIOSFODNN7EXAMPL1', 'x'.repeat(20)])('are not what %j is', (text) => {
    expect(accountOfKey(text)).toBeUndefined();
  });
});

describe('the clock', () => {
  it('stands until it is started, and then runs on', async () => {
    const clock = new SandboxClock(new Date('2026-01-01T00:00:00Z'));
    await new Promise((resolve) => setTimeout(resolve, 15));
    expect(clock.now().toISOString()).toBe('2026-01-01T00:00:00.000Z');
    clock.start();
    await new Promise((resolve) => setTimeout(resolve, 15));
    const passed = clock.milliseconds() - Date.parse('2026-01-01T00:00:00Z');
    expect(passed).toBeGreaterThan(10);
    expect(passed).toBeLessThan(5_000);
  });

  it.each([[true], [false]])('is set and advanced, stopped: %s', (stopped) => {
    const clock = new SandboxClock();
    if (stopped) clock.stop();
    clock.set(new Date('2030-01-01T00:00:00Z'));
    clock.advance(60_000);
    expect(clock.now().toISOString()).toMatch(/^2030-01-01T00:01:00/);
  });
});

describe('pages', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const page = (token: string | undefined, size: number, limit: PageLimit = {}) =>
    pageOf(names, (name) => name, token, size, limit);

  it('follow each other in the order of names', () => {
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

  it('may be empty anywhere, with a token that goes on and is new every time', () => {
    const first = page(undefined, 2);
    const empty = page(first.next, 2, { empty: true });
    const again = page(empty.next, 2, { empty: true });
    expect([empty.items, again.items]).toEqual([[], []]);
    expect(new Set([first.next, empty.next, again.next]).size).toBe(3);
    expect(page(again.next, 9).items).toEqual(['c', 'd', 'e']);
  });

  it('take no token that they did not give', () => {
    expect(() => page('abc', 2)).toThrow(RangeError);
  });
});
