import type { ListedUnit } from '../organization/ou-tree.ts';

/** From the root down, or from an OU whose parent is unknown. */
export type UnitPath = readonly ListedUnit[];

/** In the order of the tree: an OU before those in it, siblings by name. */
export function unitPaths(units: readonly ListedUnit[]): UnitPath[] {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  // Ends also where a changed ledger has OUs in a circle.
  const pathTo = (unit: ListedUnit | undefined, below: UnitPath): UnitPath =>
    unit && !below.includes(unit) ? pathTo(byId.get(unit.parent ?? ''), [unit, ...below]) : below;
  return units.map((unit) => pathTo(unit, [])).sort(inTreeOrder);
}

/** Without the root, whose name says nothing: `Workloads / Prod`. */
export function pathName(path: UnitPath): string {
  return (path.length > 1 ? path.slice(1) : path).map(({ name }) => name).join(' / ');
}

function inTreeOrder(a: UnitPath, b: UnitPath): number {
  const fork = a.findIndex((unit, depth) => unit !== b[depth]);
  const [one, other] = [a[fork], b[fork]];
  if (!one || !other) return a.length - b.length;
  return one.name < other.name || (one.name === other.name && one.id < other.id) ? -1 : 1;
}
