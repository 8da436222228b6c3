import type { OrganizationsClient } from '@aws-sdk/client-organizations';

import type { Failure } from '../aws/failure.ts';
import type { ListedAccount, Placement } from './account.ts';
import type { Organization } from './describe.ts';
import { pathOf } from './path.ts';
import { walkTree, type ListedUnit, type WalkedTree } from './ou-tree.ts';

/** Finds the OUs of accounts, page by page as they are listed. */
export interface AccountOus {
  /**
   * Never rejects when a call fails: the placement is then unknown.
   * @returns one for every account of the page
   */
  readonly of: (page: readonly ListedAccount[]) => Promise<ReadonlyMap<string, Placement>>;
  /** The OUs and roots seen so far. */
  readonly seen: () => ReadonlySet<string>;
  /**
   * The OUs and roots that exist; call it after the last page.
   * @param enough whether the OUs seen suffice; without a walk, they lack those that have no account
   */
  readonly units: (enough: (seen: ReadonlySet<string>) => boolean) => Promise<SeenUnits>;
}

export interface SeenUnits {
  readonly seen: ReadonlySet<string>;
  /** For display: parents first, without names where no walk was needed. */
  readonly units: readonly ListedUnit[];
  /** Set when there may be others. */
  readonly failure: Failure | undefined;
}

/**
 * Reads the placements from the list where every account of a page has a valid path, which needs no call. At
 * the first page where one has not, it walks the tree once, and places such pages by it.
 */
export function openAccountOus(
  client: OrganizationsClient,
  organization: Organization,
  signal: AbortSignal,
): AccountOus {
  const onPaths = new Map<string, PathUnit>();
  const seen = new Set<string>();
  let walk: Promise<WalkedTree> | undefined;
  return {
    of: async (page) => {
      const placed = page.flatMap((account) => {
        const path = pathOf(account, organization.id);
        return path ? [{ id: account.id, path }] : [];
      });
      if (placed.length === page.length) {
        for (const { id, path } of placed) {
          addPath(onPaths, path, id);
          for (const unit of path) seen.add(unit);
        }
        return new Map(placed.map(({ id, path }) => [id, { known: true, path }]));
      }
      walk ??= walkTree(client, signal, { accounts: true });
      const tree = await walk;
      for (const unit of tree.units) seen.add(unit);
      return new Map(page.map(({ id }) => [id, tree.placementOf(id)]));
    },
    seen: () => seen,
    units: async (enough) => {
      if (!walk && enough(seen)) return { seen, units: [...onPaths.values()], failure: undefined };
      const { units, failure, listed } = await (walk ?? walkTree(client, signal, { accounts: false }));
      for (const unit of units) seen.add(unit);
      return { seen, units: walk ? listed() : withNames([...onPaths.values()], listed()), failure };
    },
  };
}

type PathUnit = ListedUnit & { readonly accounts: string[] };

function addPath(units: Map<string, PathUnit>, path: readonly string[], accountId: string): void {
  let last: PathUnit | undefined;
  for (const id of path) {
    last = units.get(id) ?? { id, name: id, ...(last && { parent: last.id }), accounts: [] };
    units.set(id, last);
  }
  last?.accounts.push(accountId);
}

/** A path has IDs alone. */
function withNames(units: readonly ListedUnit[], named: readonly ListedUnit[]): ListedUnit[] {
  const names = new Map(named.map(({ id, name }) => [id, name]));
  return units.map((unit) => ({ ...unit, name: names.get(unit.id) ?? unit.name }));
}
