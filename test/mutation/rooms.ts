/** The rooms whose code is mutated, and the files of each that are not. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  rules: [],
  targets: [],
  sweep: [],
  organization: [],
  // The stores themselves, which test/ledger tries on real folders and buckets.
  ledger: ['src/ledger/folder-store.ts', 'src/ledger/s3-store.ts', 'src/ledger/open-store.ts'],
};

/** Made since the last whole run. The page names them, and that the others have changed since. */
export const NOT_MEASURED: readonly string[] = [
  'src/ledger/audit.ts',
  'src/ledger/chain.ts',
  'src/ledger/max-hold-days.ts',
  'src/ledger/s3-versions.ts',
  'src/ledger/signing.ts',
  'src/ledger/verify.ts',
  'src/organization/account-now.ts',
  'src/organization/unit-names.ts',
  'src/sweep/apply/decide-again.ts',
  'src/sweep/apply/list-again.ts',
  'src/sweep/apply/recheck-target.ts',
  'src/sweep/apply/settle-writes.ts',
  'src/sweep/decision-age.ts',
  'src/sweep/find-keys.ts',
  'src/sweep/inventory/inventory-account.ts',
  'src/sweep/inventory/run-inventory.ts',
  'src/sweep/leak/describe-keys.ts',
  'src/sweep/leak/find-owner.ts',
  'src/sweep/leak/key-ids.ts',
  'src/sweep/leak/revoke-leaked.ts',
  'src/sweep/plan/check-exemptions.ts',
  'src/sweep/plan/compare-groups.ts',
  'src/sweep/plan/end-throttled.ts',
  'src/sweep/plan/find-escapes.ts',
  'src/sweep/plan/leaked-keys.ts',
  'src/sweep/undo/lift-holds.ts',
  'src/sweep/undo/refuse-users.ts',
];

/** What the last runs found in a room, for the next one and for the page. */
export function reportOf(room: string): string {
  return `coverage/mutation/${room}.json`;
}

/**
 * @param named rooms, or files of them; none: all rooms
 * @returns what to mutate, by room
 * @throws RangeError for what is in no room
 */
export function chosen(named: readonly string[]): Map<string, readonly string[]> {
  if (named.length === 0) return new Map(Object.keys(ROOMS).map((room) => [room, allOf(room)]));
  const byRoom = new Map<string, readonly string[]>();
  for (const name of named) {
    const room = /^(?:src\/)?(\w+)/.exec(name)?.[1] ?? '';
    if (!(room in ROOMS))
      throw new RangeError(`${name} is in none of the rooms ${Object.keys(ROOMS).join(', ')}`);
    byRoom.set(room, name.endsWith('.ts') ? [...(byRoom.get(room) ?? []), name] : allOf(room));
  }
  return byRoom;
}

function allOf(room: string): string[] {
  return [`src/${room}/**/*.ts`, ...(ROOMS[room] ?? []).map((file) => `!${file}`)];
}
