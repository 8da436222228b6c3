import {
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
  paginateListRoots,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import pLimit from 'p-limit';

import type { Failure } from '../aws/failure.ts';
import { failureOf, invalidResponse } from '../aws/calling.ts';
import { byNextToken, completeList } from '../aws/complete-list.ts';
import type { Placement } from './account.ts';

/** A root or an organizational unit. */
export interface ListedUnit {
  readonly id: string;
  readonly name: string;
  /** Left out for a root. */
  readonly parent?: string;
  /** IDs of the accounts directly in it. */
  readonly accounts: readonly string[];
}

const LIST_ROOTS = 'organizations:ListRoots';
const LIST_UNITS = 'organizations:ListOrganizationalUnitsForParent';
const LIST_ACCOUNTS = 'organizations:ListAccountsForParent';

export interface WalkedTree {
  /** The OUs and roots that were read: all of them, unless there is a {@link failure}. */
  readonly units: ReadonlySet<string>;
  /** Why the tree could not be read completely. */
  readonly failure: Failure | undefined;
  readonly placementOf: (accountId: string) => Placement;
  /** Parents first. */
  readonly listed: () => ListedUnit[];
}

/**
 * Walks down from the roots: one listing of OUs and one of accounts per OU, far fewer calls than one
 * `ListParents` per account and level. An account that it found nowhere or twice has no known placement.
 * Never rejects.
 */
export async function walkTree(
  client: OrganizationsClient,
  signal: AbortSignal,
  read: { readonly accounts: boolean },
): Promise<WalkedTree> {
  const tree = new Tree(client, signal, read.accounts);
  await tree.walk();
  return tree;
}

class Tree implements WalkedTree {
  readonly units = new Set<string>();
  failure: Failure | undefined;
  private readonly paths = new Map<string, (readonly string[])[]>();
  private readonly names = new Map<string, string>();
  private readonly parents = new Map<string, string>();
  /** The OUs listed so far. */
  private readonly below = new Set<string>();
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

  readonly placementOf = (accountId: string): Placement => {
    const paths = this.paths.get(accountId) ?? [];
    if (paths.length === 1 && paths[0]) return { known: true, path: paths[0] };
    return { known: false, failure: this.failure ?? misplaced(accountId, paths.length) };
  };

  readonly listed = (): ListedUnit[] => {
    const accounts = new Map<string, string[]>([...this.units].map((id) => [id, []]));
    for (const [accountId, paths] of this.paths)
      for (const path of paths) accounts.get(path.at(-1) ?? '')?.push(accountId);
    return [...accounts].map(([id, below]) => {
      const parent = this.parents.get(id);
      return { id, name: this.names.get(id) ?? id, ...(parent && { parent }), accounts: below };
    });
  };

  /** After a failed listing, the accounts below have no placement; the rest of the tree still counts. */
  private async attempt<Found>(call: string, fallback: Found, list: () => Promise<Found>): Promise<Found> {
    try {
      return await this.limit(list);
    } catch (error) {
      this.failure ??= failureOf(call, error);
      return fallback;
    }
  }

  private async roots(): Promise<string[][]> {
    const pages = paginateListRoots({ client: this.client }, {}, { abortSignal: this.signal });
    const roots: string[][] = [];
    for await (const page of completeList(LIST_ROOTS, pages, byNextToken)) {
      this.addNames(page.Roots);
      roots.push(...idsOf(LIST_ROOTS, page.Roots).map((id) => [id]));
    }
    return roots;
  }

  private async unitsBelow(path: readonly string[]): Promise<string[][]> {
    const pages = paginateListOrganizationalUnitsForParent({ client: this.client }, parentOf(path), {
      abortSignal: this.signal,
    });
    const units: string[][] = [];
    for await (const page of completeList(LIST_UNITS, pages, byNextToken)) {
      this.addNames(page.OrganizationalUnits, path.at(-1));
      units.push(...idsOf(LIST_UNITS, page.OrganizationalUnits).map((id) => [...path, this.once(id)]));
    }
    return units;
  }

  /** An OU below itself would have the walk never end. @throws CallFailedError for the second time */
  private once(id: string): string {
    if (this.below.has(id)) throw invalidResponse(LIST_UNITS, 'UnitListedTwice', `OU ${id} is listed twice`);
    this.below.add(id);
    return id;
  }

  private addNames(
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
    const pages = paginateListAccountsForParent({ client: this.client, pageSize: 20 }, parentOf(path), {
      abortSignal: this.signal,
    });
    for await (const page of completeList(LIST_ACCOUNTS, pages, byNextToken))
      for (const id of idsOf(LIST_ACCOUNTS, page.Accounts))
        this.paths.set(id, [...(this.paths.get(id) ?? []), path]);
  }
}

function parentOf(path: readonly string[]): { ParentId: string | undefined } {
  return { ParentId: path.at(-1) };
}

function idsOf(call: string, listed: readonly { Id?: string | undefined }[] | undefined): string[] {
  if (!listed) throw invalidResponse(call, 'IncompleteAnswer', 'a page has no list');
  return listed.map(({ Id: id }) => {
    if (!id) throw invalidResponse(call, 'IncompleteAnswer', 'an entry has no ID');
    return id;
  });
}

function misplaced(accountId: string, ous: number): Failure {
  const found = ous === 0 ? 'is in no OU that could be listed' : `is in ${ous} OUs at once`;
  return invalidResponse(LIST_ACCOUNTS, 'UnknownPlacement', `account ${accountId} ${found}`).failure;
}
