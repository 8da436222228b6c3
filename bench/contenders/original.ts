import { STSClient } from '@aws-sdk/client-sts';

import type { Contender } from '../contender.ts';
import { activeMembers, enter, keysOf, members, remove } from './calls.ts';

/**
 * It asks for no exemptions; the role refuses to touch exempt users, which is no failure of the algorithm.
 */
function unlessExempt(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AccessDenied') throw error;
}

/**
 * The algorithm of dvdtoth/rotate-iam-keys in every account: collect the groups, list the keys, delete them,
 * everything at once with clients as they are made by default.
 */
export const original: Contender = async () => {
  const sts = new STSClient({});
  const failures: string[] = [];
  const note = (error: unknown): void => {
    failures.push(error instanceof Error ? error.name : String(error));
  };
  const accounts = await activeMembers();
  await Promise.all(
    accounts
      .map(async (account) => {
        const iam = await enter(sts, account, {});
        const keys = await Promise.all((await members(iam)).map((user) => keysOf(iam, user)));
        await Promise.all(keys.flat().map((key) => remove(iam, key).catch(unlessExempt)));
      })
      .map((account) => account.catch(note)),
  );
  return {
    failed:
      failures.length === 0 ? '' : `${failures.length} of ${accounts.length} accounts: ${tally(failures)}`,
  };
};

function tally(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}
