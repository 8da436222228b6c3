import type { SandboxAccount } from '../../../sandbox/organization/account.ts';
import type { ModelKey } from '../model-keys.ts';
import { settingsOf, type Settings } from '../model-scope.ts';
import type { Stage } from '../stage.ts';
import type { Facts, Tags, UserFacts } from '../story.ts';
import type { Journal, Sight } from './journal.ts';

type Named = readonly [name: string, sight: Sight<unknown>];

/** An account, the owner of one of its keys, and the owner's keys, as they were last read. */
export interface Sights {
  readonly facts: Facts;
  readonly user: UserFacts;
  readonly keys: readonly ModelKey[];
  readonly all: readonly Named[];
  /** What decides about the key and was never read, or not again after the plan. */
  readonly unread: readonly string[];
  readonly once: readonly string[];
}

type GroupSight = Sight<ReadonlyMap<string, string>>;

/** @param readSince the number of the first answer by which a write may go */
export function sightsOf(
  key: ModelKey,
  journal: Journal,
  { built }: Stage,
  facts: Facts,
  readSince: number,
): Sights {
  const account = built.accounts[key.account]!;
  const sandboxKey = account.keys.get(key.accessKeyId)!;
  const owner = account.idOf('AIDA', sandboxKey.user);
  const state: Sight<string> | undefined = journal.of('state', account.id);
  const place: Sight<string> | undefined = journal.of('place', account.id);
  const tags: Sight<Tags> | undefined = journal.of('account-tags', account.id);
  const factsSeen: Facts = {
    ...facts,
    accounts: facts.accounts.with(key.account, {
      ...facts.accounts[key.account]!,
      state: state?.value ?? 'unread',
      tags: tags?.value ?? {},
      ...(place && { place: facts.units.findIndex((_, unit) => built.unitId(unit) === place.value) }),
      away: false,
    }),
  };
  const settings = settingsOf(factsSeen, key.account);
  const groups = [...settings.groups, ...settings.exemptGroups].map(
    (name) => [name, journal.of(`group`, account.id, name.toLowerCase())] as readonly [string, GroupSight?],
  );
  const userTags: Sight<Tags> | undefined = journal.of('user-tags', owner);
  const password: Sight<boolean> | undefined = journal.of('password', owner);
  const keys: Sight<ReadonlyMap<string, string>> | undefined = journal.of('keys', owner);
  const lastUse: Sight<number | undefined> | undefined = journal.of('last-use', key.accessKeyId);
  const isAgain = ([name, sight]: Named): boolean =>
    OF_ORGANIZATIONS.has(name) ? sight.times > 1 : sight.number >= readSince;
  const needed: (readonly [string, Sight<unknown> | undefined, boolean])[] = [
    ['state', state, true],
    ['place', place, usesPlaces(facts)],
    ['account tags', tags, facts.config.optOutTag !== false],
    ...groups.map(([name, sight]) => [`group ${name}`, sight, true] as const),
    ['keys', keys, true],
    ['user tags', userTags, settings.exemptTag !== false],
    ['password', password, settings.users === 'with-console-access'],
    ['last use', lastUse, isForgotten(keys?.value.get(key.accessKeyId), settings)],
  ];
  const asked = needed.filter(([, , isNeeded]) => isNeeded);
  const seen = asked.flatMap(([name, sight]): Named[] => (sight ? [[name, sight]] : []));
  return {
    facts: factsSeen,
    user: {
      userName: nameOf(owner, groups) ?? sandboxKey.user.userName,
      groups: groups.filter(([, sight]) => sight?.value.has(owner)).map(([name]) => name),
      tags: userTags?.value ?? {},
      console: password?.value ?? false,
      keys: [],
    },
    keys: keysSeen(key.account, account, keys?.value, key.user, lastUse?.value),
    all: seen,
    unread: asked.filter(([, sight]) => sight === undefined).map(([name]) => name),
    once: seen.filter((sight) => !isAgain(sight)).map(([name]) => name),
  };
}

/** Read again while others are still being planned. */
const OF_ORGANIZATIONS: ReadonlySet<string> = new Set(['state', 'place', 'account tags']);

function usesPlaces({ config, filters }: Facts): boolean {
  return config.scope !== undefined || config.ofUnits.length > 0 || filters.units !== undefined;
}

function isForgotten(status: string | undefined, { mode }: Settings): boolean {
  return mode === 'deactivate-then-delete' && status !== 'Active';
}

/** The user's name in the group that was read last. */
function nameOf(owner: string, groups: readonly (readonly [string, GroupSight?])[]): string | undefined {
  const sights = groups.flatMap(([, sight]) => (sight?.value.has(owner) ? [sight] : []));
  return sights
    .toSorted((a, b) => a.number - b.number)
    .at(-1)
    ?.value.get(owner);
}

function keysSeen(
  number: number,
  account: SandboxAccount,
  statuses: ReadonlyMap<string, string> | undefined,
  user: UserFacts,
  usedAt: number | undefined,
): ModelKey[] {
  return [...(statuses ?? [])].flatMap(([accessKeyId, status]) => {
    const key = account.keys.get(accessKeyId);
    return key ? [{ accessKeyId, account: number, user, status, createdAt: key.createdAt, usedAt }] : [];
  });
}
