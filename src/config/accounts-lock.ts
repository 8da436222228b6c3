import * as z from 'zod';
import { readStrict } from './read-strict.ts';
import { readText } from './read-text.ts';

/**
 * accounts.lock.json: the accounts that `direct` deployment enters. Terraform must know every account before it starts, so
 * the list is written once from Organizations (`keysweep accounts --lock`), reviewed like code, and changed the same way.
 */

/** Terraform starts one provider process an account, of some 200 to 400 MB: https://github.com/hashicorp/terraform-provider-aws/issues/29631 */
export const ACCOUNTS_PER_STACK = 10;

const lockedAccount = z.strictObject({
  id: z.string().regex(/^\d{12}$/, 'an AWS account ID of 12 digits, as a string'),
  name: z.string(),
  /** Number of the stack with the account's role. It never changes: in another stack the role would be made a second time. */
  stack: z.int().min(1).max(1000),
  /** The role is to go. The entry stays until that is deployed, for Terraform needs the way in to destroy it. */
  removed: z.literal(true).optional(),
});

const accountsLockSchema = z.strictObject({
  version: z.literal(1),
  organizationId: z.string().regex(/^o-[a-z0-9]{10,32}$/, 'an organization id (o-…)'),
  accounts: z.array(lockedAccount).superRefine((accounts, context) => {
    accounts.forEach(({ id }, index) => {
      if (accounts.findIndex((other) => other.id === id) === index) return;
      context.addIssue({ code: 'custom', path: [index, 'id'], message: 'each account once' });
    });
    for (const index of beyondFullStacks(accounts))
      context.addIssue({
        code: 'custom',
        path: [index, 'stack'],
        message:
          `at most ${ACCOUNTS_PER_STACK} accounts in a stack. Delete the lines of accounts that were never deployed and write the list ` +
          'again with keysweep accounts --lock, which finds them a stack',
      });
  }),
});

/** The places in the list of accounts whose stack is full without them. */
function beyondFullStacks(accounts: readonly { readonly stack: number }[]): number[] {
  const sizes = new Map<number, number>();
  return accounts.flatMap(({ stack }, index) => {
    const size = (sizes.get(stack) ?? 0) + 1;
    sizes.set(stack, size);
    return size > ACCOUNTS_PER_STACK ? [index] : [];
  });
}

export type LockedAccount = z.output<typeof lockedAccount>;
export type AccountsLock = z.output<typeof accountsLockSchema>;

/**
 * Reads accounts.lock.json.
 * @throws ConfigError when the file cannot be read, or with every problem at once
 */
export async function loadAccountsLock(path: string): Promise<AccountsLock> {
  const missing =
    'a file: write it with `keysweep accounts --lock FILE`, review it and keep it beside accounts.json';
  return parseAccountsLock(await readText(path, missing), path);
}

/** @throws ConfigError with every problem at once */
export function parseAccountsLock(text: string, fileName: string): AccountsLock {
  return readStrict(accountsLockSchema, text, fileName);
}

/**
 * The list brought up to date. Accounts keep their stack; new ones fill the gaps before a stack is begun; an account that
 * is no longer wanted is marked `removed`.
 *
 * @param previous the list as it was reviewed last; undefined: there is none
 * @param wanted the accounts that are to have the role now
 * @param prune also forget accounts that were marked before, because their roles have been destroyed since
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

/** The file, one account a line so that a review shows accounts. */
export function renderAccountsLock({ version, organizationId, accounts }: AccountsLock): string {
  const lines = accounts.map((account) => `    ${JSON.stringify(account)}`);
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  return `{\n  "version": ${version},\n  "organizationId": ${JSON.stringify(organizationId)},\n  "accounts": ${list}\n}\n`;
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
