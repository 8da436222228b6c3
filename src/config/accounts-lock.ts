import * as z from 'zod';
import { accountId, text } from './field.ts';
import { readStrict } from './read-strict.ts';
import { readText } from './read-text.ts';

/*
 * accounts.lock.json: the accounts in which memberRoles "direct" deploys the rotation role. Terraform must
 * know them before it starts, so `keysweep accounts --lock` writes the list, and it is reviewed like code.
 */

/**
 * Terraform starts a provider process of 200 to 400 MB per account:
 * https://github.com/hashicorp/terraform-provider-aws/issues/29631
 */
export const ACCOUNTS_PER_STACK = 10;

const lockedAccount = z.strictObject({
  id: accountId(),
  name: z.string(),
  /** The stack with the account's role. It never changes, or another stack would create the role again. */
  stack: z.int().min(1).max(1000),
  /** The next deployment destroys the role. Terraform needs the entry until then. */
  removed: z.literal(true).optional(),
});

const accountsLockSchema = z.strictObject({
  version: z.literal(1),
  organizationId: text(/^o-[a-z0-9]{10,32}$/, 'the ID of an organization (o-…)'),
  accounts: z.array(lockedAccount).superRefine((accounts, context) => {
    accounts.forEach(({ id }, index) => {
      if (accounts.findIndex((other) => other.id === id) === index) return;
      context.addIssue({ code: 'custom', path: [index, 'id'], message: 'each account once' });
    });
    for (const index of indexesBeyondFullStacks(accounts))
      context.addIssue({
        code: 'custom',
        path: [index, 'stack'],
        message:
          `at most ${ACCOUNTS_PER_STACK} accounts in a stack. Delete the lines of accounts that were never ` +
          'deployed, and run `keysweep accounts --lock` again, which assigns them to a stack',
      });
  }),
});

function indexesBeyondFullStacks(accounts: readonly { readonly stack: number }[]): number[] {
  const sizes = new Map<number, number>();
  return accounts.flatMap(({ stack }, index) => {
    const size = (sizes.get(stack) ?? 0) + 1;
    sizes.set(stack, size);
    return size > ACCOUNTS_PER_STACK ? [index] : [];
  });
}

export type LockedAccount = z.output<typeof lockedAccount>;
export type AccountsLock = z.output<typeof accountsLockSchema>;

/** @throws ConfigError when the file cannot be read, or with every problem */
export async function loadAccountsLock(path: string): Promise<AccountsLock> {
  const hint = 'Write it with `keysweep accounts --lock FILE`, review it, and put it beside accounts.json.';
  return parseAccountsLock(await readText(path, hint), path);
}

/** @throws ConfigError with every problem */
export function parseAccountsLock(text: string, fileName: string): AccountsLock {
  return readStrict(accountsLockSchema, text, fileName);
}

/**
 * Accounts keep their stack. New ones fill gaps before they start a stack. Unwanted ones get `removed`.
 * @param previous the list that was reviewed last; undefined: none
 * @param wanted the accounts that should have the role
 * @param prune drop the accounts that were marked already, because their roles have been destroyed
 */
export function updateAccountsLock(
  previous: AccountsLock | undefined,
  organizationId: string,
  wanted: readonly { readonly id: string; readonly name: string }[],
  prune: boolean,
): AccountsLock {
  const names = new Map(wanted.map(({ id, name }) => [id, name]));
  const kept = (previous?.accounts ?? [])
    .filter(({ id, removed }) => names.has(id) || !(prune && removed))
    .map(({ id, name, stack }): LockedAccount => {
      const current = names.get(id);
      return current === undefined ? { id, name, stack, removed: true } : { id, name: current, stack };
    });
  const known = new Set(kept.map(({ id }) => id));
  const added = wanted.filter(({ id }) => !known.has(id)).toSorted((a, b) => a.id.localeCompare(b.id));
  const accounts = withStacks(kept, added);
  return {
    version: 1,
    organizationId,
    accounts: accounts.toSorted((a, b) => a.stack - b.stack || a.id.localeCompare(b.id)),
  };
}

/** One account per line, for the review. */
export function renderAccountsLock({ version, organizationId, accounts }: AccountsLock): string {
  const lines = accounts.map((account) => `    ${JSON.stringify(account)}`);
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  const head = `{\n  "version": ${version},\n  "organizationId": ${JSON.stringify(organizationId)}`;
  return `${head},\n  "accounts": ${list}\n}\n`;
}

function withStacks(
  kept: readonly LockedAccount[],
  added: readonly { readonly id: string; readonly name: string }[],
): LockedAccount[] {
  const sizes = new Map<number, number>();
  for (const { stack } of kept) sizes.set(stack, (sizes.get(stack) ?? 0) + 1);
  let stack = 1;
  const placed = added.map(({ id, name }) => {
    while ((sizes.get(stack) ?? 0) >= ACCOUNTS_PER_STACK) stack += 1;
    sizes.set(stack, (sizes.get(stack) ?? 0) + 1);
    return { id, name, stack };
  });
  return [...kept, ...placed];
}
