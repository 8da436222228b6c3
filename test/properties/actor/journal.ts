import { SERVICES } from '../../../sandbox/services/registry.ts';
import type { SandboxAccount } from '../../../sandbox/organization/account.ts';
import { signatureOf, type HttpRequest, type NamedCall } from '../../../sandbox/wire/request.ts';
import type { Tags } from '../story.ts';

/** The last time that a fact was read. */
export interface Sight<Value> {
  readonly value: Value;
  /** By the sandbox's clock. */
  readonly at: number;
  /** The number of the answer: later ones have greater numbers. */
  readonly number: number;
  /** How often it was read; a list in pages counts once. */
  readonly times: number;
}

export interface Answer {
  readonly call: NamedCall;
  readonly account: SandboxAccount;
  readonly body: string;
  readonly error: string | undefined;
  readonly at: number;
  /** Of all accounts: the index of tags says of those that it does not name that they have none. */
  readonly accountIds: readonly string[];
}

/** What AWS last answered to the runs about each fact, by the identity of whom it was about. */
export class Journal {
  /** The number of the first answer by which a write may go. */
  decidedSince = Infinity;
  readonly #sights = new Map<string, Sight<unknown>>();
  #answers = 0;

  of<Value>(fact: Fact, ...subject: readonly string[]): Sight<Value> | undefined {
    return this.#sights.get([fact, ...subject].join('/')) as Sight<Value> | undefined;
  }

  noteLimits(): void {
    this.decidedSince = Math.min(this.decidedSince, this.#answers);
  }

  noteDeath(): void {
    if (this.decidedSince < Infinity) this.decidedSince = this.#answers;
  }

  /** Of every key that was in its user's last list. */
  statuses(): ReadonlyMap<string, string> {
    const lists = [...this.#sights].filter(([name]) => name.startsWith('keys/'));
    return new Map(lists.flatMap(([, { value }]) => [...(value as ReadonlyMap<string, string>)]));
  }

  /** Call it before anything else happens: names are those of the moment. */
  note(answer: Answer): void {
    const number = this.#answers++;
    for (const [fact, subject, value, isLaterPage] of read(answer, (...of) => this.of(...of)?.value)) {
      const name = [fact, ...subject].join('/');
      const times = (this.#sights.get(name)?.times ?? 0) + (isLaterPage ? 0 : 1);
      this.#sights.set(name, { value, at: answer.at, number, times });
    }
  }
}

/**
 * state, place, account-tags: of an account. group: of an account and a group, user names by user ID.
 * password, user-tags: of a user ID. keys: of a user ID, status by key ID. last-use: of a key.
 */
export type Fact =
  'state' | 'place' | 'account-tags' | 'group' | 'password' | 'user-tags' | 'keys' | 'last-use';

type Seen = readonly [fact: Fact, subject: readonly string[], value: unknown, isLaterPage?: boolean];
type Before = (fact: Fact, ...subject: readonly string[]) => unknown;

export function namedCall(request: HttpRequest): NamedCall {
  const { service = 'sts' } = signatureOf(request.headers) ?? {};
  return SERVICES[service].read(request);
}

function read(answer: Answer, before: Before): Seen[] {
  const { call, error } = answer;
  if (error !== undefined) return error.startsWith('NoSuchEntity') ? absent(answer) : [];
  switch (call.name) {
    case 'GetGroup':
      return [group(answer, before)];
    case 'ListAccessKeys':
      return keys(answer, before);
    case 'ListUserTags':
      return ofUser(answer, 'user-tags', tags(answer, before));
    case 'GetLoginProfile':
      return ofUser(answer, 'password', true);
    case 'GetAccessKeyLastUsed': {
      const id = String(call.parameters.AccessKeyId);
      return [['last-use', [id], answer.account.keys.get(id)?.lastUsed?.at]];
    }
    default:
      return organizations(answer, before);
  }
}

function absent(answer: Answer): Seen[] {
  const { call, account } = answer;
  if (call.name === 'GetGroup') return [['group', [account.id, groupName(call)], new Map()]];
  return call.name === 'GetLoginProfile' ? ofUser(answer, 'password', false) : [];
}

function group({ call, account, body }: Answer, before: Before): Seen {
  const subject = [account.id, groupName(call)];
  const found = [...body.matchAll(/<UserName>([^<]*)<\/UserName><UserId>(\w+)</g)].map(
    ([, name, id]) => [id, name] as const,
  );
  const isLater = isLaterPage(call);
  const earlier = isLater ? ((before('group', ...subject) ?? []) as Iterable<[string, string]>) : [];
  return ['group', subject, new Map([...earlier, ...found]), isLater];
}

/** Each key by its true owner. */
function keys({ call, account, body }: Answer, before: Before): Seen[] {
  const found = [...body.matchAll(/<AccessKeyId>(\w+)<\/AccessKeyId><Status>(\w+)</g)];
  const owners = new Map<string, [string, string][]>();
  for (const [, id = '', status = ''] of found) {
    const owner = account.idOf('AIDA', account.keys.get(id)!.user);
    owners.set(owner, [...(owners.get(owner) ?? []), [id, status]]);
  }
  const isLater = isLaterPage(call);
  return [...owners].map(([owner, statuses]): Seen => {
    const earlier = isLater ? ((before('keys', owner) ?? []) as Iterable<[string, string]>) : [];
    return ['keys', [owner], new Map([...earlier, ...statuses]), isLater];
  });
}

function tags({ call, account, body }: Answer, before: Before): Tags {
  const found = [...body.matchAll(/<Key>([^<]*)<\/Key><Value>([^<]*)</g)].map(([, key, value]) => [
    key,
    value,
  ]);
  const owner = ownerId(account, call);
  const earlier = isLaterPage(call) && owner !== undefined ? before('user-tags', owner) : {};
  return { ...(earlier as Tags), ...(Object.fromEntries(found) as Tags) };
}

function ofUser({ call, account }: Answer, fact: Fact, value: unknown): Seen[] {
  const owner = ownerId(account, call);
  return owner === undefined ? [] : [[fact, [owner], value, isLaterPage(call)]];
}

/** Whose name it is at the moment. */
function ownerId(account: SandboxAccount, { parameters }: NamedCall): string | undefined {
  const user = account.users.get(String(parameters.UserName));
  return user && account.idOf('AIDA', user);
}

function groupName({ parameters }: NamedCall): string {
  return String(parameters.GroupName).toLowerCase();
}

function isLaterPage({ parameters: { Marker, NextToken, PaginationToken } }: NamedCall): boolean {
  return [Marker, NextToken, PaginationToken].some((token) => typeof token === 'string' && token !== '');
}

type TagList = readonly { readonly Key: string; readonly Value: string }[];

interface OrganizationsAnswer {
  readonly Accounts?: readonly { readonly Id: string; readonly State: string }[];
  readonly Account?: { readonly Id: string; readonly State: string };
  readonly Parents?: readonly { readonly Id: string }[];
  readonly Tags?: TagList;
  readonly ResourceTagMappingList?: readonly { readonly ResourceARN: string; readonly Tags: TagList }[];
}

function organizations({ call, body, accountIds }: Answer, before: Before): Seen[] {
  if (!body.startsWith('{')) return [];
  const said = JSON.parse(body) as OrganizationsAnswer;
  const { ParentId, ChildId, ResourceId } = call.parameters as Readonly<Record<string, string>>;
  const accounts = [...(said.Accounts ?? []), ...(said.Account ? [said.Account] : [])];
  const isLater = isLaterPage(call);
  const earlier = isLater && ResourceId ? (before('account-tags', ResourceId) as Tags) : {};
  return [
    ...accounts.map(({ Id, State }): Seen => ['state', [Id], State]),
    ...accounts.flatMap(({ Id }): Seen[] => (ParentId ? [['place', [Id], ParentId]] : [])),
    ...(said.Parents ?? []).map(({ Id }): Seen => ['place', [ChildId!], Id]),
    ...(ResourceId && said.Tags
      ? [['account-tags', [ResourceId], { ...earlier, ...tagsOf(said.Tags) }, isLater] as Seen]
      : []),
    ...(said.ResourceTagMappingList ? byIndex(said.ResourceTagMappingList, isLater ? [] : accountIds) : []),
  ];
}

function byIndex(
  found: readonly { readonly ResourceARN: string; readonly Tags: TagList }[],
  accountIds: readonly string[],
): Seen[] {
  return [
    ...accountIds.map((id): Seen => ['account-tags', [id], {}]),
    ...found.map(({ ResourceARN, Tags: carried }): Seen => [
      'account-tags',
      [ResourceARN.split('/').at(-1)!],
      tagsOf(carried),
      true,
    ]),
  ];
}

function tagsOf(tags: TagList): Tags {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
