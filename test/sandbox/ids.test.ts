import { describe, expect, it } from 'vitest';
import { accountOfKey, uniqueId } from '../../sandbox/organization/ids.ts';

describe('unique ids', () => {
  it.each(['000000000001', '111122223333', '999999999999'])('contain the account id %s', (account) => {
    for (const serial of [0, 1, 2, 4_000_000_000]) {
      const id = uniqueId('AKIA', account, serial);
      expect(id).toMatch(/^AKIA[A-Z2-7]{16}$/);
      expect(accountOfKey(id)).toBe(account);
    }
  });

  it('are unique', () => {
    const ids = new Set(
      Array.from({ length: 200_000 }, (_, serial) => uniqueId('AIDA', '111122223333', serial)),
    );
    expect(ids.size).toBe(200_000);
  });

  it.each(['', 'AKIA', 'AKIAIOSFODNN7EXAMPL1', 'x'.repeat(20)])('do not include %j', (text) => {
    expect(accountOfKey(text)).toBeUndefined();
  });
});
