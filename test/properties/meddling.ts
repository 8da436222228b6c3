import type { SandboxKey } from '../../sandbox/organization/entities.ts';
import type { Built } from './building.ts';
import type { Chapter, Facts } from './story.ts';

export type Meddling = Extract<Chapter, { type: 'activate' | 'use' | 'set-key' | 'new-keys' }>;

/** Does to keys what somebody else does beside keysweep; never to the one that it runs with. */
export function meddle(chapter: Meddling, built: Built, facts: Facts): void {
  const { organization, accounts, operator } = built;
  const account = accounts[chapter.account]!;
  const keys = [...account.keys.values()].filter((key) => key !== operator.key);
  const inactive = keys.filter(({ status }) => status === 'Inactive');
  switch (chapter.type) {
    case 'activate':
      for (const key of inactive) key.status = 'Active';
      return;
    case 'use':
      for (const key of inactive)
        key.lastUsed = { at: organization.clock.milliseconds(), service: 's3', region: 'us-east-1' };
      return;
    case 'set-key':
      set(keys[chapter.key % keys.length]);
      return;
    case 'new-keys': {
      const { users } = facts.accounts[chapter.account]!;
      const user = users[chapter.user % users.length];
      if (!user) return;
      for (let made = 0; made < chapter.count; made += 1) {
        const holder = account.user(user.userName);
        const key = organization.addKey(account, holder, { createdDaysAgo: chapter.ageDays });
        built.keys.push({ accessKeyId: key.accessKeyId, account: chapter.account, user, key });
      }
    }
  }

  function set(key: SandboxKey | undefined): void {
    if (!key || chapter.type !== 'set-key') return;
    if (chapter.to === 'gone') account.deleteKey(key);
    else key.status = chapter.to;
  }
}
