import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ACCOUNTS_PER_STACK,
  type AccountsLock,
  loadAccountsLock,
  parseAccountsLock,
  renderAccountsLock,
  updateAccountsLock,
} from '../../src/config/accounts-lock.ts';

const ORGANIZATION = 'o-exampleorgid';
const account = (number: number) => ({ id: String(number).padStart(12, '0'), name: `account ${number}` });
const accounts = (...numbers: number[]) => numbers.map(account);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const update = (previous: AccountsLock | undefined, wanted: ReturnType<typeof accounts>, prune = false) =>
  updateAccountsLock(previous, ORGANIZATION, wanted, prune);

describe('the reviewed list of accounts', () => {
  it('fills stacks of ten in the order of the IDs', () => {
    const lock = update(undefined, accounts(...range(1, 21)).toReversed());
    expect(lock.accounts.map(({ stack }) => stack)).toEqual([
      ...Array<number>(10).fill(1),
      ...Array<number>(10).fill(2),
      3,
    ]);
    expect(lock.accounts[0]).toEqual({ ...account(1), stack: 1 });
  });

  it('marks an unwanted account as removed and leaves the others unchanged', () => {
    const before = update(undefined, accounts(...range(1, 12)));
    const after = update(before, accounts(...range(2, 12)));
    expect(after.accounts).toEqual(
      before.accounts.map((entry) => (entry.id === account(1).id ? { ...entry, removed: true } : entry)),
    );
  });

  it('keeps an account marked as removed until it is pruned', () => {
    const marked = update(update(undefined, accounts(1, 2)), accounts(2));
    expect(update(marked, accounts(2)).accounts).toHaveLength(2);
    expect(update(marked, accounts(2), true).accounts).toEqual([{ ...account(2), stack: 1 }]);
  });

  it('does not prune an account that was not marked before', () => {
    const lock = update(undefined, accounts(1, 2));
    expect(update(lock, accounts(2), true).accounts).toContainEqual({
      ...account(1),
      stack: 1,
      removed: true,
    });
  });

  it('removes the mark when an account is wanted again', () => {
    const marked = update(update(undefined, accounts(1, 2)), accounts(2));
    expect(update(marked, accounts(1, 2)).accounts).toEqual(update(undefined, accounts(1, 2)).accounts);
  });

  it('puts a new account into the gap of a pruned one', () => {
    const full = update(undefined, accounts(...range(1, 11)));
    const gap = update(update(full, accounts(...range(2, 11))), accounts(...range(2, 11)), true);
    expect(update(gap, accounts(...range(2, 12))).accounts).toContainEqual({ ...account(12), stack: 1 });
  });

  it('never moves an account to another stack and never overfills one', () => {
    const steps = fc.array(
      fc.record({ wanted: fc.uniqueArray(fc.integer({ min: 1, max: 40 })), prune: fc.boolean() }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(steps, (history) => {
        let lock: AccountsLock | undefined;
        for (const { wanted, prune } of history) {
          const next = update(lock, accounts(...wanted), prune);
          const places = new Map(lock?.accounts.map(({ id, stack }) => [id, stack]));
          for (const { id, stack } of next.accounts) expect(stack).toBe(places.get(id) ?? stack);
          for (const { stack } of next.accounts) {
            const together = next.accounts.filter((other) => other.stack === stack);
            expect(together.length).toBeLessThanOrEqual(ACCOUNTS_PER_STACK);
          }
          const live = next.accounts.filter(({ removed }) => !removed).map(({ id }) => id);
          expect(live.toSorted()).toEqual(
            accounts(...wanted)
              .map(({ id }) => id)
              .toSorted(),
          );
          lock = next;
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('accounts.lock.json', () => {
  it.each([0, 1, 25])('reads what it wrote, with %i accounts', (count) => {
    const lock = update(undefined, accounts(...range(1, count)));
    expect(parseAccountsLock(renderAccountsLock(lock), 'accounts.lock.json')).toEqual(lock);
  });

  it('is written with one account a line', () => {
    const lines = renderAccountsLock(update(undefined, accounts(1, 2))).split('\n');
    expect(lines.filter((line) => line.includes('"id"'))).toHaveLength(2);
  });

  it('lists every problem', () => {
    const text = `{ "version": 1, "organizationId": "o-exampleorgid", "accounts": [
      { "id": "1", "name": "a", "stack": 1 }, { "id": "000000000002", "name": "b", "stack": 0 },
      { "id": "000000000002", "name": "c", "stack": 1, "remove": true } ] }`;
    const problems = [
      /accounts\[0\].id/,
      /accounts\[1\].stack/,
      /accounts\[2\].remove .*[^]*did you mean "removed"/,
    ];
    for (const problem of problems)
      expect(() => parseAccountsLock(text, 'accounts.lock.json')).toThrow(problem);
  });

  it('refuses a duplicate account', () => {
    const twice = renderAccountsLock({
      version: 1,
      organizationId: ORGANIZATION,
      accounts: [1, 2].map((stack) => ({ ...account(1), stack })),
    });
    expect(() => parseAccountsLock(twice, 'accounts.lock.json')).toThrow(
      /accounts\[1\]\.id[^]*each account once/,
    );
  });

  it('refuses a stack with too many accounts, and says how to fix it', () => {
    const crowded = renderAccountsLock({
      version: 1,
      organizationId: ORGANIZATION,
      accounts: accounts(...range(1, 12)).map((one) => ({ ...one, stack: 1 })),
    });
    expect(() => parseAccountsLock(crowded, 'accounts.lock.json')).toThrow(
      /2 problems[^]*accounts\[10\]\.stack[^]*at most 10 accounts in a stack[^]*--lock[^]*accounts\[11\]/,
    );
  });

  it('says how to write the file when it does not exist', async () => {
    await expect(loadAccountsLock('/nowhere/accounts.lock.json')).rejects.toThrow(
      'accounts.lock.json does not exist. Write it with',
    );
  });
});
