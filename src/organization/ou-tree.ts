import {
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
  paginateListRoots,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import pLimit from 'p-limit';

import type { Failure } from '../aws/failure.ts';
import { failureOf, invalidResponse } from '../aws/calling.ts';
import { completeList } from '../aws/complete-list.ts';
import type { OrganizationAccount, Placement } from './account.ts';

export interface OuTree {
  /** One for every listed account. */
  readonly byAccount: ReadonlyMap<string, Placement>;
  /** Every OU and root that exists; undefined when the tree could not be read whole. */
  readonly organizationalUnits: ReadonlySet<string> | undefined;
  /** The roots and OUs that were met, parents first, for people's eyes; undefined when none was looked for. */
  readonly units: readonly ListedUnit[] | undefined;
  /** Set when the tree could not be read whole: why, and the OUs and roots that were met nevertheless. */
  readonly incomplete?: { readonly failure: Failure; readonly met: ReadonlySet<string> };
}

/** A root or an organizational unit. */
export interface ListedUnit {
  readonly id: string;
  readonly name: string;
  /** Left out for a root. */
  readonly parent?: string;
  /** Ids of the accounts right below it. */
  readonly accounts: readonly string[];
}

const LIST_ROOTS = 'organizations:ListRoots';
const LIST_UNITS = 'organizations:ListOrganizationalUnitsForParent';
const LIST_ACCOUNTS = 'organizations:ListAccountsForParent';

/** What a walk down the tree has found. */
export interface WalkedTree {
  /** The OUs and roots that were met: all that there are, unless there is a {@link failure}. */
  readonly units: ReadonlySet<string>;
  /** Why the tree could not be read whole. */
  readonly failure: Failure | undefined;
  readonly placementOf: (accountId: string) => Placement;
  /** The units that were met, parents first. */
  readonly listed: () => ListedUnit[];
}

/**
 * Walks down from the roots: one listing of OUs and one of accounts an OU, far fewer calls than one `ListParents` an account
 * and level. An account that the walk did not meet, or met twice, has no known place: whoever needs it fails closed for that
 * account. A call that fails is told by the result.
 * @param look for what: only OUs, or the accounts in them too
 */
export async function walkTree(
  client: OrganizationsClient,
  signal: AbortSignal,
  look: 'for accounts' | 'for units',
): Promise<WalkedTree> {
  const tree = new Tree(client, signal, look === 'for accounts');
  await tree.walk();
  return {
    units: tree.units,
    failure: tree.failure,
    placementOf: (accountId) => tree.placementOf(accountId),
    listed: () => tree.listed(),
  };
}

/** Where every one of these accounts hangs, by {@link walkTree}. */
export async function findAccountOus(
  client: OrganizationsClient,
  accounts: readonly OrganizationAccount[],
  signal: AbortSignal,
): Promise<OuTree> {
  const tree = await walkTree(client, signal, 'for accounts');
  return {
    byAccount: new Map(accounts.map(({ id }) => [id, tree.placementOf(id)])),
    organizationalUnits: tree.failure ? undefined : tree.units,
    units: tree.listed(),
    ...(tree.failure && { incomplete: { failure: tree.failure, met: tree.units } }),
  };
}

/** The organization's tree while it is walked. */
class Tree {
  readonly units = new Set<string>();
  failure: Failure | undefined;
  private readonly found = new Map<string, (readonly string[])[]>();
  private readonly names = new Map<string, string>();
  private readonly parents = new Map<string, string>();
  private readonly limit = pLimit(4);
  private readonly client: OrganizationsClient;
  private readonly signal: AbortSignal;
  private readonly withAccounts: boolean;

  constructor(client: OrganizationsClient, signal: AbortSignal, withAccounts: boolean) {
    this.client = client;
    this.signal = signal;
    this.withAccounts = withAccounts;
  }

  async walk(): Promise<void> {
    let level = await this.attempt(LIST_ROOTS, [], () => this.roots());
    while (level.length > 0) {
      level.forEach((path) => this.units.add(path.at(-1) ?? ''));
      const [below] = await Promise.all([
        Promise.all(level.map((path) => this.attempt(LIST_UNITS, [], () => this.unitsBelow(path)))),
        Promise.all(
          (this.withAccounts ? level : []).map((path) =>
            this.attempt(LIST_ACCOUNTS, undefined, () => this.accountsIn(path)),
          ),
        ),
      ]);
      level = below.flat();
    }
  }

  placementOf(accountId: string): Placement {
    const places = this.found.get(accountId) ?? [];
    if (places.length === 1 && places[0]) return { known: true, path: places[0] };
    return { known: false, failure: this.failure ?? misplaced(accountId, places.length) };
  }

  listed(): ListedUnit[] {
    const accounts = new Map<string, string[]>([...this.units].map((id) => [id, []]));
    for (const [accountId, places] of this.found)
      for (const path of places) accounts.get(path.at(-1) ?? '')?.push(accountId);
    return [...accounts].map(([id, below]) => {
      const parent = this.parents.get(id);
      return { id, name: this.names.get(id) ?? id, ...(parent && { parent }), accounts: below };
    });
  }

  /** One failed listing leaves the accounts below it without a place; the rest of the tree still counts. */
  private async attempt<Found>(call: string, otherwise: Found, look: () => Promise<Found>): Promise<Found> {
    try {
      return await this.limit(look);
    } catch (error) {
      this.failure ??= failureOf(call, error);
      return otherwise;
    }
  }

  private async roots(): Promise<string[][]> {
    const pages = paginateListRoots({ client: this.client }, {}, { abortSignal: this.signal });
    const roots: string[][] = [];
    for await (const page of completeList(LIST_ROOTS, pages, (answer) => ({ token: answer.NextToken }))) {
      this.keepNames(page.Roots);
      roots.push(...idsOf(LIST_ROOTS, page.Roots).map((id) => [id]));
    }
    return roots;
  }

  private async unitsBelow(path: readonly string[]): Promise<string[][]> {
    const pages = paginateListOrganizationalUnitsForParent({ client: this.client }, this.parent(path), {
      abortSignal: this.signal,
    });
    const units: string[][] = [];
    for await (const page of completeList(LIST_UNITS, pages, (answer) => ({ token: answer.NextToken }))) {
      this.keepNames(page.OrganizationalUnits, path.at(-1));
      units.push(...idsOf(LIST_UNITS, page.OrganizationalUnits).map((id) => [...path, id]));
    }
    return units;
  }

  private keepNames(
    units: readonly { Id?: string | undefined; Name?: string | undefined }[] = [],
    parent?: string,
  ): void {
    for (const { Id: id, Name: name } of units) {
      if (!id) continue;
      if (name) this.names.set(id, name);
      if (parent) this.parents.set(id, parent);
    }
  }

  private async accountsIn(path: readonly string[]): Promise<void> {
    const pages = paginateListAccountsForParent({ client: this.client, pageSize: 20 }, this.parent(path), {
      abortSignal: this.signal,
    });
    for await (const page of completeList(LIST_ACCOUNTS, pages, (answer) => ({ token: answer.NextToken }))) {
      for (const id of idsOf(LIST_ACCOUNTS, page.Accounts))
        this.found.set(id, [...(this.found.get(id) ?? []), path]);
    }
  }

  private parent(path: readonly string[]): { ParentId: string | undefined } {
    return { ParentId: path.at(-1) };
  }
}

function idsOf(call: string, listed: readonly { Id?: string | undefined }[] | undefined): string[] {
  if (!listed) throw invalidResponse(call, 'IncompleteAnswer', 'a page holds no list');
  return listed.map(({ Id: id }) => {
    if (!id) throw invalidResponse(call, 'IncompleteAnswer', 'an entry has no id');
    return id;
  });
}

function misplaced(accountId: string, places: number): Failure {
  const message = places === 0 ? 'is in no OU that could be listed' : `is in ${places} OUs at once`;
  return invalidResponse(LIST_ACCOUNTS, 'UnknownPlacement', `account ${accountId} ${message}`).failure;
}
