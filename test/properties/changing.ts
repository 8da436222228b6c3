import type { Built } from './building.ts';
import { ROOT, type AccountFacts, type Change, type Facts, type UserFacts } from './story.ts';

export function isChange(chapter: { readonly type: string }): chapter is Change {
  return ['move', 'leave', 'join', 'regroup', 'tag-user', 'tag-account'].includes(chapter.type);
}

/**
 * The facts after it. Whatever cannot happen, such as that the management account leaves, changes nothing.
 */
export function changed(facts: Facts, change: Change): Facts {
  const { account: at } = change;
  const account = facts.accounts[at]!;
  const becomes = (now: Partial<AccountFacts>): Facts => ({
    ...facts,
    accounts: facts.accounts.with(at, { ...account, ...now }),
  });
  switch (change.type) {
    case 'move':
      return account.away ? facts : becomes({ place: change.to });
    case 'leave':
      // Whatever Organizations attached to it, tags and policies, stays behind.
      return at === 0
        ? facts
        : {
            ...becomes({ away: true, tags: {} }),
            denials: facts.denials.filter(({ on }) => !('account' in on && on.account === at)),
          };
    case 'join':
      return account.away ? becomes({ away: false, place: ROOT }) : facts;
    case 'tag-account':
      return account.away ? facts : becomes({ tags: { ...account.tags, ...change.tags } });
    case 'tag-user':
      return becomes({ users: userBecomes(account, change.user, { tags: change.tags }) });
    case 'regroup':
      return becomes({
        users: userBecomes(account, change.user, { groups: change.groups }),
        // A group outlives its members.
        emptyGroups: [...account.emptyGroups, ...(account.users[userAt(account, change.user)]?.groups ?? [])],
      });
  }
}

/** NaN where there is nobody. */
function userAt({ users }: AccountFacts, number: number): number {
  return number % users.length;
}

function userBecomes(account: AccountFacts, number: number, now: Partial<UserFacts>): readonly UserFacts[] {
  return account.users.map((user, index) => (index === userAt(account, number) ? { ...user, ...now } : user));
}

/** Makes the sandbox what the facts say after the change. */
export function alter(
  { organization, accounts, unitId }: Built,
  { account: at }: Change,
  facts: Facts,
): void {
  const account = accounts[at]!;
  const { away = false, place, tags, users } = facts.accounts[at]!;
  const isListed = organization.accounts.get(account.id) !== undefined;
  if (away && isListed) {
    organization.accounts.remove(account);
    account.scps.length = 0;
    account.tags.remove([...account.tags.current.keys()], organization.clock.milliseconds());
  }
  if (!away) {
    organization.accounts.add(account);
    organization.moveAccount(account, unitId(place));
    organization.tagAccount(account, tags);
  }
  for (const { userName, groups, tags: carried } of users) {
    const user = account.user(userName);
    user.tags = new Map(Object.entries(carried));
    for (const group of [...user.groups]) account.leave(user, group);
    for (const name of groups)
      account.join(user, account.groups.get(name) ?? organization.addGroup(account, name));
  }
}
