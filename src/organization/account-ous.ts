import type { OrganizationsClient } from '@aws-sdk/client-organizations';

import type { Failure } from '../aws/failure.ts';
import type { ListedAccount, Placement } from './account.ts';
import type { Organization } from './describe.ts';
import { pathOf } from './path.ts';
import { walkTree, type ListedUnit, type WalkedTree } from './ou-tree.ts';

/** Tells where accounts hang, page by page as they are listed. */
export interface AccountOus {
  /** By account id, one for every account of the page. Never rejects for a call that failed: then the place is not known. */
  readonly of: (page: readonly ListedAccount[]) => Promise<ReadonlyMap<string, Placement>>;
  /** The OUs and roots of the pages that were asked about until now, and all others that were met on the way. */
  readonly met: () => ReadonlySet<string>;
  /**
   * The OUs and roots that exist, when every page has been asked about.
   * @param enough whether these say all that is asked for; without a walk, an OU that has no account is not among them
   */
  readonly units: (enough: (met: ReadonlySet<string>) => boolean) => Promise<MetUnits>;
}

export interface MetUnits {
  readonly met: ReadonlySet<string>;
  /** For people's eyes: parents first, and without names where no call was needed to find the places. */
  readonly units: readonly ListedUnit[];
  /** Set when there may be others. */
  readonly failure: Failure | undefined;
}

/**
 * Takes the places from the list itself where every account of a page brings a path that makes sense, which costs no call. As
 * soon as one page does not, the tree is walked, once, and tells of the accounts of such pages.
 */
export function openAccountOus(
  client: OrganizationsClient,
  organization: Organization,
  signal: AbortSignal,
): AccountOus {
  const onPaths = new Map<string, PathUnit>();
  const met = new Set<string>();
  let walk: Promise<WalkedTree> | undefined;
  return {
    of: async (page) => {
      const placed = page.flatMap((account) => {
        const path = pathOf(account, organization.id);
        return path ? [{ id: account.id, path }] : [];
      });
      if (placed.length === page.length) {
        for (const { id, path } of placed) {
          note(onPaths, path, id);
          for (const unit of path) met.add(unit);
        }
        return new Map(placed.map(({ id, path }) => [id, { known: true, path }]));
      }
      walk ??= walkTree(client, signal, 'for accounts');
      const tree = await walk;
      for (const unit of tree.units) met.add(unit);
      return new Map(page.map(({ id }) => [id, tree.placementOf(id)]));
    },
    met: () => met,
    units: async (enough) => {
      if (!walk && enough(met)) return { met, units: [...onPaths.values()], failure: undefined };
      const { units, failure, listed } = await (walk ?? walkTree(client, signal, 'for units'));
      for (const unit of units) met.add(unit);
      return { met, units: walk ? listed() : [...onPaths.values()], failure };
    },
  };
}

type PathUnit = ListedUnit & { readonly accounts: string[] };

function note(units: Map<string, PathUnit>, path: readonly string[], accountId: string): void {
  let last: PathUnit | undefined;
  for (const id of path) {
    last = units.get(id) ?? { id, name: id, ...(last && { parent: last.id }), accounts: [] };
    units.set(id, last);
  }
  last?.accounts.push(accountId);
}
